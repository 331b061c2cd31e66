"""The staff's pages put together. Everything they need is handed in."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import RedirectResponse

from core.calendar import WorkingCalendar
from dossiers.complaint_terms import ComplaintTerms
from gateway.console.accounts import accounts_router
from gateway.console.answer_review import answer_review_router
from gateway.console.appointments import appointments_router
from gateway.console.audit import audit_router
from gateway.console.ballots import ballots_router
from gateway.console.campaigns import campaigns_router
from gateway.console.cases import cases_router
from gateway.console.channels import channels_router
from gateway.console.complaints import complaints_router
from gateway.console.consents import consents_router
from gateway.console.content import content_router
from gateway.console.content_holds import content_holds_router
from gateway.console.content_lists import content_lists_router
from gateway.console.content_trials import content_trials_router
from gateway.console.conversations import conversations_router
from gateway.console.counter import counter_router
from gateway.console.deadlines import deadlines_router
from gateway.console.decisions import decisions_router
from gateway.console.doors import PASSWORD_PAGE, Door, OwnPasswordNeeded, SignInNeeded
from gateway.console.dossiers import dossiers_router
from gateway.console.draft_desk import draft_desk_router
from gateway.console.entrance import Entrance
from gateway.console.message_templates import templates_router
from gateway.console.morning import morning_router
from gateway.console.new_answer import new_answer_router
from gateway.console.opinion import opinion_router
from gateway.console.pages import ConsolePages
from gateway.console.person_requests import person_requests_router
from gateway.console.procedure_excel import procedure_excel_router
from gateway.console.province import province_router
from gateway.console.ratings import ratings_router
from gateway.console.record_list import record_list_router
from gateway.console.sign_in import sign_in_router
from gateway.console.tasks import tasks_router
from gateway.console.today import today_router
from gateway.console.unanswered import unanswered_router
from gateway.console.upkeep import upkeep_router
from gateway.content_kinds import shipped_complaint_terms, shipped_request_terms
from gateway.deadlines import DeadlineDesk
from gateway.opinion_desk import OpinionDesk
from gateway.providers import Providers
from gateway.public.assets import assets_router
from gateway.trial_desk import TrialDesk
from knowledge.base import KnowledgeBase
from notifications.informing import Policy
from people.person_requests import RequestTerms
from wire.oidc import OidcClient


def console_router(
    pages: ConsolePages,
    door: Door,
    *,
    base: Callable[[], KnowledgeBase],
    providers: Callable[[], Providers | None] = lambda: None,
    public_url: str = "",
    sandbox_url: str | None = None,
    deadlines: DeadlineDesk | None = None,
    calendar: Callable[[], WorkingCalendar] = WorkingCalendar,
    opinion: OpinionDesk | None = None,
    policy: Callable[[], Policy] = Policy,
    complaint_terms: Callable[[], ComplaintTerms] = shipped_complaint_terms,
    request_terms: Callable[[], RequestTerms] = shipped_request_terms,
    province: OidcClient | None = None,
    trials: TrialDesk | None = None,
) -> APIRouter:
    """``/console/…``. The application around it adds ``SecurityHeaders`` and ``install_sign_in``."""
    router = APIRouter()
    entrance = Entrance(pages, door, province.name if province else None)
    router.include_router(assets_router(pages.own))
    router.include_router(sign_in_router(pages, door, entrance))
    if province is not None:
        router.include_router(province_router(entrance, province, public_url=public_url))
    router.include_router(conversations_router(pages, door, base, calendar))
    router.include_router(answer_review_router(pages, door, base, calendar))
    router.include_router(dossiers_router(pages, door))
    router.include_router(tasks_router(pages, door))
    router.include_router(appointments_router(pages, door))
    router.include_router(counter_router(pages, door, base, public_url=public_url))
    router.include_router(consents_router(pages, door))
    router.include_router(
        complaints_router(
            pages, door, calendar, complaint_terms, standards=opinion.content if opinion else None
        )
    )
    router.include_router(person_requests_router(pages, door, calendar, request_terms))
    if deadlines is not None:
        router.include_router(deadlines_router(pages, door, deadlines))
        router.include_router(morning_router(pages, door, deadlines, opinion))
    router.include_router(cases_router(pages, door))
    if opinion is not None:
        router.include_router(opinion_router(pages, door, opinion, base))
        router.include_router(ratings_router(pages, door, opinion))
        router.include_router(ballots_router(pages, door, opinion, public_url=public_url))
    router.include_router(campaigns_router(pages, door, public_url=public_url))
    router.include_router(templates_router(pages, door))
    router.include_router(upkeep_router(pages, door, base))
    router.include_router(unanswered_router(pages, door, base))
    router.include_router(new_answer_router(pages, door, base))
    router.include_router(draft_desk_router(pages, door, base))
    router.include_router(decisions_router(pages, door))
    router.include_router(record_list_router(pages, door))
    router.include_router(procedure_excel_router(pages, door))
    router.include_router(content_lists_router(pages, door))
    router.include_router(content_holds_router(door))
    trials = trials or TrialDesk(door.database, base, door.clock)
    router.include_router(content_router(pages, door, trials))
    router.include_router(content_trials_router(pages, door, trials))
    router.include_router(accounts_router(pages, door, province=entrance.province))
    router.include_router(audit_router(pages, door))
    router.include_router(
        channels_router(pages, door, providers, policy=policy, public_url=public_url, sandbox_url=sandbox_url)
    )

    router.include_router(today_router(pages, door, calendar))
    return router


def install_sign_in(app: FastAPI) -> None:
    """A page that needs somebody signed in leads to the sign-in and back; a first password to one's own."""

    async def lead_to_sign_in(_request: Request, error: Exception) -> Response:
        then = error.then if isinstance(error, SignInNeeded) else "/console"
        return RedirectResponse(f"/console/dang-nhap?then={quote(then, safe='/')}", 303)

    async def lead_to_own_password(_request: Request, _error: Exception) -> Response:
        return RedirectResponse(PASSWORD_PAGE, 303)

    app.add_exception_handler(SignInNeeded, lead_to_sign_in)
    app.add_exception_handler(OwnPasswordNeeded, lead_to_own_password)
