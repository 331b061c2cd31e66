"""``/do-chinh-xac``: how right the assistant is, in plain words; the same figures as JSON."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from markupsafe import Markup

from gateway.public.pages import Pages
from knowledge.evaluation.exam import Exam, read_exam
from knowledge.evaluation.plot import draw_calibration
from knowledge.evaluation.report import ERROR_WORDS
from knowledge.evaluation.score import Measure

# Below this a facet or a kind is named among the weak points.
_WEAK = 0.85
_ENOUGH = 30


@dataclass(frozen=True)
class OfHundred:
    """A hundred questions about procedures, each counted once."""

    at_once: int
    asked_back: int
    wrong: int

    @property
    def not_found(self) -> int:
        return 100 - self.at_once - self.asked_back - self.wrong


@dataclass(frozen=True)
class AccuracyPage:
    exam: Exam
    hundred: OfHundred
    plot: Markup
    weak: tuple[str, ...]
    errors: tuple[tuple[str, int], ...]


def accuracy_router(pages: Pages, exam: Callable[[], Exam | None] = read_exam) -> APIRouter:
    """``exam`` gives the exam taken last; without one the page says that there is none yet."""
    router = APIRouter()

    @router.get("/do-chinh-xac", include_in_schema=False)
    async def accuracy(request: Request) -> Response:
        taken = exam()
        return pages.page(request, "accuracy.html", page=accuracy_page(taken) if taken else None)

    @router.get("/do-chinh-xac.json", include_in_schema=False)
    async def figures() -> Response:
        taken = exam()
        if taken is None:
            return JSONResponse({"detail": "chưa chấm lần nào"}, 404)
        return Response(taken.model_dump_json(), media_type="application/json")

    return router


def accuracy_page(exam: Exam) -> AccuracyPage:
    return AccuracyPage(
        exam=exam,
        hundred=_of_hundred(exam),
        # Drawn from numbers alone; nothing of it was ever written by anybody outside.
        plot=Markup(draw_calibration(exam.first, exam.three)),  # noqa: S704
        weak=tuple(
            f"{one.name}: {percent(one)}"
            for one in sorted((*exam.facets, *exam.kinds), key=lambda one: one.value or 0)
            if one.value is not None and one.value < _WEAK and one.n >= _ENOUGH
        ),
        errors=tuple((ERROR_WORDS[kind], count) for kind, count in exam.errors.items() if count),
    )


def percent(measure: Measure) -> str:
    return "–" if measure.value is None else f"{measure.value * 100:.0f} %"


def _of_hundred(exam: Exam) -> OfHundred:
    shares = {one.key: one.value or 0.0 for one in exam.groups[0].measures}
    at_once = round(100 * shares["right_at_once"])
    return OfHundred(
        at_once=at_once,
        asked_back=round(100 * shares["right_in_three"]) - at_once,
        wrong=round(100 * shares["wrong_answered"]),
    )
