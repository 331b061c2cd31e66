"""Staff change what citizens are told: in plain fields, approved by another person, live at once."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest

from core import editing
from core.content import ContentStatus, add_version, live_version
from core.content_mirror import read_folder
from core.database import Database
from gateway import content_desk
from gateway.console.model_form import FieldKind, FieldView, fields_of, read_form
from gateway.content_kinds import why_not
from people.models import Role
from tests.gateway.console.conftest import Browser, hand_in, hire

SEED = read_folder(Path(__file__).resolve().parents[3] / "content")
EDITABLE = {key: text for key, text in SEED.items() if content_desk.kind_of(key)}
FEE = "procedures/chung-thuc/2.000815.yaml"
PLACE = "places/phuong-a.yaml"
"""The place of the ward whose editors are hired here."""
TEXTS = SEED | {PLACE: SEED["places/quy-nhon.yaml"].replace("id: quy-nhon", "id: phuong-a", 1)}


def filled(fields: list[FieldView]) -> dict[str, str]:
    """The form as a browser sends it when nothing was touched."""
    form: dict[str, str] = {}
    for field in fields:
        if field.kind in (FieldKind.ROWS, FieldKind.GROUP):
            for row in field.rows:
                form |= filled(list(row))
        elif field.kind is FieldKind.CHECK:
            form |= {field.name: "on"} if field.value else {}
        elif field.kind is FieldKind.CHOICES:
            form |= {f"{field.name}.{value}": "on" for value in field.value or []}
        elif field.kind is FieldKind.CHOICE:
            form[field.name] = str(field.value or field.options[0][0])
        else:
            form[field.name] = str(field.value if field.value is not None else "")
    return form


@pytest.mark.parametrize("key", sorted(EDITABLE))
def test_saving_a_form_that_nobody_touched_changes_nothing(key: str) -> None:
    kind = content_desk.kind_of(key)
    assert kind
    data = content_desk.read_document(key, EDITABLE[key])
    again = content_desk.write_document(key, read_form(kind.shape, filled(fields_of(kind.shape, data)), data))
    assert why_not(key, again) is None
    parse = kind.shape.model_validate
    assert parse(content_desk.read_document(key, again)) == parse(data)


def form_of(page: str) -> dict[str, str]:
    """What a browser would send of the edit form: inputs, areas and choices of the page."""
    found: dict[str, str] = {}
    form = page.split('class="card', 1)[1]
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if not name or " disabled" in tag or ('type="checkbox"' in tag and " checked" not in tag):
            continue
        found.setdefault(name[1], html.unescape(value[1]) if value else "on")
    for name, body in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', form, re.S):
        found.setdefault(name, html.unescape(body))
    for name, body in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'value="([^"]*)" selected', body)
        found.setdefault(name, html.unescape(chosen[1]) if chosen else "")
    return found


async def publish(database: Database, key: str) -> None:
    async with database.writing() as session:
        await add_version(session, key=key, text=TEXTS[key], status=ContentStatus.PUBLISHED, author="seed")


async def test_a_place_gets_its_phone_and_is_live_after_approval(
    browser: Browser, database: Database
) -> None:
    await publish(database, PLACE)
    await browser.sign_in("phuong", await hire(database, "phuong", Role.WARD_EDITOR))
    form = form_of(await browser.get(f"/console/noi-dung/sua/{PLACE}"))
    await browser.post(
        f"/console/noi-dung/sua/{PLACE}", {**form, "phone": "02560000000", "reason": "có số mới"}
    )
    assert browser.status == 303
    page = await browser.get(f"/console/noi-dung/sua/{PLACE}")
    assert "Điện thoại: trước “chưa có”, nay “02560000000”." in page
    await hand_in(browser, PLACE)
    approver = Browser(browser.app)
    await approver.sign_in("duyet", await hire(database, "duyet", Role.PROVINCIAL_APPROVER, "tinh"))
    page = await approver.get(f"/console/noi-dung/sua/{PLACE}")
    read = re.search(r'name="read" value="(\w{64})"', page)
    assert read
    await approver.post(f"/console/noi-dung/duyet/{PLACE}", {"read": read[1]})
    async with database.reading() as session:
        live = await live_version(session, PLACE)
    assert live
    assert "02560000000" in live.body
    assert (live.author, live.approver) == ("phuong", "duyet")


async def test_a_fee_without_its_basis_cannot_even_be_saved_and_the_page_says_why(
    browser: Browser, database: Database
) -> None:
    await publish(database, FEE)
    await browser.sign_in("bientap", await hire(database, "bientap", Role.PROVINCIAL_EDITOR, "tinh"))
    form = form_of(await browser.get(f"/console/noi-dung/sua/{FEE}"))
    basis = next(name for name in form if ".fees.0.basis" in name)
    page = await browser.post(f"/console/noi-dung/sua/{FEE}", {**form, basis: ""})
    assert browser.status == 422
    assert "có mức thu mà chưa có căn cứ. Cách sửa: ghi số văn bản vào ô Căn cứ." in page
    assert "methods" not in re.findall(r'role="alert">(.*?)</div>', page)[0]
    assert ".yaml, mục" not in page
    async with database.reading() as session:
        assert await editing.open_version(session, FEE) is None


async def test_a_ward_changes_how_citizens_call_it_but_not_the_fee(
    browser: Browser, database: Database
) -> None:
    await publish(database, FEE)
    await browser.sign_in("phuong", await hire(database, "phuong", Role.WARD_EDITOR))
    form = form_of(await browser.get(f"/console/noi-dung/sua/{FEE}"))
    forged = {**form, "aliases": form["aliases"] + "\nđóng dấu sao y", "methods.0.fees.0.amount": "1"}
    await browser.post(f"/console/noi-dung/sua/{FEE}", forged)
    async with database.reading() as session:
        draft = await editing.open_version(session, FEE)
    assert draft
    before, after = (content_desk.read_document(FEE, text) for text in (SEED[FEE], draft.body))
    assert "đóng dấu sao y" in after["aliases"]
    assert after["methods"] == before["methods"]


async def test_two_editors_at_once_the_second_is_told_and_keeps_what_was_typed(
    browser: Browser, database: Database
) -> None:
    await publish(database, PLACE)
    other = Browser(browser.app)
    await browser.sign_in("lan", await hire(database, "lan", Role.WARD_EDITOR))
    await other.sign_in("hoa", await hire(database, "hoa", Role.WARD_EDITOR))
    form = form_of(await browser.get(f"/console/noi-dung/sua/{PLACE}"))
    late = form_of(await other.get(f"/console/noi-dung/sua/{PLACE}"))
    await browser.post(f"/console/noi-dung/sua/{PLACE}", {**form, "phone": "02560000001"})
    page = await other.post(f"/console/noi-dung/sua/{PLACE}", {**late, "address": "12 đường Mẫu"})
    assert other.status == 409
    assert "lan vừa sửa" in page
    assert "12 đường Mẫu" in page
    assert "02560000001" in page


async def test_a_hold_is_one_form_away_and_can_be_lifted(browser: Browser, database: Database) -> None:
    await publish(database, FEE)
    await browser.sign_in("phuong", await hire(database, "phuong", Role.WARD_EDITOR))
    await browser.get(f"/console/noi-dung/sua/{FEE}")
    await browser.post(f"/console/noi-dung/tam-dung/{FEE}", {"reason": "nghi mức thu đã đổi"})
    assert "nghi mức thu đã đổi" in await browser.get(f"/console/noi-dung/sua/{FEE}")
    await browser.post(f"/console/noi-dung/tam-dung/{FEE}", {"lift": "1"})
    async with database.reading() as session:
        assert await editing.held(session) == {}
