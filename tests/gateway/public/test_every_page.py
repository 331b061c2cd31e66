"""What holds for every citizen page: nothing inside it, nothing from elsewhere, light enough to load."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from pathlib import Path

import pytest

from gateway.public.assets import STATIC, Assets
from gateway.security import content_security_policy
from tests.gateway.public.conftest import Visitor

PAGES = [
    "/",
    "/chat",
    "/p/9.000001",
    "/p/9.000002",
    "/p/9.000003",
    "/p/0.000000",
    "/p/9.000001/giay-to",
    "/p/9.000001/giay-to/000000.q",
    "/p/9.000001/giay-to/xyz",
    "/su-kien",
    "/su-kien/vi-du",
    "/su-kien/vi-du-buon",
    "/su-kien/khong-co",
    "/do-chinh-xac",
    "/k/moi",
    "/k/moi?lang=en",
    "/k/het-han",
    "/k/xong",
    "/k/khong-co",
    "/status",
    "/rieng-tu",
    "/kiem-tra",
    "/kiem-tra?ma=ABCD2345",
    "/kiem-tra?ma=khong-co",
    "/khong-co-trang-nay",
    "/test/crash",
]
LOADED = re.compile(r'<(?:script|img|source|iframe|embed)[^>]*\bsrc="([^"]+)"|<link[^>]*\bhref="([^"]+)"')


def loaded_by(html: str) -> list[str]:
    return [source or link for source, link in LOADED.findall(html)]


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_has_no_script_or_style_written_inside_it(visitor: Visitor, path: str) -> None:
    html = await visitor.get(path)
    assert "<style" not in html
    assert not re.search(r"\sstyle\s*=", html)
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", html)
    assert all(not body.strip() for body in re.findall(r"<script[^>]*>(.*?)</script>", html, re.S))


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_loads_nothing_from_another_host(visitor: Visitor, path: str) -> None:
    html = await visitor.get(path)
    assert loaded_by(html)
    assert all(address.startswith("/static/") for address in loaded_by(html))


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_carries_the_security_headers(visitor: Visitor, path: str) -> None:
    await visitor.get(path)
    policy = visitor.headers["content-security-policy"]
    assert policy.startswith("default-src 'self';")
    assert "unsafe" not in policy
    assert "frame-ancestors 'self'" in policy
    assert visitor.headers["x-content-type-options"] == "nosniff"
    assert visitor.headers["referrer-policy"] == "same-origin"
    assert "camera=()" in visitor.headers["permissions-policy"]


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_says_its_language_its_title_and_has_one_heading(visitor: Visitor, path: str) -> None:
    html = await visitor.get(path)
    assert f'<html lang="{"en" if "lang=en" in path else "vi"}"' in html
    assert re.search(r"<title>[^<]{5,}</title>", html)
    assert len(re.findall(r"<h1[ >]", html)) == 1
    assert 'class="skip"' in html


@pytest.mark.parametrize("path", ["/chat", "/k/moi", "/", "/p/9.000001"])
async def test_everything_a_page_loads_is_there_and_may_be_kept_for_ever(visitor: Visitor, path: str) -> None:
    for address in loaded_by(await visitor.get(path)):
        async with visitor.session.get(visitor.url + address) as answer:
            assert answer.status == 200, address
            assert "immutable" in answer.headers["Cache-Control"], address


async def test_a_static_file_without_its_hash_is_asked_for_again(visitor: Visitor) -> None:
    for address in ("/static/citizen.css", "/static/citizen.css?v=000000000000"):
        async with visitor.session.get(visitor.url + address) as answer:
            assert answer.headers["Cache-Control"] == "no-cache"
            tag = answer.headers["ETag"]
    async with visitor.session.get(
        visitor.url + "/static/citizen.css", headers={"If-None-Match": tag}
    ) as answer:
        assert answer.status == 304
    async with visitor.session.get(visitor.url + "/static/../app.py") as answer:
        assert answer.status == 404


def test_a_style_names_its_fonts_and_a_module_its_parts_by_hash() -> None:
    assets = Assets()
    font = assets["vendor/be-vietnam-pro-400.woff2"].digest
    assert f'url("vendor/be-vietnam-pro-400.woff2?v={font}")' in assets["tokens.css"].body.decode()
    line = assets["chat/line.js"].digest
    assert f'from "./line.js?v={line}"' in assets["chat/main.js"].body.decode()


def test_vendored_files_are_those_that_were_reviewed() -> None:
    vendor = STATIC / "vendor"
    noted: dict[str, str] = {}
    for package in json.loads((vendor / "vendor.json").read_text())["packages"]:
        assert package["name"]
        assert package["version"]
        assert package["licence"]
        assert (vendor / package["licence_file"]).is_file()
        noted |= package["files"]
    found = {path.name for path in vendor.iterdir()} - {"vendor.json"}
    assert set(noted) == found
    for name, digest in noted.items():
        assert hashlib.sha256((vendor / name).read_bytes()).hexdigest() == digest, name


def test_no_static_file_of_ours_speaks_of_another_host() -> None:
    for path in STATIC.rglob("*"):
        if path.suffix in (".css", ".js", ".svg"):
            text = path.read_text().replace("http://www.w3.org/2000/svg", "")
            assert not re.search(r"(?:[a-z]+:|[\"'(])//\w", text), path.name


def _weight(paths: list[Path], fonts: bool) -> int:
    return sum(
        len(path.read_bytes()) if fonts else len(gzip.compress(path.read_bytes(), 9))
        for path in paths
        if (path.suffix == ".woff2") is fonts
    )


async def test_the_chat_page_is_light(visitor: Visitor) -> None:
    html = await visitor.get("/chat")
    loaded = {address.split("?")[0].removeprefix("/static/") for address in loaded_by(html)}
    files = [STATIC / name for name in loaded | {"vendor/icons.svg"}]
    page = len(gzip.compress(html.encode(), 6)) + _weight(files, fonts=False)
    assert page < 60_000
    assert _weight(files, fonts=True) < 60_000


async def test_the_survey_page_is_lighter_still(visitor: Visitor) -> None:
    html = await visitor.get("/k/moi")
    loaded = {address.split("?")[0].removeprefix("/static/") for address in loaded_by(html)}
    page = len(gzip.compress(html.encode(), 6)) + _weight([STATIC / name for name in loaded], fonts=False)
    assert page < 30_000


async def test_styles_come_compressed(visitor: Visitor) -> None:
    async with visitor.session.get(
        visitor.url + "/static/citizen.css", headers={"Accept-Encoding": "gzip"}
    ) as answer:
        assert answer.headers["Content-Encoding"] == "gzip"


async def test_the_letter_size_somebody_chose_is_on_every_page(visitor: Visitor) -> None:
    for path in ("/", "/chat", "/p/9.000001", "/k/moi"):
        assert 'data-size="large"' in await visitor.get(path, headers={"Cookie": "motcua_size=large"})
        assert 'data-size="medium"' in await visitor.get(path, headers={"Cookie": 'motcua_size="><b>'})


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/khong-co-trang-nay", 404, "Không có trang này"),
        ("/test/crash", 500, "Xin lỗi, máy chủ gặp lỗi"),
    ],
)
async def test_an_error_page_says_what_to_do(visitor: Visitor, path: str, status: int, says: str) -> None:
    await visitor.get(path)
    assert visitor.status == status
    assert says in visitor.words
    assert "Hỏi trợ lý" in visitor.words
    assert "0200 000 000" in visitor.words
    assert "Traceback" not in visitor.html


async def test_a_form_that_cannot_be_read_gets_a_page(visitor: Visitor) -> None:
    await visitor.post("/chat", {"text": "a", "id": "x" * 65})
    assert visitor.status == 422
    assert "Phần vừa gửi chưa đọc được" in visitor.words


async def test_machines_get_json(visitor: Visitor) -> None:
    for path in ("/v1/test/chu", "/v1/khong-co"):
        body = await visitor.get(path)
        assert visitor.headers["content-type"] == "application/json"
        assert "detail" in json.loads(body)
    await visitor.get("/khong-co", headers={"Accept": "application/json"})
    assert visitor.headers["content-type"] == "application/json"


def test_a_strange_host_writes_nothing_into_the_policy() -> None:
    assert "wss://motcua.example:8443" in content_security_policy("motcua.example:8443")
    assert "evil" not in content_security_policy("x; script-src evil")
