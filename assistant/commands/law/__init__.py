"""Questions of law on the command line: ask, verify, procedure, penalties, review."""
