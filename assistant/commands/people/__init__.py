"""Accounts, matters and messages on the command line."""
