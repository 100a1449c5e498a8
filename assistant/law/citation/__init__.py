"""Citations: grammar, reading, quotations, verdicts."""
