"""The commands of the command line, one module a concern; each `register`s itself on the Typer app."""
