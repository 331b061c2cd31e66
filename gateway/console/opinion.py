"""What citizens say, for those who answer for a unit: figures with their intervals, and reports to file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter, Depends, HTTPException, Request, Response

from core.calendar import local_day
from core.text.fold import fold
from feedback.definitions import DEFINITIONS, FACTOR_NAMES, FACTORS_NOTE, INDEX, without_data
from feedback.figures import By, IndexReport, Row
from feedback.index import ESTIMATE_FROM, HIDDEN_BELOW, Publication
from feedback.marks import Mark
from feedback.overview import Overview, only_units
from feedback.periods import Period, PeriodError, current
from feedback.report_text import group_name
from gateway.console.doors import AtConsole, Door
from gateway.console.pages import ConsolePages
from gateway.console.units import seen_units
from gateway.opinion_desk import OpinionDesk
from gateway.opinion_words import by_figure, words
from gateway.public.transparency import svg_response
from knowledge.base import KnowledgeBase
from people.permissions import Permission

HOME = "/console/y-kien"
WAYS = {
    By.UNIT: "Đơn vị",
    By.FIELD: "Lĩnh vực",
    By.PROCEDURE: "Thủ tục",
    By.CHANNEL: "Cách nộp",
    By.OFFICER_GROUP: "Nhóm cán bộ",
}
_KINDS = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}


@dataclass(frozen=True)
class Place:
    """A city with its lines by name. ``hidden``: names of those that have too few answers to be shown."""

    whole: Row
    lines: list[tuple[str, Row]]
    hidden: list[str]


def opinion_router(
    pages: ConsolePages, door: Door, desk: OpinionDesk, base: Callable[[], KnowledgeBase]
) -> APIRouter:
    """``base``: what procedures are called."""
    router = APIRouter(prefix=HOME, include_in_schema=False)
    allowed = Depends(door.require(Permission.OPINION))
    reporting = Depends(door.require(Permission.REPORTS))

    def today() -> date:
        return local_day(door.clock())

    def wanted(name: str, administrative: bool) -> Period:
        try:
            return desk.period(name or current(today()), administrative=administrative)
        except PeriodError as error:
            raise HTTPException(404, str(error)) from None

    async def seen_by(at: AtConsole, period: Period, by: By = By.UNIT) -> Overview:
        """Units are shown to whoever answers for them; what is no unit's own is everybody's."""
        seen = await desk.overview(period, by)
        if by is not By.UNIT:
            return seen
        mine = seen_units(at, Permission.OPINION)
        return only_units(seen, lambda unit: unit in mine)

    async def marks_for(at: AtConsole, period: Period) -> list[Mark]:
        mine = seen_units(at, Permission.OPINION)
        return [mark for mark in await desk.marks(period) if mark.unit in mine]

    @router.get("")
    async def dashboard(
        request: Request,
        ky: str = "",
        hanh_chinh: bool = False,
        xem: By = By.UNIT,
        at: AtConsole = allowed,
    ) -> Response:
        period = wanted(ky, hanh_chinh)
        seen = await seen_by(at, period, xem)
        rows, _ = desk.chart_of(seen, "units")
        return pages.page(
            request,
            "opinion.html",
            at,
            seen=seen,
            report=seen.report,
            places=_places(seen.report, base()),
            period=period,
            administrative=hanh_chinh,
            by=xem,
            ways=WAYS,
            offered=desk.offered(today(), administrative=hanh_chinh),
            figures=by_figure(seen.figures),
            marks=await marks_for(at, period) if xem is By.UNIT else [],
            definitions=DEFINITIONS,
            index_definition=DEFINITIONS[INDEX],
            no_data=without_data({row.figure for row in seen.figures}),
            factor_names=FACTOR_NAMES,
            factors_note=FACTORS_NOTE,
            words=words,
            charted=bool(rows),
            query=f"ky={period.name}{'&hanh_chinh=1' if hanh_chinh else ''}",
            hidden_below=HIDDEN_BELOW,
            estimate_from=ESTIMATE_FROM,
            may_report=at.actor.may(Permission.REPORTS),
        )

    @router.get("/bieu-do/{name}.svg")
    async def picture(
        name: str, ky: str = "", hanh_chinh: bool = False, nen: str = "", at: AtConsole = allowed
    ) -> Response:
        seen = await seen_by(at, wanted(ky, hanh_chinh))
        try:
            return svg_response(await desk.picture(seen, name, dark=nen == "toi"))
        except LookupError:
            raise HTTPException(404) from None

    @router.get("/bao-cao.{kind}")
    async def report(kind: str, ky: str = "", hanh_chinh: bool = True, at: AtConsole = reporting) -> Response:
        if kind not in _KINDS:
            raise HTTPException(404)
        period = wanted(ky, hanh_chinh)
        seen = await seen_by(at, period)
        body = await desk.report(seen, await marks_for(at, period), kind)
        async with door.database.writing() as session:
            await at.note(session, "opinion.report", f"{period.name}.{kind}")
        headers = {"Content-Disposition": f'attachment; filename="bao-cao-{period.name}.{kind}"'}
        return Response(body, media_type=_KINDS[kind], headers=headers)

    return router


def _places(report: IndexReport, base: KnowledgeBase) -> list[Place]:
    """Units stand there even where nothing of them is shown; of fields and procedures that would be most."""
    found = [Place(whole, [], []) for whole in report.cities]
    by_city = {place.whole.city: place for place in found}
    named = ((_name(report.by, row.group, base), row) for row in report.rows)
    for name, row in sorted(named, key=lambda line: fold(line[0])):
        place = by_city[row.city]
        nothing = row.publication is Publication.HIDDEN and row.rolling is None
        if nothing and report.by is not By.UNIT:
            place.hidden.append(name)
        else:
            place.lines.append((name, row))
    return found


def _name(by: By, group: str | None, base: KnowledgeBase) -> str:
    procedure = base.procedure(group) if by is By.PROCEDURE else None
    return procedure.spoken_name if procedure else group_name(by, group)
