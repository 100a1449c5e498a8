"""Notifications and the channels they go by."""
