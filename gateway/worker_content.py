"""Published documents as planner and worker need them."""

from __future__ import annotations

from core.calendar import WorkingCalendar
from core.content import Document, generation, published
from core.database import Database
from feedback.draw import InvitationPlan
from feedback.instruments import Instruments
from gateway import content_kinds
from notifications.informing import Informing
from notifications.wording import Wordings


class WorkerContent:
    """The published documents of these processes, renewed when their generation changes."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._generation = -1
        self.documents: list[Document] = []
        self._wordings: Wordings | None = None
        self._informing = Informing()
        self._calendar = WorkingCalendar()
        self._plan = InvitationPlan()
        self._instruments = Instruments({})

    async def refresh(self) -> None:
        async with self._database.reading() as session:
            number = await generation(session, "content")
            if number == self._generation:
                return
            documents = await published(session)
        self._wordings = content_kinds.wordings(documents)
        self._informing = content_kinds.informing(documents)
        self._calendar = content_kinds.calendar(documents)
        self._plan = content_kinds.invitation_plan(documents)
        self._instruments = content_kinds.instruments(documents)
        self.documents, self._generation = documents, number

    def informing(self) -> Informing:
        return self._informing

    def calendar(self) -> WorkingCalendar:
        return self._calendar

    def plan(self) -> InvitationPlan:
        return self._plan

    def instruments(self) -> Instruments:
        return self._instruments

    def cut_day(self) -> int:
        return self._plan.cut_day

    def wordings(self) -> Wordings:
        assert self._wordings is not None, "refresh() comes first"  # noqa: S101
        return self._wordings
