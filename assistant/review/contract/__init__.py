"""Contracts: facts and rules."""
