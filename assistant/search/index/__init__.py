"""The derived index: built, laid down, opened."""
