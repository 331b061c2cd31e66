"""After an import: which procedures the national record now contradicts, and one choice for each field."""

from __future__ import annotations

import html
import re
from datetime import date

from core import editing
from core.database import Database
from gateway import record_compare
from gateway.content_desk import read_document
from knowledge import repository as knowledge
from knowledge.catalogue import _row
from knowledge.curated import DifferentField
from knowledge.models import ImportRun
from knowledge.published import parse_procedure
from knowledge.schemas import Paper, Procedure
from people.models import Role
from tests.gateway.console.conftest import Browser, hire
from tests.gateway.console.test_content import FEE, SEED, publish

FIELDS = DifferentField


def record(day: date, **changed: object) -> Procedure:
    """The national record: our figures, its own sentences."""
    ours = parse_procedure(SEED[FEE], FEE).to_procedure()
    own = {
        "curated": False,
        "source": "national",
        "aliases": (),
        "source_date": day,
        "steps": ("Bước một của quốc gia", "Bước hai của quốc gia"),
        "papers": (Paper(name="Bản chính", originals=1),),
    }
    return ours.model_copy(update={**own, **changed})


READ = record(date(2026, 7, 17))
NOW = record(
    date(2026, 10, 1),
    decision="9999/QĐ-BTP",
    steps=("Bước một của quốc gia", "Bước hai mới"),
    papers=(Paper(name="Bản chính", originals=2),),
)


def fields(text: str, former: tuple[Procedure, ...]) -> dict[DifferentField, bool]:
    found = record_compare.compare(FEE, text, NOW, former)
    return {one.field: bool(one.explained) for one in found if one.field is not FIELDS.NUMBERS}


def test_sentences_count_only_where_the_record_changed_since_ours_were_written() -> None:
    assert set(fields(SEED[FEE], ())) == {FIELDS.DECISION}
    assert set(fields(SEED[FEE], (READ,))) == {FIELDS.DECISION, FIELDS.STEPS, FIELDS.PAPERS}


def test_each_field_is_settled_by_taking_theirs_or_by_a_note_for_this_reading_alone() -> None:
    text = record_compare.take_theirs(FEE, SEED[FEE], NOW, FIELDS.DECISION, "")
    text = record_compare.take_theirs(FEE, text, NOW, FIELDS.PAPERS, "")
    (steps,) = [one for one in record_compare.compare(FEE, text, NOW, (READ,)) if one.field is FIELDS.STEPS]
    text = record_compare.keep_ours(FEE, text, steps, "câu của mình vẫn đúng với bước mới", "9999/QĐ-BTP")
    assert all(fields(text, (READ,)).values())
    assert read_document(FEE, text)["papers"] == [{"name": "Bản chính", "originals": "2"}]
    later = record_compare.compare(FEE, text, NOW.model_copy(update={"steps": ("Khác nữa",)}), (READ,))
    assert {one.field for one in later if not one.explained} - {FIELDS.NUMBERS} == {FIELDS.STEPS}


async def test_the_list_names_what_differs_and_a_choice_takes_it_off(
    browser: Browser, database: Database
) -> None:
    await publish(database, FEE)
    async with database.writing() as session:
        run = ImportRun()
        await knowledge.add_run(session, run)
        await knowledge.add(session, [_row(NOW, run)])
    await browser.sign_in("bientap", await hire(database, "bientap", Role.PROVINCIAL_EDITOR, "tinh"))
    page = await browser.get("/console/noi-dung/so-quoc-gia")
    assert "quyết định công bố" in page
    path = f"/console/noi-dung/so-quoc-gia/{FEE}"
    page = await browser.get(path)
    section = page[page.index("Quyết định công bố") :]
    names = ("number", "ours", "theirs", "started_from")
    choice = {
        name: html.unescape(re.search(rf'name="{name}" value="([^"]*)"', section)[1])  # type: ignore[index]
        for name in names
    }
    await browser.post(path, {**choice, "side": "theirs"})
    assert browser.status == 303
    async with database.reading() as session:
        draft = await editing.open_version(session, FEE)
    assert draft
    assert read_document(FEE, draft.body)["decision"] == "9999/QĐ-BTP"
    assert "bản nháp" in await browser.get("/console/noi-dung/so-quoc-gia")
