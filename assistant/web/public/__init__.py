"""公众咨询: the desk without sign-in. Everything here is built from public documents alone."""
