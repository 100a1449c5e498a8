"""The sections of an answer below its conclusion."""
