"""SQL for statutes, their versions, and what changes them."""
