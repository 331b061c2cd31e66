"""Which documents have ended, what rests on them, and what in the content waits for somebody."""

from __future__ import annotations

import re
from datetime import date

import pytest
from fastapi import FastAPI

from core.content import ContentStatus, Document, add_version
from core.database import Database
from gateway.upkeep import Gap, gap_lines, legal_lines
from knowledge.legal import Standing
from knowledge.models import StaleFinding
from knowledge.published import read_content
from people.models import Role
from tests.gateway.console.conftest import Browser, hire
from tests.gateway.console.test_content import form_of
from tests.gateway.console.test_unanswered import BIRTH, SEED, Live, app, live  # noqa: F401 - fixtures

DAY = date(2026, 11, 26)


def documents() -> list[Document]:
    return [Document(key.split("/")[0], key, text, 1) for key, text in SEED.items()]


def test_a_document_that_has_ended_and_is_still_cited_stands_first() -> None:
    files = documents()
    content = read_content(files, {})
    lines = legal_lines(files, content, [], date(2030, 1, 1))
    ended = [line.standing is Standing.ENDED and bool(line.cited_by) for line in lines]
    assert ended == sorted(ended, reverse=True)
    finding = StaleFinding(
        code="1.001193", kind="legal", subject=lines[0].document.number, reason="", owner="x"
    )
    assert legal_lines(files, content, [finding], DAY)[0:] != []
    again = {one.document.number: one.tasks for one in legal_lines(files, content, [finding], DAY)}
    assert again[lines[0].document.number] == 1


def test_every_gap_is_found_where_it_is() -> None:
    files = [one for one in documents() if one.kind == "procedures"]
    keys = [one.key for one in files]
    content = read_content(files, {})
    lines = gap_lines(keys, content, [], {BIRTH: "lan"}, date(2027, 12, 1))
    of_birth = {line.gap for line in lines if line.code == "1.001193"}
    assert of_birth == {Gap.OVERDUE, Gap.NO_SAMPLE}
    fresh = gap_lines(keys, content, [], {}, DAY)
    assert Gap.OVERDUE not in {line.gap for line in fresh if line.code == "1.001193"}
    assert Gap.NO_OWNER in {line.gap for line in fresh if line.code == "1.001193"}


@pytest.mark.parametrize("path", ["/console/van-ban", "/console/can-xem-lai"])
async def test_the_pages_open_for_whoever_reads_content(
    path: str,
    browser: Browser,
    database: Database,
    app: FastAPI,  # noqa: F811
) -> None:
    async with database.writing() as session:
        for key, text in SEED.items():
            if key.startswith("legal/"):
                await add_version(session, key=key, text=text, status=ContentStatus.PUBLISHED, author="seed")
    await browser.sign_in("giamsat", await hire(database, "giamsat", Role.AUDITOR, "tinh"))
    page = await browser.get(path)
    assert browser.status == 200
    assert "thủ tục" in page


async def test_the_end_of_a_document_is_noted_in_a_form_and_counts_after_approval(
    browser: Browser,
    database: Database,
    app: FastAPI,  # noqa: F811
) -> None:
    key = "legal/fees-insurance.yaml"
    async with database.writing() as session:
        await add_version(session, key=key, text=SEED[key], status=ContentStatus.PUBLISHED, author="seed")
    await browser.sign_in("bientap", await hire(database, "bientap", Role.PROVINCIAL_EDITOR, "tinh"))
    assert f"/console/noi-dung/sua/{key}" in await browser.get("/console/van-ban")
    form = form_of(await browser.get(f"/console/noi-dung/sua/{key}"))
    spare = max(int(name.split(".")[1]) for name in form if name.startswith("documents."))
    new = {"number": "99/2026/TT-BTC", "title": "Phí mẫu", "in_force_from": "2027-01-01"}
    row = {f"documents.{spare}.{name}": value for name, value in new.items()}
    wrong = {**form, "documents.0.replaced_by": "99/2026/TT-BTC", "documents.0.ends_on": ""}
    page = await browser.post(f"/console/noi-dung/sua/{key}", wrong)
    assert browser.status == 422
    assert "Văn bản 1" in page
    right = {**form, **row, "documents.0.replaced_by": "99/2026/TT-BTC"}
    await browser.post(f"/console/noi-dung/sua/{key}", {**right, "reason": "thông tư mới"})
    assert browser.status == 303
    page = await browser.get(f"/console/noi-dung/sua/{key}")
    assert "hết hiệu lực sau ngày 31/12/2026; thay bằng 99/2026/TT-BTC" in page
    await browser.post(f"/console/noi-dung/gui/{key}", {})
    approver = Browser(browser.app)
    await approver.sign_in("duyet", await hire(database, "duyet", Role.PROVINCIAL_APPROVER, "tinh"))
    read = re.search(r'name="read" value="(\w{64})"', await approver.get(f"/console/noi-dung/sua/{key}"))
    assert read
    await approver.post(f"/console/noi-dung/duyet/{key}", {"read": read[1]})
    page = await approver.get("/console/van-ban?q=99/2026&ngay=2027-01-02")
    assert "Đang có hiệu lực" in page
