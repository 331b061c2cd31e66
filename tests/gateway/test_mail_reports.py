"""A mail that comes back is fetched from the mailbox of its sender, and its notice counts as not told."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select

from core.channel_settings import MailReportSettings
from core.database import Database
from gateway.mail_reports import MailReports
from notifications.models import Receipt
from tests.wire.fakes import Watching
from tests.wire.imap_server import ImapServer
from tests.wire.test_smtp import bounce, ordinary
from wire.alarms import Trouble
from wire.mail_reports import ReportMailbox


@pytest.fixture
async def server() -> AsyncIterator[ImapServer]:
    made = ImapServer(mails={1: ordinary(), 2: bounce(), 5: bounce("delayed", "4.4.1")})
    running = await made.start()
    yield made
    running.close()


def reader(database: Database, server: ImapServer, watching: Watching, **changes: object) -> MailReports:
    account = {"host": "127.0.0.1", "port": server.port, "security": "none", "user": "mot-cua", **changes}
    settings = MailReportSettings.model_validate({"password": server.password, **account})
    return MailReports(database, ReportMailbox(settings), watching)


async def kept(database: Database) -> list[tuple[str, str]]:
    async with database.reading() as session:
        return [(row.provider, row.status) for row in await session.scalars(select(Receipt))]


async def test_only_reports_are_read_kept_once_and_marked(sqlite: Database, server: ImapServer) -> None:
    reports = reader(sqlite, server, Watching())
    assert await reports.tick() == 2
    assert await kept(sqlite) == [("smtp", "failed")], "what is only delayed is no end"
    assert server.seen == {2, 5}, "the people's own mail stays unread"
    assert await reports.tick() == 0
    server.seen.clear()  # it died before marking them
    assert await reader(sqlite, server, Watching()).tick() == 2
    assert len(await kept(sqlite)) == 1


async def test_a_wrong_password_is_told_to_an_administrator_and_nothing_is_marked(
    sqlite: Database, server: ImapServer
) -> None:
    watching = Watching()
    assert await reader(sqlite, server, watching, password="sai").tick() == 0
    assert [(name, trouble) for name, trouble, _ in watching.alarms] == [("smtp", Trouble.CONFIGURATION)]
    assert server.seen == set()


async def test_a_mailbox_that_is_away_is_tried_again_later(sqlite: Database, server: ImapServer) -> None:
    assert await reader(sqlite, server, Watching(), port=1).tick() == 0
    assert await reader(sqlite, server, Watching()).tick() == 2
