"""Penalty provisions: kinds, ranges, conditions, authority."""
