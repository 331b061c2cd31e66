"""The web application: every room composed, none of them knowing the others."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial

from fastapi import FastAPI
from fastapi.middleware.gzip import GZipMiddleware

from bot import doors
from conversations.ahead import ReadAhead
from conversations.answering import DeskLimits
from conversations.desk import Desk
from conversations.rasa import RasaAssistant
from conversations.reviewing import Reviews
from conversations.servers import servers_of
from core.database import Database, utc_now
from core.settings import Settings
from core.wakeup import Topic, WakeUps
from dossiers.intake_desk import IntakeDesk
from feedback.cases import Watch
from feedback.service import Surveys
from gateway.api.auth import Doorkeeper
from gateway.api.deadlines import deadlines_router
from gateway.api.desk import desk_router
from gateway.api.dossier_events import dossier_events_route
from gateway.api.health import Part, health_router
from gateway.api.ledger import ledger_router
from gateway.api.metrics import CountRequests, metrics_router
from gateway.api.openapi import describe
from gateway.api.providers import providers_router
from gateway.api.turns import turns_router
from gateway.channels.compose import Channels
from gateway.channels.webchat import Intake, Limits
from gateway.console.app import console_router, install_sign_in
from gateway.console.doors import Door
from gateway.console.pages import ConsolePages
from gateway.deadlines import DeadlineDesk, deadline_policy, letter_store
from gateway.delivery import ChatDelivery
from gateway.desk import WebchatDesk
from gateway.floods import Floods
from gateway.house_figures import HouseFigures
from gateway.knowledge import LiveKnowledge
from gateway.list_post import ListPost
from gateway.opinion_desk import OpinionDesk
from gateway.proof import DossierProof
from gateway.provider_figures import ProviderFigures
from gateway.providers import public_address
from gateway.province import sign_in_by_province
from gateway.public.app import public_router
from gateway.public.appointments import appointments_router
from gateway.public.assets import Assets
from gateway.public.chat_survey import chat_survey_router
from gateway.public.complaints import complaints_router
from gateway.public.errors import install_error_pages
from gateway.public.knowledge import PublicKnowledge
from gateway.public.notices import notices_router
from gateway.public.pages import Pages
from gateway.public.site import Site
from gateway.public.status import status_router
from gateway.public.survey import answer_route
from gateway.public.survey_desk import FeedbackDesk
from gateway.public.transparency import PATH as TRANSPARENCY
from gateway.public.transparency import transparency_router
from gateway.public.walk_in import unit_name, walk_in_router
from gateway.security import SecurityHeaders
from gateway.service_status import ServiceStatus
from gateway.short_way import ShortWay
from gateway.trial_desk import TrialDesk
from knowledge.schemas import Procedure
from notifications.notice_page import NoticePages
from notifications.verify import KnownMessage, known_messages
from people.service import Scope


def create_app(
    settings: Settings,
    *,
    rasa_url: str,
    actions_url: str | None = None,
    local_token: str | None = None,
    assistant_secret: str | None = None,
) -> FastAPI:
    """``assistant_secret``: with which Rasa and the actions let us in; they let nobody in without it."""
    keys = {
        door: doors.shown(doors.key_of(door, assistant_secret) if assistant_secret else None)
        for door in (doors.RASA, doors.ACTIONS)
    }
    to_rasa = Part(servers_of(rasa_url), keys[doors.RASA])
    places = [f"{one}/healthz" for one in servers_of(actions_url or "")]
    to_actions = Part(places, keys[doors.ACTIONS]) if places else None
    database = Database(settings.database)
    wakes = WakeUps(settings.redis_url)
    live = LiveKnowledge(database)
    assistant = RasaAssistant(
        to_rasa.urls, timeout_seconds=settings.rasa_timeout_seconds, headers=to_rasa.headers
    )
    ahead = ReadAhead(actions_url, limit=settings.max_question_characters, headers=keys[doors.ACTIONS])
    delivery = ChatDelivery(database)
    desk = Desk(
        database,
        assistant,
        limits=DeskLimits(
            question_characters=settings.max_question_characters,
            turns_per_minute=settings.turns_per_minute,
            context_life=timedelta(hours=settings.context_hours),
        ),
        proof=DossierProof(database, live.calendar, utc_now),
        press=delivery.press,
        ahead=ahead.tell,
        hold=Reviews(database, live.subject, live.calendar, utc_now).hold,
    )
    door = Doorkeeper(database, local_token, per_minute=settings.calls_per_minute)

    watch = Watch(lambda: live.opinion().plan, live.calendar)
    surveys = Surveys(database, watch=watch)
    channels = Channels(settings, database, desk)
    province = sign_in_by_province(settings)
    trials = TrialDesk(database, live.base, utc_now)
    deadline_desk = DeadlineDesk(
        database,
        live.calendar,
        letter_store(settings),
        deadline_policy(settings),
        data_dir=settings.data_dir,
    )

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await live.load()
        watching = asyncio.create_task(live.watch())
        trying = asyncio.create_task(trials.keep_going())
        await channels.start()
        warming = asyncio.create_task(opinion.warm())
        yield
        warming.cancel()
        watching.cancel()
        trying.cancel()
        trials.leave()
        await channels.stop()
        await assistant.close()
        if province is not None:
            await province.close()
        await ahead.close()
        await wakes.close()
        await database.dispose()

    async def procedure(code: str) -> Procedure | None:
        return live.base().procedure(code)

    async def check_message(typed: str) -> list[KnownMessage]:
        async with database.reading() as session:
            return await known_messages(session, typed)

    app = FastAPI(title="Motcua", lifespan=lifespan, docs_url=None, redoc_url=None)
    opinion = OpinionDesk(database, live.opinion)
    assets, site = Assets(), Site(sample=settings.sample_city, transparency=TRANSPARENCY)
    pages = Pages(assets, site, timezone=settings.timezone)
    survey_desk = FeedbackDesk(surveys)
    app.router.routes.append(answer_route(pages, survey_desk))
    app.add_middleware(SecurityHeaders, strict_transport=(settings.public_url or "").startswith("https://"))
    app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=5)
    events = dossier_events_route(
        IntakeDesk(database, stored=lambda: wakes.notify(Topic.EVENTS)),
        door.require(Scope.EVENTS_WRITE),
        code_pattern=settings.dossier_code_pattern,
    )
    app.add_middleware(ShortWay, routes=[events, *channels.short_ways], handlers=app.exception_handlers)
    app.add_middleware(Floods, per_minute=settings.pages_per_minute)
    app.add_middleware(CountRequests)
    install_error_pages(app, pages)
    install_sign_in(app)
    app.include_router(
        health_router(
            database,
            assistant=to_rasa,
            actions=to_actions,
        )
    )
    app.include_router(
        metrics_router(
            database,
            door.require(Scope.METRICS_READ),
            open_to=settings.metrics,
            house=HouseFigures(
                settings,
                {"rasa": to_rasa.answers, **({"actions": to_actions.answers} if to_actions else {})},
            ).figures,
            more=ProviderFigures(
                database, lambda: channels.providers, policy=lambda: live.informing().policy
            ).figures,
        )
    )
    app.include_router(turns_router(desk, door.require(Scope.TURNS)))
    app.router.routes.append(events)
    app.include_router(channels.router)
    app.include_router(
        desk_router(database, reader=door.require(Scope.PEOPLE_READ), writer=door.require(Scope.PEOPLE_WRITE))
    )
    app.include_router(providers_router(database, channels, door.require(Scope.LEDGER_READ)))
    app.include_router(
        ledger_router(database, door.require(Scope.LEDGER_READ), public_url=settings.public_url)
    )
    app.include_router(
        deadlines_router(
            deadline_desk,
            reader=door.require(Scope.DEADLINES_READ),
            writer=door.require(Scope.DEADLINES_WRITE),
        )
    )
    app.include_router(
        console_router(
            ConsolePages(assets, site, timezone=settings.timezone),
            Door(database, secure_cookie=(settings.public_url or "").startswith("https://")),
            base=live.base,
            providers=lambda: channels.providers,
            public_url=public_address(settings),
            sandbox_url=settings.sandbox_url,
            deadlines=deadline_desk,
            calendar=live.calendar,
            complaint_terms=live.complaint_terms,
            request_terms=live.request_terms,
            opinion=opinion,
            policy=lambda: live.informing().policy,
            province=province,
            trials=trials,
        )
    )
    standing = ServiceStatus(database, to_rasa.answers)
    app.include_router(
        status_router(pages, standing.look, keep=settings.retention, contact=settings.security_contact)
    )
    app.include_router(
        complaints_router(
            pages,
            database,
            units=lambda: sorted(place.authority for place in live.base().content.places),
            calendar=live.calendar,
            terms=live.complaint_terms,
            clock=utc_now,
        )
    )
    app.include_router(transparency_router(pages, opinion))
    app.include_router(walk_in_router(pages, opinion, name_of=partial(unit_name, database)))
    app.include_router(appointments_router(pages, database, calendar=live.calendar, clock=utc_now))
    app.include_router(chat_survey_router(pages, database))
    app.include_router(notices_router(pages, NoticePages(database, lambda: live.informing().policy)))
    app.include_router(
        public_router(
            pages=pages,
            intake=Intake(
                WebchatDesk(desk, delivery),
                Limits(characters=settings.max_question_characters, per_minute=settings.turns_per_minute),
            ),
            procedures=procedure,
            surveys=survey_desk,
            knowledge=PublicKnowledge(
                base=live.base, calendar=live.calendar, clock=utc_now, address=settings.public_url
            ),
            checks=check_message,
            post=ListPost(lambda: channels.providers, shadow=settings.shadow),
            framed_by=settings.webchat.framed_by,
        )
    )
    describe(app)
    return app
