"""The web application: every room composed, none of them knowing the others."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from fastapi import FastAPI

from conversations.desk import Desk, DeskLimits
from conversations.rasa import RasaAssistant
from core.database import Database
from core.settings import Settings
from gateway.api.auth import Doorkeeper
from gateway.api.health import health_router
from gateway.api.turns import turns_router
from people.service import Scope


def create_app(
    settings: Settings, *, rasa_url: str, actions_url: str | None = None, local_token: str | None = None
) -> FastAPI:
    database = Database(settings.database)
    assistant = RasaAssistant(rasa_url, timeout_seconds=settings.rasa_timeout_seconds)
    desk = Desk(
        database,
        assistant,
        limits=DeskLimits(
            question_characters=settings.max_question_characters,
            turns_per_minute=settings.turns_per_minute,
            context_life=timedelta(hours=settings.context_hours),
        ),
    )
    door = Doorkeeper(database, local_token)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        await assistant.close()
        await database.dispose()

    app = FastAPI(title="Motcua", lifespan=lifespan, docs_url=None, redoc_url=None)
    app.include_router(health_router(database, rasa_url=rasa_url, actions_url=actions_url))
    app.include_router(turns_router(desk, door.require(Scope.TURNS)))
    return app
