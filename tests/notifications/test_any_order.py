"""Whatever happens, in whatever order: one copy on each channel, nothing at night, nothing after a refusal,
nothing lost.

A process may die before and after every read, every commit and every call. Providers take messages and lose
the answer, hang, refuse, are busy; receipts come early, late, doubled, in any order; people refuse; time goes
on. ``MOTCUA_ORDERS`` (how many histories) makes a long run of it, with histories that differ each time.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import uuid
from collections import deque
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select
from sqlalchemy.engine import make_url

from core.calendar import LOCAL
from core.crypto import keyed_hash
from core.database import Database
from core.events import publish
from gateway.bench.servers import PostgresServer
from notifications.audit import check_all
from notifications.carriers import InOrder
from notifications.desk_models import UnitTask
from notifications.models import Attempt, LedgerEntry, Message
from notifications.quiet import QuietHours
from notifications.receipts import IncomingReceipt, ReceiptDesk
from notifications.schemas import (
    AttemptOutcome,
    ClimbReason,
    EntryKind,
    MessageStatus,
    Purpose,
    Reason,
    before,
)
from notifications.survey_rules import SURVEY_INVITED
from people import consents
from people.citizen_models import ConsentSource
from people.citizen_models import Purpose as Consented
from tests.dossiers.samples import full_event
from tests.notifications.helpers import Clock, answer, planner, post, sender
from wire.provider import About, Accepted, Ambiguous, Confidence, Lookup, OutgoingNotice, Rejected

PEOPLE = range(3)
CHANNEL_OF = {"zalo": "zalo", "sms": "sms", "other": "sms", "mail": "email"}
LADDER = ("zalo", "sms", "mail")
ROUTES = {"sms": InOrder(("sms", "other"))}
WITHIN = {"zalo": timedelta(minutes=30), "sms": timedelta(hours=2), "other": timedelta(hours=2)}
LONG_ENOUGH = timedelta(minutes=15)
ARRIVED = (MessageStatus.DELIVERED, MessageStatus.READ)
ENDED = (MessageStatus.CANCELLED, MessageStatus.SUPPRESSED)
MORE = os.environ.get("MOTCUA_ORDERS")


class Killed(BaseException):
    """The process is gone."""


class Mortal:
    """The database as one process sees it, and the moment at which that process dies: ``steps`` from now."""

    def __init__(self, database: Database, steps: int | None = None) -> None:
        self._database, self.steps, self.dead = database, steps, False
        self.pulse = database.pulse

    def step(self) -> None:
        if self.steps is not None:
            self.dead = self.dead or self.steps == 0
            self.steps -= 1
        if self.dead:
            raise Killed

    @asynccontextmanager
    async def reading(self):
        self.step()
        async with self._database.reading() as session:
            yield session

    asking = reading

    @asynccontextmanager
    async def writing(self):
        self.step()
        async with self._database.writing() as session:
            yield session
            self.step()  # done and not committed
        self.step()  # committed, and nobody knows


@dataclass
class Call:
    at: datetime
    outcome: str


@dataclass
class Carrier:
    """A provider's own memory. ``kind``: mute (cannot be asked), asked, or refuses (a second copy)."""

    name: str
    kind: str
    taken: dict[str, int] = field(default_factory=dict)
    calls: dict[str, list[Call]] = field(default_factory=dict)

    def take(self, reference: str) -> None:
        if not (self.kind == "refuses" and reference in self.taken):
            self.taken[reference] = self.taken.get(reference, 0) + 1


class Line:
    """A carrier as one process reaches it."""

    def __init__(self, world: World, carrier: Carrier, mortal: Mortal) -> None:
        self._world, self._carrier, self._mortal = world, carrier, mortal
        self.name = carrier.name
        self.can_be_settled = carrier.kind != "mute"

    async def send(self, notice: OutgoingNotice) -> Any:
        self._mortal.step()
        try:
            self._world.is_called(self._carrier, notice)
        except AssertionError as broken:  # the sender would take it for a provider's failure
            self._world.broken.append(str(broken))
        outcome = self._world.faults.popleft() if self._world.faults else "ok"
        self._carrier.calls.setdefault(notice.reference, []).append(Call(self._world.clock(), outcome))
        if outcome in ("ok", "lost", "early"):
            self._carrier.take(notice.reference)
        if outcome == "early":
            await self._world.receive(self.name, notice.reference, MessageStatus.DELIVERED, by="reference")
            await self._world.work()
        self._mortal.step()
        match outcome:
            case "no":
                return Rejected(permanent=True, code="-118", about=About.PERSON)
            case "not here":
                return Rejected(permanent=True, code="177", about=About.ROUTE)
            case "busy":
                return Rejected(permanent=False, code="503")
            case "lost" | "hang":
                return Ambiguous("timeout")
        return Accepted(f"{self.name}-{notice.reference}")

    async def lookup(self, reference: str) -> Lookup:
        self._mortal.step()
        match self._carrier.kind:
            case "mute":
                return Lookup.CANNOT_TELL
            case "refuses":
                return Lookup.NOT_TAKEN
        return Lookup.TAKEN if reference in self._carrier.taken else Lookup.NOT_TAKEN


class World:
    """The office, its carriers and its citizens; everything that happens is one of its methods."""

    def __init__(self, database: Database) -> None:
        self.database, self.clock = database, Clock()
        self.carriers: dict[str, Carrier] = {}
        self.faults: deque[str] = deque()
        self.broken: list[str] = []
        self.events = 0
        self.refused: set[tuple[int, str]] = set()
        self.failed: set[str] = set()
        self.arrived: set[str] = set()
        self.seen: dict[str, tuple[int, MessageStatus]] = {}

    # What happens

    async def event(self, who: int, kind: str) -> None:
        self.events += 1
        if kind == "survey":
            async with self.database.writing() as session:
                await publish(
                    session, type=SURVEY_INVITED, subject=dossier(who), occurred_at=self.clock(),
                    body={"invitation_id": f"i{self.events}", "dossier_code": dossier(who)},
                )  # fmt: skip
            return
        body = full_event(
            kind, number=self.events, dossier_code=dossier(who), occurred_at=self.clock().isoformat(),
            applicant={"name": "Nguyễn Văn Mẫu", "phone": phone(who), "email": f"mau{who}@example.com"},
            reason=f"Lý do {self.events}",
        )  # fmt: skip
        await post(self.database, body, self.clock)

    async def plan(self, steps: int | None = None) -> None:
        mortal = Mortal(self.database, steps)
        await self._live(planner(mortal, self.clock).tick())

    async def send(self, what: str, faults: list[str], steps: int | None = None) -> None:
        mortal = Mortal(self.database, steps)
        self.faults = deque(faults)
        lines = [Line(self, carrier, mortal) for carrier in self.carriers.values()]
        one = sender(
            mortal,
            self.clock,
            *lines,
            policy={"receipt_within": WITHIN},
            routes=ROUTES,
            link_for=self._survey_link,
        )
        await self._live(getattr(one, what)())
        self.faults.clear()

    async def _survey_link(self, _session: Any, _invitation: str) -> str:
        return "https://motcua.example.gov.vn/k/abc"

    async def _live(self, life: Any) -> None:
        """Until it is over, or the process dies with everything it had begun."""
        others = asyncio.all_tasks()
        with suppress(Killed):
            await life
        if left := asyncio.all_tasks() - others:
            await asyncio.wait(left)

    async def receive(self, carrier: str, reference: str, status: MessageStatus, *, by: str) -> None:
        names = (
            {"reference": reference}
            if by == "reference"
            else {"provider_message_id": f"{carrier}-{reference}"}
        )
        async with self.database.writing() as session:
            await ReceiptDesk().store(
                session,
                [
                    IncomingReceipt(
                        carrier, f"{reference}-{status}", status, Confidence.HANDSET, self.clock(), **names
                    )
                ],
                now=self.clock(),
            )
        if status is MessageStatus.FAILED:
            self.failed.add(reference)

    async def work(self, steps: int | None = None) -> None:
        mortal = Mortal(self.database, steps)

        async def once() -> None:
            async with mortal.writing() as session:
                await ReceiptDesk().work(session, now=self.clock())

        await self._live(once())
        self.arrived |= {row.id for row in await self.messages() if row.status in ARRIVED}

    async def refuse(self, who: int, what: str) -> None:
        """By the telephone, or by the mail address where it is about mails: either speaks for the person."""
        mail = what == "email"
        hashes = [keyed_hash(f"mau{who}@example.com", "email") if mail else keyed_hash(phone(who), "phone")]
        async with self.database.writing() as session:
            if what == "not mine":
                await consents.block(
                    session, hashes, dossier(who), source=ConsentSource.COUNTER, now=self.clock()
                )
            else:
                await consents.record(
                    session,
                    hashes,
                    Consented.SURVEY if what == "survey" else Consented.STATUS,
                    granted=False,
                    source=ConsentSource.COUNTER,
                    now=self.clock(),
                    channel=None if what == "survey" else what,
                )
        self.refused.add((who, what))

    # What must never be

    def is_called(self, carrier: Carrier, notice: OutgoingNotice) -> None:
        now, reference = self.clock(), notice.reference
        assert not QuietHours().is_quiet(now), f"woken at {now.astimezone(LOCAL):%H:%M}"
        assert notice.dossier_code is not None
        who = int(notice.dossier_code[-1])
        survey = "/k/" in notice.text
        assert (who, "not mine") not in self.refused, "told of a dossier that is somebody else's"
        assert (who, "survey") not in self.refused or not survey, "invited after a refusal"
        assert survey or (who, CHANNEL_OF[carrier.name]) not in self.refused, "told on a refused channel"
        for one in self.carriers.values():
            knows_it = one is carrier and one.kind == "refuses"
            assert knows_it or reference not in one.taken, "a second copy on one channel"
        identity, rung = reference[:-1], int(reference[-1])
        assert identity not in self.arrived, "told again after it had arrived"
        for earlier in self.carriers.values():
            for other, calls in earlier.calls.items():
                if other[:-1] == identity and int(other[-1]) < rung:
                    last = calls[-1]
                    channel = CHANNEL_OF[earlier.name]
                    assert (
                        last.outcome in ("no", "not here", "busy")
                        or other in self.failed
                        or (who, channel) in self.refused
                        or now - last.at >= LONG_ENOUGH
                    ), "the next channel was too early"

    async def messages(self) -> list[Message]:
        async with self.database.reading() as session:
            return list(await session.scalars(select(Message).order_by(Message.position)))

    async def goes_forward(self) -> None:
        assert self.broken == []
        for row in await self.messages():
            status = MessageStatus(row.status)
            rung, was = self.seen.get(row.id, (row.rung, status))
            self.seen[row.id] = (row.rung, status)
            if (rung, was) == (row.rung, status):
                continue
            assert was not in ENDED, f"{was} is an end"
            if was in ARRIVED:
                assert status in ARRIVED[ARRIVED.index(was) :], f"{was} became {status}"
            elif status in ENDED or status in ARRIVED:
                continue
            elif row.rung == rung and (was, status) != (MessageStatus.UNCERTAIN, MessageStatus.PLANNED):
                assert len(before(status)) >= len(before(was)), f"{was} became {status}"
            else:
                assert row.rung >= rung, f"from rung {rung} back to {row.rung}"

    # The end of a history

    async def heal(self) -> None:
        """Nothing fails any more: until nothing waits and nothing is in doubt."""
        for _ in range(200):
            await self.plan()
            await self.work()
            await self.send("tick", [])
            await self.goes_forward()
            if await self.is_settled():
                return
            self.clock.pass_(minutes=16)
            if QuietHours().is_quiet(self.clock()):
                self.until(time(7, 0))
        raise AssertionError("something waits for ever")

    async def is_settled(self) -> bool:
        async with self.database.reading() as session:
            if await session.scalar(
                select(Attempt.id).where(Attempt.outcome == AttemptOutcome.OPEN).limit(1)
            ):
                return False
        return all(row.due_at is None for row in await self.messages())

    def until(self, moment: time) -> None:
        local = self.clock().astimezone(LOCAL)
        day = local.date() + timedelta(days=0 if local.time() < moment else 1)
        self.clock.now = datetime.combine(day, moment, LOCAL)

    async def nothing_is_lost(self) -> None:
        rows = await self.messages()
        assert len({row.event_id for row in rows}) == self.events == len(rows), "an event without a message"
        async with self.database.reading() as session:
            tasks = {row.message_id for row in await session.scalars(select(UnitTask))}
        copies = self.copies()
        for row in rows:
            got, status = copies.get(row.id, {}), MessageStatus(row.status)
            assert all(count == 1 for count in got.values()), "two copies on one channel"
            if status in ENDED:
                assert row.reason is not None, "silence without a reason"
            elif status in (MessageStatus.FAILED, MessageStatus.UNCERTAIN):
                expected = Reason.CHANNELS_EXHAUSTED if status is MessageStatus.FAILED else Reason.UNSURE
                assert row.reason == expected
                assert row.id in tasks or row.purpose == Purpose.SURVEY, "nobody is asked to tell them"
            else:
                assert got, f"{status}, and nobody has it"
            doubtful = [reference for reference in sorted(got)[:-1] if reference not in self.failed]
            assert row.maybe_second_copy or not doubtful, "a second copy that is not marked"
        await self.asked_before_it_went_on(rows)
        assert (await check_all(self.database)).intact

    async def asked_before_it_went_on(self, rows: list[Message]) -> None:
        """Where a provider can be asked, or refuses a second copy, nobody stays in doubt."""
        mute = {CHANNEL_OF[one.name] for one in self.carriers.values() if one.kind == "mute"}
        ladders = {row.id: [rung["channel"] for rung in row.rungs] for row in rows}
        async with self.database.reading() as session:
            lines = await session.scalars(select(LedgerEntry).where(LedgerEntry.kind == EntryKind.CLIMBED))
            for line in lines:
                if line.facts["why"] == ClimbReason.UNCERTAIN:
                    ladder = ladders[line.message_id]
                    left = ladder[ladder.index(line.facts["channel"]) - 1]
                    assert left in mute, "not asked, although it could be"

    def copies(self) -> dict[str, dict[str, int]]:
        found: dict[str, dict[str, int]] = {}
        for carrier in self.carriers.values():
            for reference, count in carrier.taken.items():
                got = found.setdefault(reference[:-1], {})
                got[reference] = got.get(reference, 0) + count
        return found


def dossier(who: int) -> str:
    return f"H98.01-261102-000{who}"


def phone(who: int) -> str:
    return f"+8490000000{who}"


WHO = st.sampled_from(PEOPLE)
DEATH = st.none() | st.integers(0, 15) | st.integers(7, 11)
FAULTS = st.lists(st.sampled_from(["ok", "no", "not here", "busy", "lost", "hang", "early"]), max_size=4)
ROUND = st.tuples(st.sampled_from(["tick", "tick", "tick", "turn", "look_after"]), FAULTS, DEATH)
KINDS = ["processing", "supplement_requested", "result_ready", "survey"]
HEARD = (MessageStatus.SENT, MessageStatus.DELIVERED, MessageStatus.READ, MessageStatus.FAILED)


class Files:
    """Empty SQLite databases, one a history."""

    def __init__(self, template: Path) -> None:
        self._template = template

    def make(self) -> str:
        path = self._template.with_name(f"{uuid.uuid4().hex}.db")
        shutil.copyfile(self._template, path)
        return f"sqlite+aiosqlite:///{path}"

    def remove(self, url: str) -> None:
        path = Path(url.removeprefix("sqlite+aiosqlite:///"))
        for file in path.parent.glob(f"{path.name}*"):
            file.unlink()


class Server:
    """The same on PostgreSQL."""

    def __init__(self, server: PostgresServer) -> None:
        self._server = server

    def make(self) -> str:
        name = f"history_{uuid.uuid4().hex}"
        self._server.sql(f"CREATE DATABASE {name} TEMPLATE template STRATEGY file_copy")
        return self._server.url(name)

    def remove(self, url: str) -> None:
        self._server.sql(f"DROP DATABASE {make_url(url).database} WITH (FORCE)")


class Histories(RuleBasedStateMachine):
    databases: Files | Server

    def __init__(self) -> None:
        super().__init__()
        self.url = self.databases.make()
        self.runner = asyncio.Runner()
        self.runner.get_loop().set_exception_handler(lambda *_: None)  # the dead leave tasks behind
        self.world = World(Database(self.url))

    def run(self, doing: Any) -> None:
        self.runner.run(doing)

    @initialize(kinds=st.permutations(["mute", "asked", "refuses"]), other=st.sampled_from(["mute", "asked"]))
    def open(self, kinds: list[str], other: str) -> None:
        named = [*zip(LADDER, kinds, strict=True), ("other", other)]
        self.world.carriers = {name: Carrier(name, kind) for name, kind in named}
        for who in PEOPLE:
            self.run(answer(self.world.database, self.world.clock, Consented.SURVEY, phone=phone(who)))
            self.run(self.world.event(who, "received"))
        self.run(self.world.plan())

    @rule(who=WHO, kind=st.sampled_from(KINDS), death=DEATH)
    def something_happens(self, who: int, kind: str, death: int | None) -> None:
        self.run(self.world.event(who, kind))
        self.run(self.world.plan(death))

    @rule(who=WHO, kind=st.sampled_from(KINDS), how=ROUND)
    def news_comes_late_in_the_evening(
        self, who: int, kind: str, how: tuple[str, list[str], int | None]
    ) -> None:
        self.world.until(time(20, 59, 50))
        self.run(self.world.event(who, kind))
        self.run(self.world.plan())
        self.world.clock.pass_(seconds=15)
        self.a_round(how)

    @rule(seconds=st.sampled_from([1, 5, 31, 61, 901, 1801, 7201]), how=ROUND)
    def a_while_later(self, seconds: int, how: tuple[str, list[str], int | None]) -> None:
        self.world.clock.pass_(seconds=seconds)
        self.a_round(how)

    @rule(moment=st.sampled_from([time(6, 59), time(7, 0), time(20, 59), time(21, 0)]), how=ROUND)
    def later(self, moment: time, how: tuple[str, list[str], int | None]) -> None:
        self.world.until(moment)
        self.a_round(how)

    @rule(how=ROUND)
    def a_round(self, how: tuple[str, list[str], int | None]) -> None:
        self.run(self.world.plan())
        self.run(self.world.work())
        self.run(self.world.send(*how))

    @rule(
        which=st.integers(0, 50),
        status=st.sampled_from(HEARD),
        by=st.sampled_from(["reference", "number"]),
        twice=st.booleans(),
    )
    def receipt(self, which: int, status: MessageStatus, by: str, twice: bool) -> None:
        known = [(one.name, reference) for one in self.world.carriers.values() for reference in one.taken]
        if known:
            name, reference = known[which % len(known)]
            for _ in range(2 if twice else 1):
                self.run(self.world.receive(name, reference, status, by=by))

    @rule(death=DEATH)
    def work_on_receipts(self, death: int | None) -> None:
        self.run(self.world.work(death))

    @rule(who_what=st.sampled_from([(1, "zalo"), (1, "survey"), (2, "sms"), (2, "email"), (2, "not mine")]))
    def refuse(self, who_what: tuple[int, str]) -> None:
        """The first of them never does: with a refusal of everything, nothing more could happen."""
        self.run(self.world.refuse(*who_what))

    @invariant()
    def forward(self) -> None:
        self.run(self.world.goes_forward())

    def teardown(self) -> None:
        try:
            self.run(self._end())
        finally:
            self.run(self.world.database.dispose())
            self.runner.close()
            self.databases.remove(self.url)

    async def _end(self) -> None:
        if not self.world.carriers:
            return
        self.world.until(time(9, 0))
        await self.world.heal()
        await self.world.nothing_is_lost()


@pytest.mark.parametrize("kind", ["mute", "asked", "refuses"])
@pytest.mark.parametrize("answers", [["ok"], ["lost"]], ids=lambda answers: answers[0])
async def test_wherever_the_process_dies_everybody_is_told_once(sqlite, kind, answers):
    """A death at every single step of one round, for a citizen each time."""
    world = World(sqlite)
    others = {"mute": ("asked", "refuses"), "asked": ("refuses", "mute"), "refuses": ("mute", "asked")}
    kinds = zip(LADDER, (kind, *others[kind]), strict=True)
    world.carriers = {name: Carrier(name, one) for name, one in kinds}
    for steps in range(14):
        await world.event(steps % 3, "received" if steps < 3 else "supplement_requested")
        await world.plan(steps if steps < 5 else None)
        await world.plan()
        await world.send("tick", answers, steps)
        world.clock.pass_(seconds=1)
        await world.send("tick", answers)
        await world.goes_forward()
        world.clock.pass_(minutes=3)
    await world.heal()
    await world.nothing_is_lost()


HISTORIES = {"sqlite": 25, "postgresql": 6}


@pytest.mark.parametrize("kind", HISTORIES)
def test_whatever_happens_everybody_is_told_once_and_nobody_at_night(request, kind):
    databases = (
        Files(request.getfixturevalue("sqlite_template"))
        if kind == "sqlite"
        else Server(request.getfixturevalue("postgres"))
    )
    histories = type("Histories", (Histories,), {"databases": databases})
    run_state_machine_as_test(
        histories,
        settings=settings(
            max_examples=int(MORE or HISTORIES[kind]),
            stateful_step_count=30,
            deadline=None,
            derandomize=MORE is None,
            database=None,
            print_blob=True,
            phases=[Phase.generate, Phase.shrink] if MORE else [Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
