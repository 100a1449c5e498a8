"""The audit trail and its check."""
