"""Words of questions and texts: tokens, names, synonyms."""
