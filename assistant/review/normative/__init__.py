"""Normative documents: facts and rules."""
