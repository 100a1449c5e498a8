"""What somebody may ask for that a second person decides, by its kind."""
