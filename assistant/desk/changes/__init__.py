"""Changes of what the library says as law, or shows to everyone: asked for by one person, made by another.

Somebody asks (`drafts`, `asking`), what would come of it is shown (`looking`), and an administrator decides on exactly
that (`deciding`). How a change is made and undone stands in `statute_effects` and `case_effects`.
"""
