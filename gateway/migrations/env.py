"""Alembic's environment: one schema for SQLite and PostgreSQL, made of every room's tables."""

from alembic import context
from sqlalchemy import create_engine, pool

from core.database import Base
from gateway import tables  # noqa: F401 - registers every table

config = context.config


def run() -> None:
    connectable = config.attributes.get("connection")
    if connectable is not None:
        _migrate(connectable)
        return
    engine = create_engine(config.get_main_option("sqlalchemy.url") or "", poolclass=pool.NullPool)
    with engine.connect() as connection:
        _migrate(connection)


def _migrate(connection) -> None:  # type: ignore[no-untyped-def]
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        compare_type=True,
        render_as_batch=connection.dialect.name == "sqlite",
        transaction_per_migration=True,  # what one has locked is free before the next begins
    )
    with context.begin_transaction():
        context.run_migrations()


run()
