"""No page reads a whole table that grows: what is quick in the first week stays so after years."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote, urlencode

from sqlalchemy import text

from core.content import ContentStatus, add_version
from core.content_mirror import read_folder
from core.database import Database
from core.settings import Settings
from gateway.app import create_app
from gateway.bench.furnish import move_in, sign_up
from gateway.bench.office import Office
from gateway.bench.plans import OFFICE, listening, whole_tables
from gateway.bench.visits import CITIZEN, Page, Visitor, pages_of, staff_visitors
from gateway.knowledge import SEED
from tests.gateway.asgi import call
from tests.gateway.conftest import NOBODY

SMALL = Office(dossiers=3_000, conversations=200, procedures=0, wards=3, staff=5)
FORM = {"accept": "text/html", "content-type": "application/x-www-form-urlencoded"}
# Pages of one thing that is not there in this office, or that is not a page.
NOT_SEEN = re.compile(r"token|zalo|photo|letter|poll|^/p/")
# They ask for more than an address, or for what nobody has.
ASK_FOR_MORE = {"/console/phieu-giay/to-quay.pdf", "/console/ho-so?ma=H98.02-200101-00000001"}
AN_INDEX = "ix_extension_dossier"
# Enough to have something on every page: a search over all procedures is no statement of a database.
CONTENT = re.compile(r"^(?!procedures/(?!ho-tich)|lexicon/phrases-)")


def silent(_line: str) -> None:
    pass


def who_looks(page: Page, visitors: list[Visitor]) -> list[Visitor]:
    """One who sees the whole province and one of a ward: between them they make every statement there is."""
    may = [one for one in visitors if page.open_to(one)]
    by_unit = {one.unit: one for one in reversed(may)}
    return list(by_unit.values())


async def test_no_page_of_anybody_reads_a_whole_table(database: Database, tmp_path: Path) -> None:
    async with database.writing() as session:
        for key, body in read_folder(SEED).items():
            if CONTENT.match(key):
                await add_version(session, key=key, text=body, status=ContentStatus.PUBLISHED, author="seed")
    await database.dispose()
    await move_in(database.url, SMALL, tell=silent)
    visitors = [*staff_visitors(SMALL), CITIZEN]
    accounts = await sign_up(database, visitors)
    settings = Settings(data_dir=tmp_path, database_url=database.url, _env_file=None)
    app = create_app(settings, rasa_url=NOBODY)
    seen: dict[int, set[str]] = {}
    async with app.router.lifespan_context(app):
        async with database.reading() as session:
            pages, left_out = await pages_of(app, session)
        cookies = {}
        for visitor, (name, password) in accounts.items():
            form = urlencode({"username": name, "password": password}).encode()
            answer = await call(app, "POST", "/console/dang-nhap", body=form, headers=FORM)
            cookies[visitor] = answer.headers["set-cookie"].split(";")[0]
        with listening() as heard:
            for page in pages:
                for visitor in who_looks(page, visitors):
                    headers = {"accept": "text/html", "cookie": cookies.get(visitor.name, "")}
                    answer = await call(app, "GET", quote(page.paths[0], safe="/?=&+%:"), headers=headers)
                    seen.setdefault(answer.status, set()).add(page.name)
    assert len(seen[200]) > 70, seen
    assert seen.keys() <= {200, 303, 404, 422}, seen
    unseen = {one for status in (404, 422) for one in seen.get(status, ()) if "console" in one}
    assert unseen <= ASK_FOR_MORE
    assert not [path for path in left_out if not NOT_SEEN.search(path)], left_out
    async with database.writing() as session:
        await session.execute(text("ANALYZE"))
    assert whole_tables(database.url, heard, small=True, growing=OFFICE, walked=True) == {}

    async with database.writing() as session:
        await session.execute(text(f"DROP INDEX {AN_INDEX}"))
    without = whole_tables(database.url, heard, small=True, growing=OFFICE, walked=True)
    assert without, "an index that is not there is missed"
    assert all("extension" in one for one in without)
