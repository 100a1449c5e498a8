"""Teaching cases brought in and read."""
