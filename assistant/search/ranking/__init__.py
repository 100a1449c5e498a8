"""Candidates, their signals and features, and their order."""
