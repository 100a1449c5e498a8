"""The pages of cases: list, show, bring in with confirmation."""
