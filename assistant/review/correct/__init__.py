"""Facts shown for correction, and corrections applied."""
