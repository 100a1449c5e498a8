"""The page of legality reviews (合法性审查)."""
