"""Documents in and out of the library."""
