"""Alembic environment: runs on the connection that :mod:`recommender.store.schema` hands over."""

from alembic import context

from recommender.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
