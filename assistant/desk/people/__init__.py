"""Accounts, passwords, and the settings they may change."""
