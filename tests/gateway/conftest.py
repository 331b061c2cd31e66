"""The whole application, composed as the gateway process composes it, without a network around it."""

from __future__ import annotations

import asyncio
import shutil
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from fastapi import FastAPI

from core.database import Database
from core.settings import Settings
from gateway.app import create_app
from tests.gateway.opinion_city import settle

LOCAL_TOKEN = "token-of-the-tests"
NOBODY = "http://127.0.0.1:9"


@pytest.fixture
def app_settings(tmp_path: Path, sqlite: Database) -> Settings:
    return Settings(data_dir=tmp_path, database_url=sqlite.url, _env_file=None)


@pytest.fixture
async def whole_app(app_settings: Settings) -> AsyncIterator[FastAPI]:
    """Every room and every route over an empty database; Rasa is away."""
    app = create_app(app_settings, rasa_url=NOBODY, local_token=LOCAL_TOKEN)
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture(scope="session")
def settled_file(sqlite_template: Path) -> Path:
    """A simulated half year of opinions, planted once and copied for every test that asks for it."""
    path = sqlite_template.with_name("opinion-city.db")
    shutil.copyfile(sqlite_template, path)

    async def plant() -> None:
        database = Database(f"sqlite+aiosqlite:///{path}")
        await settle(database)
        await database.dispose()

    asyncio.run(plant())
    return path


@pytest.fixture
async def opinion_city(settled_file: Path) -> AsyncIterator[Database]:
    path = settled_file.with_name(f"{uuid.uuid4().hex}.db")
    shutil.copyfile(settled_file, path)
    database = Database(f"sqlite+aiosqlite:///{path}")
    yield database
    await database.dispose()
    path.unlink()
