"""The staff desk: asking, the shelf, bringing documents in."""
