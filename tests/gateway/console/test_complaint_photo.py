"""A photo comes with a complaint, lies encrypted, and is shown to who may read the complaint alone."""

from __future__ import annotations

import io
import re
from datetime import timedelta

from fastapi import FastAPI
from PIL import Image
from sqlalchemy import text

from core.calendar import WorkingCalendar
from core.database import Database
from dossiers import complaint_desk, complaint_repository, photo_repository
from gateway.content_kinds import shipped_complaint_terms
from gateway.public.assets import Assets
from gateway.public.complaints import complaints_router
from gateway.public.pages import Pages
from gateway.public.site import Site
from people import audit_repository
from people.models import Role
from tests.gateway.asgi import call
from tests.gateway.console.conftest import NOW, Browser, Clock, hire

UNIT = "UBND phường A"


def picture() -> bytes:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "May anh cua ai do"
    Image.new("RGB", (40, 20), "teal").save(out, "JPEG", exif=exif)
    return out.getvalue()


def citizens_page(database: Database, clock: Clock) -> FastAPI:
    app = FastAPI()
    pages = Pages(Assets(), Site(sample=True))
    app.include_router(
        complaints_router(
            pages,
            database,
            units=lambda: [UNIT],
            calendar=WorkingCalendar,
            clock=clock,
            terms=shipped_complaint_terms,
        )
    )
    return app


async def send(app: FastAPI, *photos: bytes) -> tuple[int, str]:
    fields = {"kind": "reflection", "text": "Rác đổ trước cổng trường ba ngày nay.", "unit": UNIT}
    parts = [
        f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    for photo in photos:
        head = b'--x\r\nContent-Disposition: form-data; name="photo"; filename="a.jpg"\r\n\r\n'
        parts.append(head + photo + b"\r\n")
    headers = {"content-type": "multipart/form-data; boundary=x", "accept": "text/html"}
    answer = await call(app, "POST", "/phan-anh", body=b"".join(parts) + b"--x--\r\n", headers=headers)
    return answer.status, answer.headers.get("location", "") or answer.body.decode()


async def test_whoever_may_read_the_complaint_sees_its_photo_and_the_look_is_on_record(
    browser: Browser, database: Database, clock: Clock
) -> None:
    status, _ = await send(citizens_page(database, clock), picture())
    assert status == 303
    async with database.reading() as session:
        (stored,) = (await session.execute(text("select content from complaint_photo"))).scalars()
        (row,) = await complaint_repository.received_between(
            session, NOW - timedelta(days=1), NOW + timedelta(days=1), limit=5
        )
    assert ":" in stored[:8], "written with a key of the ring"
    await browser.sign_in("phutrach", await hire(database, "phutrach", Role.HEAD_OF_UNIT))
    page = await browser.get(f"/console/phan-anh/{row.id}")
    found = re.search(rf'src="(/console/phan-anh/{row.id}/anh/\w{{26}})"', page)
    assert found
    await browser.get(found[1])
    assert browser.answer.headers["content-type"] == "image/jpeg"
    assert browser.answer.headers["cache-control"] == "no-store"
    assert b"May anh" not in browser.answer.body
    async with database.reading() as session:
        (look,) = await audit_repository.audit_entries(session, actor="phutrach", action="complaint.photo")
    assert look.subject == f"complaint:{row.id}"
    other = Browser(browser.app)
    await other.sign_in("phuongb", await hire(database, "phuongb", Role.HEAD_OF_UNIT, "phuong-b"))
    await other.get(found[1])
    assert other.status == 404


async def test_a_file_that_is_no_photo_keeps_the_words_and_says_why(database: Database, clock: Clock) -> None:
    status, page = await send(citizens_page(database, clock), b"%PDF-1.7")
    assert status == 422
    assert "không phải ảnh" in page
    assert "Rác đổ trước cổng trường" in page
    status, page = await send(citizens_page(database, clock), *[picture()] * 4)
    assert "nhiều nhất 3 ảnh" in page


async def test_a_denunciation_loses_its_photo_with_its_words(database: Database, clock: Clock) -> None:
    await send(citizens_page(database, clock), picture())
    async with database.writing() as session:
        (row,) = await complaint_repository.received_between(
            session, NOW - timedelta(days=1), NOW + timedelta(days=1), limit=5
        )
        await complaint_desk.redirect(session, row, now=NOW)
    async with database.reading() as session:
        assert await photo_repository.photos_of(session, row.id) == []
