"""The migrations make exactly the tables that the code declares, and can be undone."""

from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import create_engine, inspect

from core.database import Base
from gateway import tables
from gateway.schema import alembic_config, upgrade


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite+aiosqlite:///{tmp_path / 'data' / 'motcua.db'}"


def _tables(url: str) -> set[str]:
    engine = create_engine(url.replace("+aiosqlite", ""))
    try:
        return set(inspect(engine).get_table_names()) - {"alembic_version"}
    finally:
        engine.dispose()


def test_a_new_database_gets_every_table_and_a_second_start_changes_nothing(url: str) -> None:
    upgrade(url)
    upgrade(url)
    assert tables.ROOMS
    assert _tables(url) == set(Base.metadata.tables)
    command.check(alembic_config(url))


def test_the_migrations_can_be_undone(url: str) -> None:
    upgrade(url)
    command.downgrade(alembic_config(url), "base")
    assert _tables(url) == set()
