"""The chat inside a ward's own site: who may frame it, and what that site gets to see."""

from __future__ import annotations

import pytest
from fastapi import FastAPI
from pydantic import ValidationError

from core.channel_settings import WebchatSettings
from gateway.channels.webchat_places import FRAMED, OWN_PAGE
from tests.gateway.asgi import call
from tests.gateway.public.scripted import ScriptedDesk, ScriptedSurveys, build_app

WARD = "https://phuong-mau.gov.example"


def app(*framed_by: str) -> FastAPI:
    return build_app(ScriptedDesk(), ScriptedSurveys(), framed_by=framed_by)


async def test_the_frame_may_be_shown_on_the_sites_we_named_and_on_no_other() -> None:
    answer = await call(app(WARD), "GET", "/chat/khung")
    assert answer.headers["content-security-policy"].endswith(f"frame-ancestors 'self' {WARD}")
    assert "x-frame-options" not in answer.headers


@pytest.mark.parametrize("path", ["/chat", "/", "/k/moi", "/p/9.000001"])
async def test_every_other_page_stays_out_of_frames(path: str) -> None:
    answer = await call(app(WARD), "GET", path)
    assert answer.headers["content-security-policy"].endswith("frame-ancestors 'self'")
    assert answer.headers["x-frame-options"] == "SAMEORIGIN"


async def test_without_a_named_site_there_is_no_script_and_no_frame_elsewhere() -> None:
    assert (await call(app(), "GET", "/nhung.js")).status == 404
    answer = await call(app(), "GET", "/chat/khung")
    assert answer.headers["content-security-policy"].endswith("frame-ancestors 'self'")


async def test_the_script_is_small_may_be_loaded_elsewhere_and_reads_nothing_there() -> None:
    answer = await call(app(WARD), "GET", "/nhung.js", headers={"accept-encoding": "gzip"})
    assert answer.status == 200
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert "access-control-allow-origin" not in answer.headers
    assert "max-age" in answer.headers["cache-control"]
    assert len(answer.body) < 2500
    again = await call(app(WARD), "GET", "/nhung.js", headers={"if-none-match": answer.headers["etag"]})
    assert again.status == 304


async def test_in_a_frame_the_cookie_is_kept_apart_by_the_site_around_it() -> None:
    encrypted = await call(app(WARD), "GET", "/chat/khung", scheme="https")
    cookie = encrypted.headers["set-cookie"]
    assert cookie.startswith(f"{FRAMED.cookie}=")
    for part in ("HttpOnly", "SameSite=None", "Secure", "Partitioned"):
        assert part in cookie
    own = (await call(app(WARD), "GET", "/chat", scheme="https")).headers["set-cookie"]
    assert own.startswith(f"{OWN_PAGE.cookie}=")
    assert "SameSite=Lax" in own
    assert "Partitioned" not in own


async def test_the_framed_page_stays_in_its_frame_and_links_leave_it() -> None:
    page = (await call(app(WARD), "GET", "/chat/khung")).body.decode()
    assert '<base target="_blank">' in page
    assert 'action="/chat/khung" target="_self"' in page
    assert 'class="brand"' not in page


@pytest.mark.parametrize(
    "origin", ["*", "phuong-mau.gov.example", "http://phuong-mau.gov.example", f"{WARD}/trang"]
)
def test_a_setting_that_is_no_origin_is_named(origin: str) -> None:
    with pytest.raises(ValidationError, match="no origin"):
        WebchatSettings(framed_by=(origin,))


def test_an_origin_is_taken_as_browsers_write_it() -> None:
    assert WebchatSettings(framed_by=(f"{WARD.upper()}/",)).framed_by == (WARD,)
