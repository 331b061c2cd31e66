"""``/su-kien`` and ``/su-kien/{id}``: what happens in a family, and the procedures it brings, in order."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, Request, Response

from core.text.spell import spell_date
from gateway.public.knowledge import PublicKnowledge
from gateway.public.pages import Pages
from knowledge.answer.figures import capital, sentence
from knowledge.answer.guard import of_record
from knowledge.base import KnowledgeBase
from knowledge.life_events.schemas import LifeEvent, LifeStep


@dataclass(frozen=True)
class StepLine:
    """One step of the page. ``href`` leads to its record; without one, ``office`` says who knows."""

    label: str
    why: str | None
    when: str | None
    href: str | None = None
    papers_href: str | None = None
    office: str | None = None


def life_events_router(pages: Pages, knowledge: PublicKnowledge) -> APIRouter:
    router = APIRouter()

    @router.get("/su-kien", include_in_schema=False)
    async def all_events(request: Request) -> Response:
        events = knowledge.base().content.life_events.values()
        # The sad one last: nobody who looks for it minds, and everybody else is not met by it.
        ordered = sorted(events, key=lambda event: (event.sad, event.title))
        return pages.page(request, "life_events.html", events=ordered)

    @router.get("/su-kien/{identifier}", include_in_schema=False)
    async def one_event(identifier: str, request: Request) -> Response:
        base = knowledge.base()
        event = base.content.life_events.get(identifier)
        if event is None:
            others = sorted(base.content.life_events.values(), key=lambda one: (one.sad, one.title))
            return pages.page(request, "life_events.html", status=404, events=others)
        return pages.page(
            request,
            "life_event.html",
            event=event,
            steps=step_lines(base, event),
            updated=spell_date(event.updated),
        )

    return router


def step_lines(base: KnowledgeBase, event: LifeEvent) -> list[StepLine]:
    """The steps whose target is there today; a figure that the record lost is not shown."""
    found = [_line(base, step) for step in event.steps]
    return [line for line in found if line is not None]


def _line(base: KnowledgeBase, step: LifeStep) -> StepLine | None:
    when = capital(f"khi {step.when}") if step.when else None
    if step.code:
        record = base.procedure(step.code)
        if record is None:
            return None
        why = sentence(capital(step.why)) if of_record(step.why, record) else None
        has_papers = any(not paper.is_note for paper in record.papers)
        return StepLine(
            step.label,
            why,
            when,
            href=f"/p/{step.code}",
            papers_href=f"/p/{step.code}/giay-to" if has_papers else None,
        )
    matter = base.matter(step.matter or "")
    if matter is None:
        return None
    why = sentence(capital(step.why)) if of_record(step.why, None) else None
    return StepLine(step.label, why, when, office=matter.office)
