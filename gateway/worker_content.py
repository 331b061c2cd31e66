"""Published documents as planner and worker need them."""

from __future__ import annotations

from core.calendar import WorkingCalendar
from core.content import Document, published
from core.database import Database
from core.generations import generation
from feedback.areas import Areas
from feedback.draw import InvitationPlan
from feedback.instruments import Instruments
from feedback.targets import Targets
from gateway import approved_words, content_kinds
from gateway.opinion import OpinionContent, opinion_content
from notifications.informing import Informing
from notifications.schemas import Channel
from notifications.wording import Wordings


class WorkerContent:
    """The published documents of these processes, renewed when their generation changes.

    ``approved_only``: words that a carrier has to approve are used as they were approved last.
    """

    def __init__(self, database: Database, *, approved_only: bool = False) -> None:
        self._database, self._approved_only = database, approved_only
        self._pulse = database.pulse()
        self._generation = -1
        self.documents: list[Document] = []
        self._wordings: Wordings | None = None
        self._informing = Informing()
        self._calendar = WorkingCalendar()
        self._opinion: OpinionContent | None = None

    async def refresh(self) -> None:
        if self._pulse.moved():
            try:
                await self._refresh()
            except BaseException:
                self._pulse.forget()
                raise

    async def _refresh(self) -> None:
        async with self._database.reading() as session:
            number = await generation(session, "content")
            if number == self._generation:
                return
            documents = await published(session)
            words, missing = documents, frozenset[tuple[str, Channel]]()
            if self._approved_only:
                words, missing = await approved_words.approved_only(session, documents)
        self._wordings = content_kinds.wordings(words).without(missing)
        self._informing = content_kinds.informing(documents)
        self._calendar = content_kinds.calendar(documents)
        self._opinion = opinion_content(documents)
        self.documents, self._generation = documents, number

    def informing(self) -> Informing:
        return self._informing

    def calendar(self) -> WorkingCalendar:
        return self._calendar

    def opinion(self) -> OpinionContent:
        assert self._opinion is not None, "refresh() comes first"  # noqa: S101
        return self._opinion

    def plan(self) -> InvitationPlan:
        return self.opinion().plan

    def instruments(self) -> Instruments:
        return self.opinion().instruments

    def targets(self) -> Targets:
        return self.opinion().targets

    def areas(self) -> Areas:
        return self.opinion().areas

    def cut_day(self) -> int:
        return self.plan().cut_day

    def wordings(self) -> Wordings:
        assert self._wordings is not None, "refresh() comes first"  # noqa: S101
        return self._wordings
