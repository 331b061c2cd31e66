"""What every test may ask for: a database of its own, a key ring that is nobody's, and the shared data."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.crypto import KeyRing, activate
from core.database import Database

REPOSITORY = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("MOTCUA_SHARED", REPOSITORY.parent / "shared"))


@pytest.fixture(scope="session", autouse=True)
def _test_keys() -> None:
    activate(KeyRing.generate())


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    """An empty SQLite database with every table that has been imported."""
    found = Database(f"sqlite+aiosqlite:///{tmp_path / 'test.db'}")
    await found.create_all()
    yield found
    await found.dispose()


@pytest.fixture(scope="session")
def shared() -> Path:
    """Data for building and testing that is not part of the product."""
    if not SHARED.exists():
        pytest.skip("the shared data folder is not here: set MOTCUA_SHARED to run this test")
    return SHARED
