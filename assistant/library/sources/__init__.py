"""Where texts come from: packaged, pulled, shipped, brought in."""
