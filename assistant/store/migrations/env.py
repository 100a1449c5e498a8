"""Alembic environment: runs on the connection it is handed."""

from importlib import import_module
from pkgutil import iter_modules

from alembic import context

import assistant.store
from assistant.store.tables.library import Base

# Every concern has its tables in a module of its own; all of them join the metadata.
for module in iter_modules(assistant.store.__path__):
    if module.name.endswith("_tables"):
        import_module(f"assistant.store.{module.name}")

context.configure(
    connection=context.config.attributes["connection"], target_metadata=Base.metadata, render_as_batch=True, transactional_ddl=False
)
context.run_migrations()
