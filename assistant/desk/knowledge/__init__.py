"""Questions, words, wordings and guides of the bureau."""
