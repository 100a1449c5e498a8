"""Keeping the installation: what a home holds, how a backup is read, how what is brought back is put in place."""
