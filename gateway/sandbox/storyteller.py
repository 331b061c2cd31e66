"""Tells the stories: invents a citizen and a dossier, posts the events, reads back what the ledger says."""

from __future__ import annotations

import asyncio
import itertools
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import aiohttp
import structlog

from core.calendar import LOCAL
from gateway.sandbox.state import Person, State
from gateway.sandbox.stories import Story
from notifications.ledger import NotificationView
from notifications.schemas import Purpose
from notifications.telling import explain

log = structlog.get_logger()

_SOURCE = "https://motcua.example.gov.vn/may-chu-thu"
_NAMES = ("Lê Thị Ví Dụ", "Nguyễn Văn Thử", "Phạm Thị Mẫu", "Trần Văn Ví Dụ", "Hồ Thị Thử", "Đỗ Văn Mẫu")
_BETWEEN_SECONDS = 4.0
_MOST_RUNS = 50
_TIMEOUT = aiohttp.ClientTimeout(total=10)
NO_KEY = (
    "Chưa có khóa để gửi sự kiện. Chạy motcua keys create 'máy chủ thử' --scope events:write "
    "--scope ledger:read, rồi đặt MOTCUA_SANDBOX_KEY bằng khóa được in ra và mở lại máy chủ thử."
)


class NotTold(Exception):
    """Why a story could not begin, in words for whoever pressed."""


@dataclass(frozen=True)
class Run:
    """One telling of a story. ``address``: of the mail box that belongs to the telephone."""

    id: str
    at: float
    story: Story
    person: Person
    code: str

    @property
    def address(self) -> str:
        return self.person.email or ""

    def as_json(self, gateway_url: str) -> dict[str, Any]:
        return {
            "id": self.id,
            "at": self.at,
            "title": self.story.title,
            "sentence": self.story.sentence,
            "name": self.person.name,
            "phone": self.person.phone,
            "email": self.address,
            "code": self.code,
            "console": f"{gateway_url}/console/ho-so/{self.code}",
        }


class Storyteller:
    """``key``: of a machine client with ``events:write`` and ``ledger:read``; without it nothing is told."""

    def __init__(self, state: State, gateway_url: str | None, key: str | None) -> None:
        self._state, self._gateway_url, self._key = state, gateway_url, key
        self.runs: list[Run] = []
        self._names = itertools.cycle(_NAMES)
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def why_off(self) -> str:
        return "" if self._gateway_url and self._key else NO_KEY

    def as_json(self) -> list[dict[str, Any]]:
        return [run.as_json(self._gateway_url or "") for run in self.runs]

    async def tell(self, story: Story) -> Run:
        """Post the first event; the others follow on their own. Raises NotTold."""
        if self.why_off:
            raise NotTold(self.why_off)
        number = f"{secrets.randbelow(90_000) + 10_000}"
        person = self._state.people.by_phone(f"09000{number}")
        person.name, person.email = next(self._names), f"nguoi-dan-{number}@example.com"
        received = _working_day_before(datetime.now(LOCAL))
        code = f"H99.01-{received:%y%m%d}-{secrets.randbelow(90_000) + 10_000}"
        run = Run(secrets.token_hex(6), self._state.clock(), story, person, code)
        for provider, fault in story.mishaps_of(person.phone):
            self._state.plan(provider, fault)
        try:
            await self._post(run, story.events[0], received)
        except NotTold:
            self._state.heal_for(person.phone)
            raise
        self.runs.append(run)
        if len(self.runs) > _MOST_RUNS:
            self._state.heal_for(self.runs.pop(0).person.phone)
        task = asyncio.create_task(self._go_on(run, received))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return run

    async def _go_on(self, run: Run, received: datetime) -> None:
        for kind in run.story.events[1:]:
            await asyncio.sleep(_BETWEEN_SECONDS)
            try:
                await self._post(run, kind, received)
            except NotTold as problem:
                log.warning("story_stopped", story=run.story.name, event=kind, why=str(problem))
                return

    async def ledger(self, run: Run) -> list[list[str]]:
        """What the ledger tells of each notice of a run's dossier, one line a step. Raises NotTold."""
        status, body = await self._ask("GET", f"/v1/dossiers/{run.code}/notifications")
        if status == 404:
            return []
        if status != 200:
            raise NotTold(f"sổ cái chưa trả lời (mã {status})")
        views = [NotificationView.model_validate(row) for row in body["notifications"]]
        return [explain(view) for view in views if view.purpose == Purpose.STATUS]

    def find(self, identity: str) -> Run | None:
        return next((run for run in self.runs if run.id == identity), None)

    async def _post(self, run: Run, kind: str, received: datetime) -> None:
        status, _ = await self._ask("POST", "/v1/dossier-events", event(run, kind, received))
        if status != 201:
            raise NotTold(f"cổng thông báo không nhận sự kiện (mã {status}): xem nhật ký của cổng")

    async def _ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {self._key}"}
        if body is not None:
            headers["Content-Type"] = "application/cloudevents+json"
        try:
            async with (
                aiohttp.ClientSession(timeout=_TIMEOUT) as session,
                session.request(method, f"{self._gateway_url}{path}", json=body, headers=headers) as answer,
            ):
                return answer.status, await answer.json()
        except (aiohttp.ClientError, TimeoutError, ValueError):
            raise NotTold("cổng thông báo chưa chạy hoặc không trả lời: mở nó rồi bấm lại") from None

    async def close(self) -> None:
        for task in list(self._tasks):
            task.cancel()


def event(run: Run, kind: str, received: datetime) -> dict[str, Any]:
    """The CloudEvent that the one-stop software would post."""
    now = datetime.now(LOCAL)
    data: dict[str, Any] = {
        "dossier_code": run.code,
        "procedure_code": "1.013949",
        "procedure_name": "Chuyển mục đích sử dụng đất",
        "field": "Đất đai",
        "unit": "UBND phường Quy Nhơn",
        "officer": "Trần Thị Cán Bộ (mẫu)",
        "applicant": {
            "name": run.person.name,
            "phone": "0" + run.person.phone.removeprefix("+84"),
            "email": run.address,
        },
        "received_at": received.isoformat(),
        "due_at": _weekday(received + timedelta(days=14)).isoformat(),
        "occurred_at": now.isoformat(),
        "channel": "counter",
    }
    if kind == "fee_due":
        fee = {"name": "Phí thẩm định (mẫu)", "amount": 150_000, "basis": "Quyết định mẫu số 01"}
        data["fees"] = [fee]
    return {
        "specversion": "1.0",
        "id": f"{run.id}-{kind}",
        "source": _SOURCE,
        "type": f"vn.motcua.dossier.{kind}",
        "time": data["occurred_at"],
        "subject": run.code,
        "datacontenttype": "application/json",
        "data": data,
    }


def _working_day_before(now: datetime) -> datetime:
    """Nine in the morning of the last weekday before this one."""
    day = now.replace(hour=9, minute=0, second=0, microsecond=0) - timedelta(days=1)
    while day.weekday() > 4:
        day -= timedelta(days=1)
    return day


def _weekday(day: datetime) -> datetime:
    while day.weekday() > 4:
        day += timedelta(days=1)
    return day
