"""Cards for the officer on site."""
