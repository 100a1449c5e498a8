"""What a change would do, and does, by its kind."""
