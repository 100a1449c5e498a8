"""Case files: facts and rules."""
