"""Answers written by a language model: client, prompts, checks."""
