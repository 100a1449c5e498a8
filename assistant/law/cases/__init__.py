"""Teaching and model cases."""
