"""Embeddings and where they are kept."""
