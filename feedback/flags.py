"""Answers that look made up: found from when, from where and how they were given.

A flag takes nothing away. The index is always shown with all answers, and beside it without the flagged ones.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from scipy.special import bdtrc, pdtrc

from feedback.models import Mode


class Flag(StrEnum):
    """``device``: one device for many dossiers. ``burst``: many alike in a few minutes, or far more at once
    than the unit's answers come by themselves. ``straight``: every question alike, faster than it can be
    read. ``rushed``: while the citizen still stood at the counter, before a message can have been read, or at
    once after it where other units' citizens hardly ever do.
    """

    DEVICE = "device"
    BURST = "burst"
    STRAIGHT = "straight"
    RUSHED = "rushed"


DOSSIERS_A_DEVICE = 4
"""From so many dossiers on, a device is not a family's any more."""
AFTER_HANDING_OVER = timedelta(minutes=5)
AFTER_SENDING = timedelta(seconds=5)
BURST_WINDOW = timedelta(minutes=10)
BURST_ANSWERS = 5
_BURST_CHANCE = 1e-5
CROWD_WINDOWS = (
    (timedelta(minutes=30), 4.0),
    (timedelta(hours=2), 4.0),
    (timedelta(hours=5), 3.0),
)
"""A sitting, an evening, a morning of telephone calls; and how many times the answers of an average waking
stretch of that length the busiest one brings by itself: evenings and breaks."""
CROWD_ANSWERS = 6
CROWD_AFTER = timedelta(hours=1)
"""Soon after a message people answer together, because they were written to together."""
_CROWD_CHANCE = 1e-6
_WAKING = timedelta(hours=112)
AT_ONCE = timedelta(minutes=1)
_AT_ONCE_USUALLY = 0.02
_AT_ONCE_LEAST = 3
_AT_ONCE_CHANCE = 1e-4
STRAIGHT_QUESTIONS = 5
STRAIGHT_SECONDS = 8.0
NO_ANSWER = "-"


@dataclass(frozen=True)
class Trace:
    """How one answer was given. ``pattern``: the headline level and those of the factors, "-" for none.

    ``key`` names the answer; ``device`` is a keyed hash, empty where it is not known; ``seconds`` passed
    between the first tap and the further questions. Moments are aware.
    """

    key: str
    unit: str
    at: datetime
    pattern: str
    device: str = ""
    sent_at: datetime | None = None
    closed_at: datetime | None = None
    seconds: float | None = None
    mode: Mode = Mode.LINK

    def to_body(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "unit": self.unit,
            "at": self.at.isoformat(),
            "pattern": self.pattern,
            "device": self.device,
            "sent_at": self.sent_at.isoformat() if self.sent_at else None,
            "closed_at": self.closed_at.isoformat() if self.closed_at else None,
            "seconds": self.seconds,
            "mode": self.mode.value,
        }

    @classmethod
    def from_body(cls, body: Mapping[str, Any]) -> Trace:
        moments = {
            name: datetime.fromisoformat(body[name]) if body[name] else None
            for name in ("sent_at", "closed_at")
        }
        rest = {**body, **moments, "at": datetime.fromisoformat(body["at"]), "mode": Mode(body["mode"])}
        return cls(**rest)


def find_flags(traces: Sequence[Trace]) -> dict[str, frozenset[Flag]]:
    """The flags of each answer that has any, by its key."""
    found: dict[str, set[Flag]] = defaultdict(set)
    for trace in traces:
        if _is_rushed(trace):
            found[trace.key].add(Flag.RUSHED)
        if _is_straight(trace):
            found[trace.key].add(Flag.STRAIGHT)
    for key in _of_busy_devices(traces):
        found[key].add(Flag.DEVICE)
    for key in _of_bursts(traces) | _of_crowds(traces):
        found[key].add(Flag.BURST)
    for key in _of_hurried_units(traces):
        found[key].add(Flag.RUSHED)
    return {key: frozenset(flags) for key, flags in found.items()}


def spell(flags: Iterable[Flag]) -> str:
    """As an answer keeps them: in a fixed order, spaces between."""
    return " ".join(sorted(flags))


def _is_rushed(trace: Trace) -> bool:
    return any(
        start is not None and timedelta() <= trace.at - start <= span
        for start, span in ((trace.closed_at, AFTER_HANDING_OVER), (trace.sent_at, AFTER_SENDING))
    )


def _is_straight(trace: Trace) -> bool:
    given = trace.pattern.replace(NO_ANSWER, "")
    return (
        trace.seconds is not None
        and trace.seconds < STRAIGHT_SECONDS
        and len(given) > STRAIGHT_QUESTIONS
        and len(set(given)) == 1
    )


def _of_busy_devices(traces: Iterable[Trace]) -> set[str]:
    """A kiosk is everybody's device, and a ballot has none."""
    by_device: dict[str, set[str]] = defaultdict(set)
    for trace in traces:
        if trace.device and trace.mode in (Mode.LINK, Mode.POSTER):
            by_device[trace.device].add(trace.key)
    return {key for keys in by_device.values() if len(keys) >= DOSSIERS_A_DEVICE for key in keys}


def _of_bursts(traces: Iterable[Trace]) -> set[str]:
    by_unit: dict[str, list[Trace]] = defaultdict(list)
    for trace in traces:
        by_unit[trace.unit].append(trace)
    found: set[str] = set()
    for group in by_unit.values():
        group.sort(key=lambda trace: trace.at)
        usual = Counter(trace.pattern for trace in group)
        first = 0
        for last, trace in enumerate(group):
            while trace.at - group[first].at > BURST_WINDOW:
                first += 1
            window = group[first : last + 1]
            alike = [other for other in window if other.pattern == trace.pattern]
            if len(alike) < BURST_ANSWERS:
                continue
            # How usual the pattern is among the unit's other answers; never quite unheard of.
            elsewhere = (usual[trace.pattern] - len(alike) + 1) / (len(group) - len(window) + 2)
            if bdtrc(len(alike) - 1, len(window), min(1.0, elsewhere)) < _BURST_CHANCE:
                found |= {other.key for other in alike}
    return found


def _of_crowds(traces: Iterable[Trace]) -> set[str]:
    """More answers in a stretch of time than a unit gets by itself, whatever they say and from whatever
    devices. Held against the unit's other answers of the time, as if they came some times as thick.
    """
    by_unit: dict[str, list[Trace]] = defaultdict(list)
    for trace in traces:
        if trace.mode is Mode.LINK and trace.sent_at and trace.at - trace.sent_at > CROWD_AFTER:
            by_unit[trace.unit].append(trace)
    found: set[str] = set()
    for group in by_unit.values():
        group.sort(key=lambda trace: trace.at)
        for window, busiest in CROWD_WINDOWS:
            found |= _crowded(group, window, busiest)
    return found


def _crowded(group: Sequence[Trace], window: timedelta, busiest: float) -> set[str]:
    found: set[str] = set()
    first = 0
    for last, trace in enumerate(group):
        while trace.at - group[first].at > window:
            first += 1
        count = last - first + 1
        if count < CROWD_ANSWERS:
            continue
        # One more than there are: nothing seen elsewhere does not mean that nothing ever comes.
        usual = busiest * (len(group) - count + 1) * (window / _WAKING)
        if pdtrc(count - 1, usual) < _CROWD_CHANCE:
            found |= {other.key for other in group[first : last + 1]}
    return found


def _of_hurried_units(traces: Iterable[Trace]) -> set[str]:
    """Answers within a minute of the message, in a unit that has far more of them than all the others."""
    given: Counter[str] = Counter()
    at_once: dict[str, set[str]] = defaultdict(set)
    for trace in traces:
        if trace.mode is not Mode.LINK or trace.sent_at is None:
            continue
        given[trace.unit] += 1
        if timedelta() <= trace.at - trace.sent_at <= AT_ONCE:
            at_once[trace.unit].add(trace.key)
    found: set[str] = set()
    for unit, keys in at_once.items():
        others = sum(given.values()) - given[unit]
        hurried = sum(map(len, at_once.values())) - len(keys)
        usual = max(_AT_ONCE_USUALLY, hurried / others if others else 0.0)
        if (
            len(keys) >= _AT_ONCE_LEAST
            and bdtrc(len(keys) - 1, given[unit], min(1.0, usual)) < _AT_ONCE_CHANCE
        ):
            found |= keys
    return found
