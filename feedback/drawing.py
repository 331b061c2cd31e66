"""How one cell of a report is drawn, with as much of it as may be shown, and held against targets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from feedback.changes import change
from feedback.figures import Bounds, Estimate, Held, Moved, Row, Weighed
from feedback.index import (
    Comparator,
    Interval,
    Publication,
    Verdict,
    answers_needed,
    is_representative,
    publication,
    silence_bounds,
    verdict,
    wilson,
)
from feedback.targets import City, Measure, Scope, Target, Targets, label
from feedback.weighting import Weighted

_MOST_NEEDED = 20_000


@dataclass(slots=True)
class Count:
    """What is counted of a cell."""

    n: int = 0
    satisfied: int = 0
    flagged: int = 0
    flagged_satisfied: int = 0
    invited: int = 0
    delivered: int = 0

    def twin(self) -> Count:
        return Count(
            self.n, self.satisfied, self.flagged, self.flagged_satisfied, self.invited, self.delivered
        )

    def add(self, other: Count) -> None:
        self.n += other.n
        self.satisfied += other.satisfied
        self.flagged += other.flagged
        self.flagged_satisfied += other.flagged_satisfied
        self.invited += other.invited
        self.delivered += other.delivered


@dataclass(frozen=True)
class Counted:
    """What may be counted of a cell: in the period, in the one before, in twelve months.

    ``now.flagged`` are only those that may be set apart; ``few_flagged``: there are others.
    """

    now: Count
    before: Count
    rolling: Count | None
    few_flagged: bool = False


def for_city(targets: Targets, city: City | None, measure: Measure, on: date) -> Sequence[Target]:
    """The yardsticks of a city as a whole: what is set for the city, else what is set for its units."""
    found = targets.yardsticks(city, measure, on) if city else ()
    return [target for target in found if target.scope is Scope.CITY] or found


def for_unit(targets: Targets, city: City | None, measure: Measure, on: date) -> Sequence[Target]:
    """The yardsticks of one unit: what is set for units or wards, else what is set for the city.

    A unit may not be asked for less than its city: where a document does, the city's own target holds.
    """
    found = targets.yardsticks(city, measure, on) if city else ()
    own = [target for target in found if target.scope is not Scope.CITY]
    whole = [target for target in found if target.scope is Scope.CITY]
    if not own or not whole:
        return own or found
    highest = max(whole, key=lambda target: target.value * _direction(target))
    lifted = [
        highest if target.value * _direction(target) < highest.value * _direction(highest) else target
        for target in own
    ]
    # Two lines of one document may come to say the same.
    return list({(target.value, label(target)): target for target in reversed(lifted)}.values())[::-1]


def _direction(target: Target) -> int:
    return -1 if target.comparator is Comparator.AT_MOST else 1


def draw_row(
    city: City | None,
    group: str | None,
    counted: Counted,
    *,
    against: Sequence[Target],
    invited: int,
    weighted: Weighted | None = None,
) -> Row:
    """A row with as much of its count as may be shown; ``invited`` in all, for a row that is hidden.

    Nothing weighted is shown where answers had to be left out: it could give them away.
    """
    count = counted.now
    shown = publication(count.n)
    rolling = estimate_of(counted.rolling, against) if counted.rolling else None
    if shown is Publication.HIDDEN:
        held = tuple(hold(target, None) for target in against)
        return Row(city=city, group=group, publication=shown, invited=invited, held=held, rolling=rolling)
    # More answers than invitations happens only while invitations are still to be sent.
    asked = max(count.invited, count.n)
    interval = wilson(count.satisfied, count.n)
    estimate = shown is Publication.ESTIMATE
    share = count.satisfied / count.n
    rest = Count(count.n - count.flagged, count.satisfied - count.flagged_satisfied)
    return Row(
        city=city,
        group=group,
        publication=shown,
        n=count.n,
        satisfied=count.satisfied,
        index=percent(share) if estimate else None,
        interval=_bounds(interval) if estimate else None,
        silence=_bounds(silence_bounds(count.satisfied, count.n, asked)) if estimate else None,
        invited=count.invited,
        delivered=count.delivered or None,
        response_rate=percent(count.n / asked),
        representative=is_representative(count.n, asked),
        held=tuple(hold(target, interval, share, estimate=estimate) for target in against),
        flagged=None if counted.few_flagged and not count.flagged else count.flagged,
        unflagged=estimate_of(rest, against) if count.flagged and estimate else None,
        weighted=_weighed(weighted) if weighted and estimate and weighted.n == count.n else None,
        rolling=rolling,
        change=_moved(count, counted.before) if estimate else None,
    )


def estimate_of(count: Count, against: Sequence[Target]) -> Estimate | None:
    """A share with its interval; nothing where there are too few answers for one."""
    if publication(count.n) is not Publication.ESTIMATE:
        return None
    interval, share = wilson(count.satisfied, count.n), count.satisfied / count.n
    return Estimate(
        n=count.n,
        satisfied=count.satisfied,
        index=percent(share),
        interval=_bounds(interval),
        held=tuple(hold(target, interval, share) for target in against),
    )


def _weighed(found: Weighted) -> Weighed:
    return Weighed(
        index=percent(found.share),
        interval=_bounds(found.interval),
        effective=round(found.effective, 1),
        cells=found.cells,
    )


def _moved(now: Count, before: Count) -> Moved | None:
    if publication(before.n) is not Publication.ESTIMATE:
        return None
    found = change(now.satisfied, now.n, before.satisfied, before.n)
    return Moved(
        points=percent(found.difference),
        interval=Bounds(lower=percent(found.lower), upper=percent(found.upper)),
        movement=found.movement,
    )


def hold(
    target: Target, interval: Interval | None, share: float | None = None, *, estimate: bool = True
) -> Held:
    """An interval (none: hidden) against a target.

    ``estimate``: whether there are enough answers for any verdict but "not enough evidence".
    """
    found, needed = None, None
    if interval is not None:
        found = (
            verdict(interval, target.share, target.comparator) if estimate else Verdict.NOT_ENOUGH_EVIDENCE
        )
        if found is Verdict.NOT_ENOUGH_EVIDENCE and share and target.comparator is Comparator.AT_LEAST:
            enough = answers_needed(target.share, share, most=_MOST_NEEDED) if share > target.share else None
            needed = enough.first if enough else None
    return Held(
        target=target.id,
        label=label(target),
        comparator=target.comparator,
        value=target.value,
        verdict=found,
        answers_needed=needed,
    )


def hold_minutes(target: Target, around: tuple[float, float] | None) -> Held:
    """The interval of a mean (none: too few told) against a target that is not to be passed."""
    found = Verdict.NOT_ENOUGH_EVIDENCE
    if around is not None and target.comparator is Comparator.AT_MOST:
        lower, upper = around
        found = Verdict.MET if upper <= target.value else Verdict.NOT_MET if lower > target.value else found
    return Held(
        target=target.id,
        label=label(target),
        comparator=target.comparator,
        value=target.value,
        unit="phút",
        verdict=found,
    )


def percent(share: float) -> float:
    return round(100 * share, 1)


def _bounds(interval: Interval) -> Bounds:
    return Bounds(lower=percent(interval.lower), upper=percent(interval.upper))
