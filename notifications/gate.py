"""Whether a message may be sent, on which rungs, and from when on: consent, peace, price. No I/O.

The order of the questions is the order of the answers in the ledger: who may be written to at all, who told
them already, what they said, what it costs, whether it is the same again, whether it is too much, and when.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta

from core.calendar import LOCAL, local_day
from dossiers.vocabularies import DossierEventType, FilingChannel
from notifications.informing import Basis, Informing, Policy
from notifications.ladder import Reach, Rung, in_order
from notifications.quiet import QuietHours
from notifications.schemas import STATUTORY, Channel, MessageStatus, Purpose, Reason
from people.citizen_models import Purpose as ConsentPurpose
from people.consents import NOTHING_SAID, Standing

_CAP_DAYS = 7

# Of which purpose of consent a message is; the statutory ones can only be refused on single channels.
CONSENT_OF: Mapping[Purpose, ConsentPurpose] = {
    Purpose.STATUS: ConsentPurpose.STATUS,
    Purpose.COMPLAINT: ConsentPurpose.STATUS,
    Purpose.SURVEY: ConsentPurpose.SURVEY,
    Purpose.REMINDER: ConsentPurpose.REMINDER,
    Purpose.CAMPAIGN: ConsentPurpose.CAMPAIGN,
    Purpose.DIGEST: ConsentPurpose.DIGEST,
}
_NEVER_SAID = (MessageStatus.SUPPRESSED, MessageStatus.CANCELLED, MessageStatus.FAILED)
_COUNTED = frozenset({Purpose.SURVEY, Purpose.REMINDER, Purpose.CAMPAIGN})

# Held news that later news of the same dossier makes pointless. What asks the citizen for something, refuses
# something or confirms money is never folded away.
_FOLDED_BY_ANY = frozenset({DossierEventType.RECEIVED.short, DossierEventType.PROCESSING.short})
_FOLDED_BY_RETURN = frozenset({DossierEventType.RESULT_READY.short})
_RETURNS = frozenset({DossierEventType.RETURNED.short, DossierEventType.POSTED.short})


@dataclass(frozen=True)
class Earlier:
    """A message to the same person in the last days. ``goes_at``: sent then, or to be sent then."""

    id: str
    purpose: Purpose
    event: str
    dossier_code: str | None
    status: MessageStatus
    text_hash: str | None
    goes_at: datetime
    created_at: datetime
    untouched: bool = False


@dataclass(frozen=True)
class Person:
    """Everything known about a recipient at the moment of planning."""

    standing: Standing = NOTHING_SAID
    accounts: Collection[str] = ()
    reached_last: Channel | None = None
    failed_last: Channel | None = None
    earlier: Sequence[Earlier] = ()


STRANGER = Person()


@dataclass(frozen=True)
class Asked:
    """What is to be said to whom. ``recipient``: the keyed hash by which the person is known."""

    purpose: Purpose
    event: str
    recipient: str
    wanted_at: datetime
    reach: Reach
    unit: str | None = None
    filed: FilingChannel | str | None = None
    dossier_code: str | None = None
    sample: bool = False


@dataclass(frozen=True)
class Surroundings:
    """What does not depend on the person. ``money_left``: in đồng this month, None without a ceiling;
    ``quiet_hours``: instead of the published ones."""

    informing: Informing = field(default_factory=Informing)
    guests_only: bool = False
    money_left: int | None = None
    quiet_hours: QuietHours | None = None

    @property
    def quiet(self) -> QuietHours:
        return self.quiet_hours or self.policy.quiet

    @property
    def policy(self) -> Policy:
        return self.informing.policy


@dataclass(frozen=True)
class Verdict:
    """``reason`` set: not to be sent. ``folds``: held messages that this one takes the place of."""

    reason: Reason | None
    rungs: tuple[Rung, ...] = ()
    due_at: datetime | None = None
    folds: tuple[str, ...] = ()
    by: str | None = None


def decide(
    asked: Asked, rungs: Sequence[Rung], person: Person, around: Surroundings, *, text_hash: str | None
) -> Verdict:
    """On which of the ``rungs`` that reach this person, from when on, or why not at all."""
    verdict = _may_go(asked, rungs, person, around)
    return verdict if verdict.reason else _when(asked, verdict, text_hash, person, around)


def _may_go(asked: Asked, rungs: Sequence[Rung], person: Person, around: Surroundings) -> Verdict:
    standing, policy = person.standing, around.policy
    # A sample is a file on this machine: there is nobody to disturb.
    if around.guests_only and not standing.guest and not asked.sample:
        return Verdict(Reason.GUESTS_ONLY)
    if asked.dossier_code in standing.blocked_dossiers:
        return Verdict(Reason.NOT_THEIRS)
    left, verdict = _not_told_already(asked, rungs, around)
    if verdict is not None:
        return verdict
    consent = CONSENT_OF.get(asked.purpose)
    if consent is not None and asked.purpose not in STATUTORY:
        if standing.refused(consent):
            return Verdict(Reason.OPTED_OUT)
        if policy.basis(asked.purpose) is Basis.CONSENT and not standing.agreed(consent) and not asked.sample:
            return Verdict(Reason.NO_CONSENT)
    if consent is not None:
        kept = [rung for rung in left if not standing.refused(consent, said_of(rung.channel))]
        if left and not kept:
            return Verdict(Reason.OPTED_OUT)
        left = kept
    if around.money_left is not None and asked.purpose not in STATUTORY | {Purpose.ALERT, Purpose.DIGEST}:
        free = [rung for rung in left if policy.price(rung.channel) == 0]
        affordable = [rung for rung in left if policy.price(rung.channel) <= around.money_left]
        kept = free if around.money_left <= 0 else affordable
        if left and not kept:
            return Verdict(Reason.BUDGET)
        left = kept
    ordered = in_order(
        left,
        order=policy.order.get(asked.purpose),
        chosen=_channel(standing.chosen_channel),
        reached_last=person.reached_last,
        failed_last=person.failed_last,
    )
    return Verdict(None, tuple(ordered))


def _not_told_already(
    asked: Asked, rungs: Sequence[Rung], around: Surroundings
) -> tuple[list[Rung], Verdict | None]:
    left = list(rungs)
    if asked.purpose is not Purpose.STATUS:
        return left, None
    for informer in around.informing.covering(unit=asked.unit, event=asked.event, filed=asked.filed):
        if informer.enough:
            return [], Verdict(Reason.ALREADY_INFORMED, by=informer.by)
        same = {informer.channel, Channel.ZALO_CHAT if informer.channel is Channel.ZALO else informer.channel}
        left = [rung for rung in left if rung.channel not in same]
    if rungs and not left:
        return [], Verdict(Reason.ALREADY_INFORMED)
    return left, None


def said_of(channel: Channel) -> str:
    """Citizens refuse "Zalo", whatever kind of Zalo message it is."""
    return Channel.ZALO.value if channel is Channel.ZALO_CHAT else channel.value


def _channel(name: str | None) -> Channel | None:
    return Channel(name) if name in set(Channel) else None


def _when(
    asked: Asked, verdict: Verdict, text_hash: str | None, person: Person, around: Surroundings
) -> Verdict:
    """Whether it was said just now, when it may go, and what it takes the place of."""
    policy = around.policy
    if asked.purpose is Purpose.ONE_TIME_CODE:
        return replace(verdict, due_at=asked.wanted_at)
    span = timedelta(minutes=policy.same_text_minutes)
    for earlier in person.earlier:
        if (
            text_hash is not None
            and earlier.text_hash == text_hash
            and abs(asked.wanted_at - earlier.created_at) < span
            and earlier.status not in _NEVER_SAID
        ):
            return Verdict(Reason.SAME_TEXT)
    due_at = around.quiet.earliest(asked.wanted_at, asked.purpose, key=asked.recipient, any_hour=asked.sample)
    if asked.purpose in _COUNTED:
        day = _free_day(asked.purpose, due_at, person.earlier, policy)
        if day is None:
            return Verdict(Reason.DAILY_CAP)
        due_at = day
    return replace(verdict, due_at=due_at, folds=_folds(asked, person.earlier))


def _free_day(
    purpose: Purpose, due_at: datetime, earlier: Sequence[Earlier], policy: Policy
) -> datetime | None:
    """The same hour on the first day on which this person has not had enough yet; None in a full week."""
    going = [one for one in earlier if one.purpose in _COUNTED and one.status not in _NEVER_SAID]
    for later in range(_CAP_DAYS):
        at = due_at + timedelta(days=later)
        day = local_day(at)
        that_day = [one for one in going if local_day(one.goes_at) == day]
        campaigns = sum(one.purpose is Purpose.CAMPAIGN for one in that_day)
        full = purpose is Purpose.CAMPAIGN and campaigns >= policy.campaign_a_day
        if len(that_day) < policy.daily_cap and not full:
            return at
    return None


def _folds(asked: Asked, earlier: Sequence[Earlier]) -> tuple[str, ...]:
    """One thread a dossier: held news that is overtaken by this one is not told first at seven."""
    if asked.purpose is not Purpose.STATUS or asked.dossier_code is None:
        return ()
    foldable = _FOLDED_BY_ANY | (_FOLDED_BY_RETURN if asked.event in _RETURNS else frozenset())
    return tuple(
        one.id
        for one in earlier
        if one.purpose is Purpose.STATUS
        and one.dossier_code == asked.dossier_code
        and one.event in foldable
        and one.status is MessageStatus.PLANNED
        and one.untouched
        and one.goes_at > asked.wanted_at
    )


def midnight_of_month(now: datetime) -> datetime:
    """When the budget's month began, in Vietnam."""
    return datetime.combine(local_day(now).replace(day=1), time.min, LOCAL)
