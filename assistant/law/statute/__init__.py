"""Statutes: model, parsing, headings, repeal, succession, references."""
