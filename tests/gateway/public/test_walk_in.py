"""A poster's code where the office has no questionnaire: whoever scans it is told what else they can do."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi import FastAPI

from core.database import Database
from gateway.opinion import opinion_content
from gateway.opinion_desk import OpinionDesk
from gateway.public.assets import Assets
from gateway.public.pages import Pages
from gateway.public.site import Site
from gateway.public.walk_in import walk_in_router
from tests.gateway.asgi import call


@pytest.mark.parametrize("path", ["/y-kien/a", "/ban-cham/a/cho-doi"])
async def test_without_a_questionnaire_the_poster_leads_to_the_chat(path: str, tmp_path: Path) -> None:
    async def name_of(_code: str) -> str:
        return "UBND phường A"

    app = FastAPI()
    desk = OpinionDesk(Database(f"sqlite+aiosqlite:///{tmp_path / 'x.db'}"), lambda: opinion_content([]))
    app.include_router(walk_in_router(Pages(Assets(), Site(sample=True)), desk, name_of=name_of))
    for method in ("GET", "POST"):
        answer = await call(app, method, path, headers={"accept": "text/html"})
        assert answer.status == 503
        assert "Chỗ này chưa nhận góp ý" in answer.body.decode()
        assert 'href="/chat"' in answer.body.decode()
