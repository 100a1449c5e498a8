"""Alembic environment: runs on the connection it is handed."""

from alembic import context

from assistant.store import account_tables, withdrawal_tables  # noqa: F401  (their tables join the metadata)
from assistant.store.tables import Base

context.configure(
    connection=context.config.attributes["connection"], target_metadata=Base.metadata, render_as_batch=True, transactional_ddl=False
)
context.run_migrations()
