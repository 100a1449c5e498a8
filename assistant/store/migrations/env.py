"""Alembic environment: runs on the connection it is handed."""

from alembic import context

from assistant.store.tables.library import Base
from assistant.store.transfer import all_tables

all_tables()  # every noun has its tables in a module of its own; all of them join the metadata

context.configure(
    connection=context.config.attributes["connection"], target_metadata=Base.metadata, render_as_batch=True, transactional_ddl=False
)
context.run_migrations()
