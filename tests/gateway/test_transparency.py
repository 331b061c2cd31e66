"""What everybody may see: figures with interval, source and number, and nothing of any one person."""

import asyncio
import csv
import io
import re
from dataclasses import replace

import pytest
from fastapi import FastAPI

from feedback.definitions import COLUMNS, DEFINITIONS
from feedback.kpi_models import Figure
from gateway.public.assets import Assets
from gateway.public.errors import install_error_pages
from gateway.public.pages import Pages
from gateway.public.site import Site
from gateway.public.transparency import transparency_router
from gateway.security import SecurityHeaders
from tests.gateway.asgi import call
from tests.gateway.opinion_city import BIG, MIDDLE, SMALL, desk_of


@pytest.fixture
async def app(opinion_city):
    app = FastAPI()
    pages = Pages(Assets(), replace(Site(), sample=True))
    app.add_middleware(SecurityHeaders)
    app.include_router(transparency_router(pages, desk_of(opinion_city)))
    install_error_pages(app, pages)
    return app


async def test_the_page_shows_interval_number_and_source_and_hides_the_small_ward(app):
    html = (await call(app, "GET", "/minh-bach?ky=2026-6T")).body.decode()
    assert "Số liệu mẫu" in html
    assert "Kế hoạch 112/KH-UBND" in html
    assert "chỉ tiêu năm 2024" in html
    assert "không đạt" in html
    row = re.search(rf'<th scope="row">{SMALL}</th>(.*?)</tr>', html, re.S)[1]
    assert "%" not in re.findall(r"<td>(.*?)</td>", row, re.S)[0]
    assert "nếu tất cả đều không hài lòng" in html
    assert "Tỷ lệ theo Quyết định 766 (không phải khảo sát)" in html
    assert html.count("Con số này nghĩa là gì") == len(
        set(re.findall(r'<section aria-labelledby="(\w+)"', html))
    )
    assert "http://" not in html.replace("http://www.w3.org", "")


async def test_the_table_in_json_and_csv_says_the_same_and_every_column_is_explained(app):
    found = (await call(app, "GET", "/minh-bach.json?ky=2026-Q2")).json()
    answer = await call(app, "GET", "/minh-bach.csv?ky=2026-Q2")
    rows = list(csv.DictReader(io.StringIO(answer.body.decode().removeprefix("\ufeff"))))
    assert len(rows) == len(found["table"])
    assert list(rows[0]) == [name for name, _, _ in COLUMNS]
    assert [row["value"] or None for row in rows] == [
        None if row["value"] is None else str(row["value"]) for row in found["table"]
    ]
    big = next(row for row in rows if row["unit"] == BIG and row["measure"] == "index")
    assert float(big["lower"]) < float(big["value"]) < float(big["upper"])
    assert (big["from"], big["to"]) == ("2026-04-01", "2026-06-30")
    dictionary = (await call(app, "GET", "/minh-bach/tu-dien-du-lieu.csv")).body.decode()
    assert all(name in dictionary for name in rows[0])
    assert {figure.value for figure in Figure} <= set(DEFINITIONS)


async def test_an_administrative_quarter_closes_on_the_fourteenth(app):
    found = (await call(app, "GET", "/minh-bach.json?ky=2026-Q2&hanh_chinh=1")).json()
    report = found["overview"]["report"]
    assert (report["counted_from"], report["counted_to"]) == ("2026-03-15", "2026-06-14")


async def test_charts_are_pictures_of_ours_and_a_strange_period_is_told(app):
    picture = await call(app, "GET", "/minh-bach/bieu-do/units.svg?ky=2026-6T")
    assert picture.status == 200
    assert picture.headers["content-type"] == "image/svg+xml"
    assert b"<script" not in picture.body
    assert len(picture.body) < 200_000
    assert (await call(app, "GET", "/minh-bach/bieu-do/khac.svg")).status == 404
    wrong = await call(app, "GET", "/minh-bach?ky=2026-Q9", headers={"accept": "text/html"})
    assert wrong.status == 404


async def test_nobody_waits_for_figures_to_be_counted_again(opinion_city, monkeypatch):
    desk = desk_of(opinion_city)
    half_year = desk.period("2026-6T")
    first = await desk.overview(half_year)
    assert await desk.overview(half_year) is first
    monkeypatch.setattr("gateway.opinion_desk._FRESH_SECONDS", -1.0)
    assert await desk.overview(half_year) is first  # the old figures at once, new ones beside
    await asyncio.gather(*desk._counting)
    assert await desk.overview(half_year) == first
    await asyncio.gather(*desk._counting)


async def test_no_period_and_no_difference_of_periods_shows_few_answers(app):
    """Whoever loads every period cannot subtract one from another down to fewer than five."""
    names = ["2026", "2026-6T", "2026-Q1", "2026-Q2", *(f"2026-{month:02d}" for month in range(1, 7))]
    shown: dict[str, set[int]] = {}
    for query in [f"ky={name}{kind}" for name in names for kind in ("", "&hanh_chinh=1")]:
        found = (await call(app, "GET", f"/minh-bach.json?{query}")).json()
        for row in found["overview"]["report"]["rows"]:
            shown.setdefault(row["group"], {0}).add(row["n"] or 0)
    for group in (BIG, MIDDLE, SMALL):
        counts = sorted(shown[group])
        assert all(n == 0 or n >= 5 for n in counts)
    small = shown[SMALL]
    assert all(abs(one - other) == 0 or abs(one - other) >= 5 for one in small for other in small)
