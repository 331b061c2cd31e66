"""``/minh-bach``: what citizens said and how offices kept their dates, for all; the same as open data."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from core.calendar import local_day
from core.text.cells import safe_cell
from feedback.definitions import COLUMNS, DEFINITIONS, FACTOR_NAMES, FACTORS_NOTE, INDEX, without_data
from feedback.flat_table import flat
from feedback.index import ESTIMATE_FROM, HIDDEN_BELOW, REPRESENTATIVE_RESPONSE
from feedback.periods import Period, PeriodError, current
from gateway.opinion_desk import OpinionDesk
from gateway.opinion_words import by_figure, words
from gateway.public.pages import Pages

PATH = "/minh-bach"
_SVG_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def transparency_router(pages: Pages, desk: OpinionDesk) -> APIRouter:
    router = APIRouter(prefix=PATH, include_in_schema=False)

    def today() -> date:
        return local_day(desk.clock())

    def wanted(name: str, administrative: str) -> Period:
        try:
            return desk.period(name or current(today()), administrative=bool(administrative))
        except PeriodError as error:
            raise HTTPException(404, str(error)) from None

    @router.get("")
    async def page(request: Request, ky: str = "", hanh_chinh: str = "") -> Response:
        asked = wanted(ky, hanh_chinh)
        seen = await desk.overview(asked)
        rows, lines = desk.chart_of(seen, "units")
        return pages.page(
            request,
            "transparency.html",
            seen=seen,
            report=seen.report,
            period=asked,
            administrative=bool(hanh_chinh),
            offered=desk.offered(today(), administrative=bool(hanh_chinh)),
            figures=by_figure(seen.figures),
            definitions=DEFINITIONS,
            no_data=without_data({row.figure for row in seen.figures}),
            factor_names=FACTOR_NAMES,
            factors_note=FACTORS_NOTE,
            columns=COLUMNS,
            index_definition=DEFINITIONS[INDEX],
            words=words,
            charted=bool(rows),
            targets=lines,
            hidden_below=HIDDEN_BELOW,
            estimate_from=ESTIMATE_FROM,
            representative=round(100 * REPRESENTATIVE_RESPONSE),
            query=f"ky={asked.name}" + ("&hanh_chinh=1" if hanh_chinh else ""),
        )

    @router.get(".json")
    async def as_json(ky: str = "", hanh_chinh: str = "") -> Response:
        seen = await desk.overview(wanted(ky, hanh_chinh))
        body = {
            "overview": seen.model_dump(mode="json"),
            "table": list(flat(seen)),
            "definitions": [asdict(one) for one in DEFINITIONS.values()],
            "columns": [{"name": name, "kind": kind, "meaning": meaning} for name, kind, meaning in COLUMNS],
        }
        return Response(json.dumps(body, ensure_ascii=False), media_type="application/json")

    @router.get(".csv")
    async def as_csv(ky: str = "", hanh_chinh: str = "") -> Response:
        seen = await desk.overview(wanted(ky, hanh_chinh))
        return csv_response([name for name, _, _ in COLUMNS], flat(seen), f"minh-bach-{seen.name}.csv")

    @router.get("/tu-dien-du-lieu.csv")
    async def dictionary() -> Response:
        rows = [{"name": name, "kind": kind, "meaning": meaning} for name, kind, meaning in COLUMNS]
        return csv_response(["name", "kind", "meaning"], rows, "minh-bach-tu-dien-du-lieu.csv")

    @router.get("/bieu-do/{name}.svg")
    async def picture(name: str, ky: str = "", hanh_chinh: str = "", nen: str = "") -> Response:
        seen = await desk.overview(wanted(ky, hanh_chinh))
        try:
            drawn = await desk.picture(seen, name, dark=nen == "toi")
        except LookupError:
            raise HTTPException(404) from None
        return svg_response(drawn)

    return router


def svg_response(drawn: bytes) -> Response:
    headers = {"Content-Security-Policy": _SVG_POLICY, "Cache-Control": "private, max-age=300"}
    return Response(drawn, media_type="image/svg+xml", headers=headers)


def _cell(value: object) -> object:
    """Names are written by people; a number stays a number, a minus sign included."""
    return safe_cell(value) if isinstance(value, str) else value


def csv_response(columns: list[str], rows: Iterable[Mapping[str, object]], name: str) -> Response:
    """With the mark that lets a spreadsheet read Vietnamese letters."""
    out = io.StringIO()
    writer = csv.DictWriter(out, columns)
    writer.writeheader()
    writer.writerows({name: _cell(value) for name, value in row.items()} for row in rows)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response("\ufeff" + out.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)
