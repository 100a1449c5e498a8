"""Keeping the installation: what a home holds, and who may read it."""
