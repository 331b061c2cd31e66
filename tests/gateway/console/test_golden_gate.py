"""An edit by which a question that was answered rightly would be answered wrongly cannot be handed in."""

from __future__ import annotations

from fastapi import FastAPI

from core import editing
from core.content import ContentStatus
from core.database import Database
from core.yaml_shape import parse_shape
from knowledge.curated import CuratedProcedure
from people.models import Role
from tests.gateway.console.conftest import Browser, hire
from tests.gateway.console.test_content import form_of
from tests.gateway.console.test_unanswered import BIRTH, SEED, Live, app, live  # noqa: F401 - fixtures

OTHER = "procedures/chung-thuc/2.000815.yaml"


async def test_a_name_that_steals_the_questions_of_another_procedure_is_stopped_and_the_page_says_which(
    browser: Browser,
    database: Database,
    app: FastAPI,  # noqa: F811
    live: Live,  # noqa: F811
) -> None:
    stolen = [one.text for one in parse_shape(CuratedProcedure, SEED[BIRTH], BIRTH).golden]
    await browser.sign_in("bientap", await hire(database, "bientap", Role.PROVINCIAL_EDITOR, "tinh"))
    form = form_of(await browser.get(f"/console/noi-dung/sua/{OTHER}"))
    await browser.post(
        f"/console/noi-dung/sua/{OTHER}", {**form, "aliases": "\n".join([form["aliases"], *stolen])}
    )
    assert browser.status == 303
    await browser.get(f"/console/noi-dung/sua/{OTHER}")
    page = await browser.post(f"/console/noi-dung/gui/{OTHER}", {})
    assert browser.status == 422
    assert "Chưa gửi duyệt được" in page
    assert any(one in page for one in stolen)
    async with database.reading() as session:
        draft = await editing.open_version(session, OTHER)
    assert draft is not None
    assert draft.status == ContentStatus.DRAFT
