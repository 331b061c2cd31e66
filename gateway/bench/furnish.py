"""The office of a bench from nothing: content, catalogue, three years of work, and accounts to look at it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

from core.calendar import local_day
from core.content import ContentStatus, ContentVersion, Document, digest, published
from core.database import Database, utc_now
from core.generations import bump
from core.settings import REPOSITORY, Settings
from dossiers.intake_desk import IntakeDesk
from gateway.bench import samples
from gateway.bench.dispatch import events
from gateway.bench.fill_office import add_units, fill_office
from gateway.bench.office import Office
from gateway.bench.visits import Visitor
from gateway.bench.world import World
from gateway.prepare import prepare
from gateway.sending import NEVER_QUIET
from gateway.staleness import StaleWatch
from knowledge.catalogue import import_files, load_catalogue
from notifications.ladder import Rung
from notifications.planner import Planner
from notifications.pushing import PlannerPolicy
from notifications.schemas import Channel, Purpose
from notifications.wording import load_templates
from people import accounts

_REAL = 20
"""Dossiers that came as events do, so that their story is a real one."""
_CODE = re.compile(r"^code:.*$", re.MULTILINE)


def settings_of(made: World) -> Settings:
    return Settings(data_dir=made.folder, database_url=made.url, _env_file=None)


async def furnish(
    made: World, office: Office, *, catalogue: Sequence[Path] = (), tell: Callable[[str], None]
) -> None:
    await prepare(settings_of(made), tell=tell)
    await move_in(made.url, office, catalogue=catalogue, tell=tell)


async def move_in(
    url: str, office: Office, *, catalogue: Sequence[Path] = (), tell: Callable[[str], None]
) -> None:
    """Into a database with tables and content that nobody else has open.

    ``catalogue``: national exports; what is missing to the number of procedures is curated ones again.
    """
    async with _open(url) as database:
        await add_units(database, office)
    await asyncio.to_thread(fill_office, url, office, tell=tell)
    tell("procedures")
    async with _open(url) as database:
        if catalogue:
            await import_files(database, catalogue)
        await _repeat_curated(database, office.procedures)
        await StaleWatch(database).tick()
        await _real_dossiers(database, office)


@asynccontextmanager
async def _open(url: str) -> AsyncIterator[Database]:
    database = Database(url)
    try:
        yield database
    finally:
        await database.dispose()


async def sign_up(database: Database, visitors: Sequence[Visitor]) -> dict[str, tuple[str, str]]:
    """An account for each visitor: name and password."""
    found = {}
    async with database.writing() as session:
        for number, visitor in enumerate(visitors):
            if visitor.role is None:
                continue
            name = f"xem.trang.{number:02d}"
            staff, password = await accounts.create_account(
                session, username=name, display_name=f"Người xem {number}", actor="bench",
                now=utc_now(), second_factor_due=False, handed_out=False,
            )  # fmt: skip
            await accounts.give_post(
                session, staff=staff, unit_code=visitor.unit, role=visitor.role, actor="bench",
                starts_on=local_day(utc_now()),
            )  # fmt: skip
            found[visitor.name] = (name, password)
    return found


async def _repeat_curated(database: Database, wanted: int) -> None:
    async with database.writing() as session:
        curated: list[Document] = await published(session, ["procedures"])
        missing = wanted - len({*await load_catalogue(session), *(_code(one.key) for one in curated)})
        for number in range(missing):
            one = curated[number % len(curated)]
            code = f"9.{number:06d}"
            text = _CODE.sub(f'code: "{code}"', one.text, count=1)
            session.add(
                ContentVersion(
                    kind=one.kind, key=f"procedures/nhac-lai/{code}.yaml", version=1, body=text,
                    sha256=digest(text), status=ContentStatus.PUBLISHED, author="bench",
                    published_at=utc_now(),
                )
            )  # fmt: skip
        await bump(session, "content")


def _code(key: str) -> str:
    return key.rsplit("/", 1)[-1].removesuffix(".yaml")


async def _real_dossiers(database: Database, office: Office) -> None:
    for kind in ("received", "processing", "result_ready"):
        await IntakeDesk(database).submit(events(range(_REAL), partial(_event, kind=kind, office=office)))
    wordings = load_templates(REPOSITORY / "content")
    ladders = dict.fromkeys(Purpose, (Rung(Channel.SMS, "stub"),))
    planner = Planner(database, lambda: wordings, policy=PlannerPolicy(ladders=ladders, quiet=NEVER_QUIET))
    while await planner.tick():
        pass


def _event(number: int, *, kind: str, office: Office) -> dict[str, Any]:
    made = samples.event(number, kind=kind)
    made["data"]["unit"] = office.name(1)
    return made
