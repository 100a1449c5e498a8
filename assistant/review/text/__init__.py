"""Documents under review as text: headings, passages, clauses, likeness."""
