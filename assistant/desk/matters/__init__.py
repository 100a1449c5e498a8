"""Matters sent to the law firm."""
