from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import aiohttp
import pytest

from tests.gateway.public.scripted import ScriptedDesk, ScriptedSurveys, Served, build_app, served


class Visitor:
    """Somebody with a browser without scripts: keeps cookies, follows redirects, reads HTML."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self.session, self.url = session, url
        self.status = 0
        self.html = ""
        self.headers: dict[str, str] = {}

    async def get(self, path: str, *, headers: dict[str, str] | None = None) -> str:
        return await self._fetch("GET", path, None, headers or {})

    async def post(
        self, path: str, form: dict[str, str] | None = None, *, headers: dict[str, str] | None = None
    ) -> str:
        return await self._fetch("POST", path, form or {}, {"Origin": self.url, **(headers or {})})

    async def _fetch(
        self, method: str, path: str, form: dict[str, str] | None, headers: dict[str, str]
    ) -> str:
        headers = {"Accept": "text/html", **headers}
        async with self.session.request(method, self.url + path, data=form, headers=headers) as answer:
            self.status = answer.status
            self.headers = {name.lower(): value for name, value in answer.headers.items()}
            self.html = await answer.text()
        return self.html

    @property
    def words(self) -> str:
        """What a reader sees, tags taken out."""
        body = re.sub(r"<template.*?</template>|<head>.*?</head>", " ", self.html, flags=re.S)
        return " ".join(re.sub(r"<[^>]+>", " ", body).split())

    def cookie(self, name: str) -> str | None:
        return next((c.value for c in self.session.cookie_jar if c.key == name), None)

    @asynccontextmanager
    async def line(
        self, path: str = "/chat/ws", *, origin: str | None = None
    ) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
        async with self.session.ws_connect(self.url + path, origin=origin or self.url) as opened:
            yield opened


@pytest.fixture
def desk() -> ScriptedDesk:
    return ScriptedDesk()


@pytest.fixture
def surveys() -> ScriptedSurveys:
    return ScriptedSurveys()


@pytest.fixture
def site(desk: ScriptedDesk, surveys: ScriptedSurveys) -> Iterator[Served]:
    with served(build_app(desk, surveys)) as running:
        yield running


@pytest.fixture
async def visitor(site: Served) -> AsyncIterator[Visitor]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        yield Visitor(session, site.url)
