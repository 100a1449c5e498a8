"""Training, measuring and load: nothing that serves imports it."""
