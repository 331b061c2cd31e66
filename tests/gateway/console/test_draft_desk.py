"""A draft is seen in every channel and asked before it is live; the national record is a choice."""

from __future__ import annotations

import html
import re

import pytest
from fastapi import FastAPI

from core import editing
from core.content import live_version
from core.database import Database
from gateway import record_compare
from gateway.record_compare import CompareError
from knowledge import repository as knowledge
from knowledge.catalogue import _row
from knowledge.curated import DifferentField
from knowledge.models import ImportRun
from knowledge.published import parse_procedure
from knowledge.schemas import Procedure
from people.models import Role
from tests.gateway.console.conftest import Browser, hire
from tests.gateway.console.test_content import FEE, form_of
from tests.gateway.console.test_unanswered import SEED, Live, app, live  # noqa: F401 - fixtures


def national() -> Procedure:
    """A record that says three days and 9.000 đồng at the counter."""
    ours = parse_procedure(SEED[FEE], FEE).to_procedure()
    methods = []
    for method in ours.methods:
        fees = [fee.model_copy(update={"amount": 9000}) if fee.amount else fee for fee in method.fees]
        methods.append(method.model_copy(update={"fees": tuple(fees)}))
    return ours.model_copy(
        update={"methods": tuple(methods), "curated": False, "source": "national", "aliases": ()}
    )


async def test_the_card_follows_what_is_typed_and_keeps_nothing(
    browser: Browser,
    database: Database,
    app: FastAPI,  # noqa: F811
) -> None:
    await browser.sign_in("bientap", await hire(database, "bientap", Role.PROVINCIAL_EDITOR, "tinh"))
    page = await browser.get(f"/console/noi-dung/sua/{FEE}")
    for channel in ("Trang web", "Zalo", "Telegram", "SMS"):
        assert f"<figcaption>{channel}" in page
    assert re.search(r"\d tin, \d+ ký tự", page)
    form = form_of(page)
    amount = next(name for name in form if name.endswith(".amount") and form[name])
    fragment = await browser.post(f"/console/noi-dung/the/{FEE}", {**form, amount: "77000"})
    assert "77.000 đồng" in fragment
    async with database.reading() as session:
        assert await editing.open_version(session, FEE) is None


async def test_a_draft_is_asked_before_anybody_else_asks_it(
    browser: Browser,
    database: Database,
    app: FastAPI,  # noqa: F811
) -> None:
    async with database.writing() as session:
        live_one = await live_version(session, FEE)
        assert live_one is not None
        text = SEED[FEE].replace("aliases:\n", "aliases:\n  - đóng mộc sao y cho tôi\n", 1)
        assert text != SEED[FEE]
        await editing.save_draft(
            session, key=FEE, text=text, author="lan", started_from=live_one.sha256, reason=None
        )
    await browser.sign_in("bientap", await hire(database, "bientap", Role.PROVINCIAL_EDITOR, "tinh"))
    asked = "dong+moc+sao+y+cho+toi+het+bao+nhieu+tien"
    page = await browser.get(f"/console/noi-dung/hoi-thu/{FEE}?cau={asked}&ngay=2026-12-01")
    assert "Trả lời bằng mục đang sửa" in page
    assert "<figcaption>SMS" in page


@pytest.fixture
async def record(database: Database) -> Procedure:
    procedure = national()
    async with database.writing() as session:
        run = ImportRun()
        await knowledge.add_run(session, run)
        await knowledge.add(session, [_row(procedure, run)])
    return procedure


async def test_ours_is_kept_with_a_note_or_theirs_is_taken_with_its_basis(
    browser: Browser,
    database: Database,
    record: Procedure,
    app: FastAPI,  # noqa: F811
) -> None:
    await browser.sign_in("bientap", await hire(database, "bientap", Role.PROVINCIAL_EDITOR, "tinh"))
    path = f"/console/noi-dung/so-quoc-gia/{FEE}"
    page = await browser.get(path)
    assert "9.000 đồng" in page
    assert "Lấy bản quốc gia" in page

    def choice() -> dict[str, str]:
        names = ("number", "ours", "theirs", "started_from")
        return {
            name: html.unescape(re.search(rf'name="{name}" value="([^"]*)"', browser.html)[1])  # type: ignore[index]
            for name in names
        }

    page = await browser.post(path, {**choice(), "side": "ours", "why": "ngắn"})
    assert browser.status == 422
    await browser.post(
        path,
        {
            **choice(),
            "side": "ours",
            "why": "bản quốc gia chưa sửa theo nghị quyết mới",
            "basis": "Nghị quyết mẫu",
        },
    )
    assert browser.status == 303
    page = await browser.get(path)
    assert "Đã giữ bản mình" in page
    async with database.reading() as session:
        draft = await editing.open_version(session, FEE)
        assert draft is not None
        assert "bản quốc gia chưa sửa" in draft.body


def test_theirs_brings_every_figure_with_a_basis_and_settles_the_difference() -> None:
    record = national()
    found = record_compare.compare(FEE, SEED[FEE], record)
    assert DifferentField.FEE in {one.field for one in found}
    made = record_compare.take_theirs(FEE, SEED[FEE], record, DifferentField.FEE, "Nghị quyết mẫu")
    again = record_compare.compare(FEE, made, record)
    assert DifferentField.FEE not in {one.field for one in again}
    with pytest.raises(CompareError, match="sửa tay"):
        record_compare.take_theirs(FEE, SEED[FEE], record, DifferentField.NUMBERS, "x")
