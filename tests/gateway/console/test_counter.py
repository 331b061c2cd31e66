"""While a queue stands: what somebody says becomes a list to read, and what is missing is asked for once."""

from __future__ import annotations

from io import BytesIO

import pytest
from docx import Document
from fastapi import FastAPI

from core.database import Database
from people import audit_repository
from people.models import Role
from tests.gateway.console.conftest import Browser, hire
from tests.gateway.console.test_unanswered import Live, app, live  # noqa: F401 - fixtures


@pytest.fixture
async def counter(browser: Browser, database: Database, app: FastAPI) -> Browser:  # noqa: F811
    await browser.sign_in("canbo", await hire(database, "canbo", Role.OFFICER))
    return browser


async def test_what_somebody_says_becomes_a_large_list_with_its_address(counter: Browser) -> None:
    page = await counter.get("/console/quay?noi=dang+ky+khai+sinh+cho+con")
    assert "Giấy chứng sinh" in page
    assert "<svg" in page.split('class="qr-box"')[1][:200]
    assert "/p/1.001193" in page
    assert "kho=80mm" in page


async def test_one_request_names_everything_and_keeps_nobodys_name(
    counter: Browser, database: Database
) -> None:
    await counter.get("/console/quay?ma=1.001193")
    form = {
        "ma": "1.001193",
        "p0": "on",
        "g0": "bản chụp mờ, mang bản chính",
        "other": "Giấy ủy quyền",
        "reason": "đối chiếu thấy thiếu hai giấy tờ",
        "applicant": "Nguyễn Văn Mẫu",
    }
    page = await counter.post("/console/quay/phieu", {**form, "reason": "x"})
    assert counter.status == 422
    assert "ghi lý do" in page
    await counter.get("/console/quay?ma=1.001193")
    await counter.post("/console/quay/phieu", form)
    assert counter.status == 200
    document = Document(BytesIO(counter.answer.body))
    words = "\n".join(p.text for p in document.paragraphs)
    words += "\n".join(cell.text for table in document.tables for row in table.rows for cell in row.cells)
    for said in ("PHIẾU YÊU CẦU BỔ SUNG", "bản chụp mờ", "Giấy ủy quyền", "Nguyễn Văn Mẫu", "hai giấy tờ"):
        assert said in words
    async with database.reading() as session:
        (entry,) = await audit_repository.audit_entries(session, action="supplement.draft")
        assert entry.subject == "procedure:1.001193"
        assert "Mẫu" not in (entry.reason or "")
