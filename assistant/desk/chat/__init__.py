"""Conversations and what is made of them."""
