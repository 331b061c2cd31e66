"""What can be counted from outside: Prometheus metrics of every process, read at one address.

A process of its own counts in memory. Where ``MOTCUA_METRICS_DIR`` names a folder (``motcua up`` gives every
process the same one), each writes there and whoever is asked adds them up, so one scrape of the gateway shows
gateway, worker and actions together. Labels name kinds and never people: their values are bounded here.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

_FOLDER = os.environ.get("MOTCUA_METRICS_DIR")
if _FOLDER:  # the library looks at it when it is imported
    Path(_FOLDER).mkdir(parents=True, exist_ok=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = _FOLDER

# ruff: noqa: E402
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, values
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.metrics_core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from prometheus_client.values import MultiProcessValue

CONTENT_TYPE = CONTENT_TYPE_LATEST
OTHER = "other"


def _here() -> str:
    """Of this process: containers that share a folder have the same process numbers."""
    return f"{socket.gethostname().replace('_', '-')}-{os.getpid()}"


if _FOLDER:
    values.ValueClass = MultiProcessValue(_here)  # type: ignore[no-untyped-call]

REGISTRY = CollectorRegistry()

_TURN_SECONDS = (0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0, 8.0)
_CALL_SECONDS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 25.0)
_HTTP_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

TURNS = Counter(
    "motcua_turns", "Turns of the assistant that were stored.", ("channel", "outcome"), registry=REGISTRY
)
TURN_SECONDS = Histogram(
    "motcua_turn_seconds", "From a citizen's message to its answer.", ("channel",),
    buckets=_TURN_SECONDS, registry=REGISTRY,
)  # fmt: skip
ASSISTANT_FAILURES = Counter(
    "motcua_assistant_failures", "Turns to which Rasa gave no usable reply.", ("kind",), registry=REGISTRY
)
SECOND_TRIES = Counter(
    "motcua_second_tries", "Turns cut short by a Rasa server and begun again, by their end.", ("end",),
    registry=REGISTRY,
)  # fmt: skip
SAFE_CARDS = Counter(
    "motcua_safe_cards",
    "Answers held back for a card without figures.",
    ("why",),
    registry=REGISTRY,
)
EVENTS = Counter(
    "motcua_dossier_events", "Dossier events handed in: new, seen before, in conflict.", ("status",),
    registry=REGISTRY,
)  # fmt: skip
MESSAGES = Counter(
    "motcua_messages", "Messages that came to a state.", ("channel", "status"), registry=REGISTRY
)
ATTEMPTS = Counter(
    "motcua_attempts", "Tries to hand a message to a provider, by their end.", ("provider", "outcome"),
    registry=REGISTRY,
)  # fmt: skip
SEGMENTS = Counter(
    "motcua_segments", "Segments of text messages that a provider took: what it bills.", ("provider",),
    registry=REGISTRY,
)  # fmt: skip
ATTEMPT_SECONDS = Histogram(
    "motcua_attempt_seconds", "How long a provider took to answer.", ("provider",),
    buckets=_CALL_SECONDS, registry=REGISTRY,
)  # fmt: skip
NOTICE_SECONDS = Histogram(
    "motcua_notice_seconds", "From the time a message was due to its first try.", ("lane",),
    buckets=(0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0, 3600.0), registry=REGISTRY,
)  # fmt: skip
RECEIPTS = Counter("motcua_receipts", "Receipts of providers.", ("provider", "status"), registry=REGISTRY)
ALARMS = Counter("motcua_alarms", "Alarms that somebody has to look at.", ("kind",), registry=REGISTRY)
HTTP_SECONDS = Histogram(
    "motcua_http_seconds", "Requests by part of the site and class of the answer.", ("area", "answer"),
    buckets=_HTTP_SECONDS, registry=REGISTRY,
)  # fmt: skip
GUESSES = Counter(
    "motcua_guesses",
    "What did not open: sign-ins, one-time codes, API keys, the actions' own door.",
    ("door",),
    registry=REGISTRY,
)
LOOP_FAILURES = Counter(
    "motcua_worker_failures", "Rounds of a loop of the worker that ended in an error.", ("loop",),
    registry=REGISTRY,
)  # fmt: skip
WORK = Counter(
    "motcua_work_rounds", "Rounds of work that is done again and again.", ("work", "end"), registry=REGISTRY,
)  # fmt: skip


class WorkEnd(StrEnum):
    DONE = "done"
    FAILED = "failed"


class GuessedDoor(StrEnum):
    SIGN_IN = "sign_in"
    ONE_TIME_CODE = "one_time_code"
    API_KEY = "api_key"
    ACTIONS = "actions"


class SafeCard(StrEnum):
    """Why an answer was held back."""

    NUMERIC_GUARD = "numeric_guard"
    ASSISTANT_UNAVAILABLE = "assistant_unavailable"


class AlarmKind(StrEnum):
    """What stands behind ``motcua.alarm.`` in an event's type."""

    ASSISTANT_UNAVAILABLE = "assistant_unavailable"
    DELIVERY_FAILED = "delivery_failed"
    PROVIDER = "provider"
    ZALO_TOKEN = "zalo_token"  # noqa: S105


class WorkerLoop(StrEnum):
    PLANNER = "planner"
    SENDER = "sender"
    DOUBTFUL = "sender, doubtful messages"
    RECEIPTS = "receipts"
    SCHEDULE = "schedule"


class AssistantFailure(StrEnum):
    """Why the assistant gave nothing usable; its own reasons are too many for a label."""

    EMPTY_REPLY = "empty_reply"
    MALFORMED_REPLY = "malformed_reply"
    HTTP = "http"
    SECRET_REFUSED = "secret_refused"  # noqa: S105 - a reason
    CONNECTION = "connection"

    @classmethod
    def of(cls, reason: str) -> AssistantFailure:
        if reason in (cls.EMPTY_REPLY, cls.MALFORMED_REPLY, cls.SECRET_REFUSED):
            return cls(reason)
        return cls.HTTP if reason.startswith("http_") else cls.CONNECTION


class SecondTry(StrEnum):
    """``DONE``: the first had done something before it was cut short, and its reply was found."""

    ANSWERED = "answered"
    DONE = "done"
    FAILED = "failed"


def _begin_at_nought() -> None:
    """A series that begins at its first event has no increase to be seen: a lone alarm, or a burst of guesses
    between two looks, would wake nobody. What is alarmed about is there from the start."""
    for door in GuessedDoor:
        GUESSES.labels(door)
    for kind in AssistantFailure:
        ASSISTANT_FAILURES.labels(kind)
    for why in SafeCard:
        SAFE_CARDS.labels(why)
    for alarm in AlarmKind:
        ALARMS.labels(alarm)
    for loop in WorkerLoop:
        LOOP_FAILURES.labels(loop)


_begin_at_nought()


@dataclass(frozen=True)
class Figure:
    """A number that is read from the database when somebody asks, by one label at most."""

    name: str
    help: str
    value: float
    label: tuple[str, str] | None = None


class _Figures(Collector):
    def __init__(self, figures: Iterable[Figure]) -> None:
        self._figures = list(figures)

    def collect(self) -> Iterable[GaugeMetricFamily]:
        families: dict[str, GaugeMetricFamily] = {}
        for figure in self._figures:
            names = [figure.label[0]] if figure.label else []
            family = families.setdefault(
                figure.name, GaugeMetricFamily(figure.name, figure.help, labels=names)
            )
            family.add_metric([figure.label[1]] if figure.label else [], figure.value)
        return families.values()


def exposition(figures: Iterable[Figure] = ()) -> bytes:
    """Everything of all processes that share the folder, with ``figures``, in Prometheus' text format."""
    whole = CollectorRegistry()
    whole.register(_Figures(figures))
    if _FOLDER:
        MultiProcessCollector(whole)  # type: ignore[no-untyped-call]
        return generate_latest(whole)
    return generate_latest(whole) + generate_latest(REGISTRY)
