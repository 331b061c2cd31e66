"""The product's own application over the sandbox: deliveries in by ASGI, answers out over HTTP."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest
from fastapi import FastAPI

from conversations.desk import Desk
from core.database import Database, utc_now
from core.message import Button, OutboundMessage, Outcome, Reply, Task
from core.settings import Settings
from dossiers.service import accept
from gateway.channels.compose import Channels
from gateway.sandbox.server import Sandbox
from gateway.sandbox.wire import Delivery
from gateway.sending import consent_in_sandbox
from tests.dossiers.samples import full_event, read
from tests.gateway.asgi import Answer, call

PHONE = "+84900000001"


class ScriptedAssistant:
    """Answers every question alike, and remembers what it was asked."""

    def __init__(self) -> None:
        self.basis = ""
        self.asked: list[tuple[str, str | None]] = []

    async def reply(
        self, *, conversation_id: str, text: str, action: str | None, context: dict[str, Any], **_: Any
    ) -> Reply:
        self.asked.append((text, action))
        buttons = [
            Button(title="Có rồi", action="case:1"),
            Button(title="Gặp cán bộ", action="task:handover"),
        ]
        return Reply(
            outcome=Outcome.ANSWER,
            task=Task.DOSSIER_STATUS if action == "task:dossier_status" else None,
            messages=[
                OutboundMessage(
                    text=f"Dạ, về: {text or action}\nCần giấy chứng sinh.{self.basis}", buttons=buttons
                )
            ],
        )

    async def close(self) -> None: ...


@dataclass
class World:
    """A deployment whose accounts are the sandbox's."""

    sandbox: Sandbox
    database: Database
    channels: Channels
    assistant: ScriptedAssistant
    app: FastAPI
    settings: Settings

    async def deliver(self, delivery: Delivery | None, **changed: Any) -> Answer:
        """One delivery of the sandbox, as its bytes, perhaps changed on the way."""
        assert delivery is not None
        parts = urlsplit(delivery.url)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        return await call(
            self.app,
            delivery.method,
            changed.get("path", path),
            body=changed.get("body", delivery.body),
            headers=changed.get("headers", delivery.headers),
        )

    async def settle(self) -> None:
        """Work on everything that is waiting."""
        while await self.channels.inbox.tick() or await self.channels.receipts.work():
            pass

    async def happens(self, delivery: Delivery | None) -> None:
        assert (await self.deliver(delivery)).status in (200, 204)
        await self.settle()

    @property
    def shown(self) -> list[Any]:
        """What arrived on phones, oldest first."""
        return [one for one in self.sandbox.state.arrivals if not one.outgoing]

    async def dossier(self, number: int = 1, *, phone: str = PHONE, name: str = "Nguyễn Văn Mẫu") -> str:
        code = f"H98.01-261102-{number:04}"
        event = full_event(number=number, dossier_code=code, applicant={"name": name, "phone": phone})
        async with self.database.writing() as session:
            await accept(session, read(event), now=utc_now())
        return code


@pytest.fixture
async def world(sqlite: Database, tmp_path, monkeypatch) -> AsyncIterator[World]:
    sandbox = Sandbox()
    await sandbox.start()
    assert sandbox.mail is not None
    environment = sandbox.accounts.environment(sandbox.url, smtp_port=sandbox.mail.port)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("MOTCUA_PUBLIC_URL", "http://gateway.invalid")
    monkeypatch.setenv("MOTCUA_TELEGRAM__USERNAME", "motcua_thu_bot")
    settings = Settings(data_dir=tmp_path, _env_file=None)  # type: ignore[call-arg]
    assistant = ScriptedAssistant()
    channels = Channels(settings, sqlite, Desk(sqlite, assistant))
    await channels.start()
    for task in channels._tasks:  # tests turn the wheels themselves
        task.cancel()
    assert channels.providers is not None
    assert channels.providers.zalo is not None
    await consent_in_sandbox(channels.providers.zalo)
    app = FastAPI()
    app.include_router(channels.router)
    yield World(sandbox, sqlite, channels, assistant, app, settings)
    await channels.stop()
    await sandbox.stop()
    for name in environment:
        os.environ.pop(name, None)
