"""The shelf: texts placed, held and found by title and day."""
