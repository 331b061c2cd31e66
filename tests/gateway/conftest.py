"""The whole application, composed as the gateway process composes it, without a network around it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from fastapi import FastAPI

from core.database import Database
from core.settings import Settings
from gateway.app import create_app

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
