"""What documents are called, kept in memory: a list of thousands parses only what has changed."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from core.content import Document, live_versions, texts_of
from core.generations import generation
from core.text.fold import fold
from core.yaml_shape import ContentShapeError, read_yaml
from gateway import content_desk

# On one line: what goes on further in is read with the whole document.
_PLAIN_NAME = re.compile(r"^plain_name:[^\n]*$(?!\n[ \t])", re.MULTILINE)


@dataclass(frozen=True)
class Named:
    """A live document. ``folded``: its name and its key, to be searched in."""

    key: str
    version: int
    name: str
    folded: str


class ContentNames:
    def __init__(self) -> None:
        self._known: dict[str, Named] = {}
        self._lists: dict[str, tuple[int, Sequence[Named]]] = {}

    async def of(self, session: AsyncSession, kind: str) -> Sequence[Named]:
        """The live documents of a kind that have a form, by key."""
        now = await generation(session, "content")
        at, listed = self._lists.get(kind, (None, ()))
        if at == now:
            return listed
        live = await live_versions(session, kind)
        changed = [key for key, version in live if not self._knows(key, version)]
        for named in await asyncio.to_thread(_named, await texts_of(session, changed)):
            self._known[named.key] = named
        listed = [
            self._known[key]
            for key, _ in live
            if key in self._known and content_desk.kind_of(key) is not None
        ]
        self._lists[kind] = (now, listed)
        return listed

    def _knows(self, key: str, version: int) -> bool:
        known = self._known.get(key)
        return known is not None and known.version == version


def _named(documents: Sequence[Document]) -> list[Named]:
    found = []
    for one in documents:
        name = quick_name(one.key, one.text)
        found.append(Named(one.key, one.version, name, fold(f"{name} {one.key}")))
    return found


def quick_name(key: str, text: str) -> str:
    """``content_desk.name_of``, from the one line of a procedure that tells it where there is one."""
    line = _PLAIN_NAME.search(text) if key.startswith("procedures/") else None
    if line is not None:
        with suppress(ContentShapeError):
            if name := read_yaml(line[0], key).get("plain_name"):
                return str(name)
    return content_desk.name_of(key, text)
