"""What the calendar adds to an answer: whether the counter is open on the day named, and the day due."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime

from bot.actions.heard import Heard
from bot.actions.services import Services
from core.calendar import LOCAL, WorkingCalendar, local_day
from core.text.fold import fold
from core.text.marked import compose
from core.text.when import DateMention, find_dates
from knowledge.calculators.counter_days import moon_said, on_day
from knowledge.calculators.due import due_days, late_note
from knowledge.dialogue.office_hours import ward_meant
from knowledge.schemas import Facet, Procedure

_ABOUT_TIME = {Facet.DURATION, Facet.PLACE}
_WHEN_READY = re.compile(
    r"\bnop\b.*\b(?:ngay|bua|hom|thu|khi|chung|luc|bao) (?:nao|may|mo|gio|lau|bao nhieu)"
    r"(?: \w+){0,2} (?:co|xong|lay|nhan|ra|tra|hen)\b"
)
_ASKS_DAY = re.compile(
    r"\b(?:thi )?(?:toi |den )?(?:ngay|bua|hom|thu|khi|chung|luc|bao) (?:nao|may|mo|gio|lau)"
    r"(?: (?:thi|moi|duoc|co|xong|lay|nhan|ra|tra|hen|ket qua|giay))*$|^(?:neu )?nop\b"
)
# So many calculations fit into one message beside the answer.
_MOST_SUMS = 2


def days_named(services: Services, heard: Heard) -> list[DateMention]:
    """Days of today and later that the citizen named, in order."""
    today = local_day(services.clock())
    return [mention for mention in find_dates(heard.text, today) if mention.day >= today]


def calendar_for(services: Services, heard: Heard) -> WorkingCalendar:
    """The calendar, with the hours of the ward that is meant."""
    place = ward_meant(services.base(), heard.text, heard.topic)
    return services.calendar().for_unit(place.id if place is not None else None)


def without_days(services: Services, heard: Heard) -> str:
    """The sentence, folded, without the days it names and the asking for one.

    What is left names a procedure; where nothing is, a bare question about time, for the one at hand.
    """
    text = compose(heard.text)
    for mention in find_dates(text, local_day(services.clock())):
        text = text.replace(mention.text, " ", 1)
    left = " ".join(_ASKS_DAY.sub(" ", fold(text)).split())
    return left or "bao lau"


def asks_when_ready(services: Services, heard: Heard) -> bool:
    """ "Mùng 5 tháng chạp nộp thì bữa nào có": a day to hand in on, and the day that follows from it."""
    return bool(days_named(services, heard)) and _WHEN_READY.search(fold(heard.text)) is not None


def remarks(services: Services, heard: Heard, facets: Sequence[Facet]) -> tuple[list[str], list[str]]:
    """Remarks to show, and the same texts as figures that the guard allows, for they are calculations."""
    if not _ABOUT_TIME & set(facets) and heard.intent not in ("due_date", "office_info"):
        return [], []
    now = services.clock().astimezone(LOCAL)
    said: list[str] = []
    for mention in days_named(services, heard)[:1]:
        if moon := moon_said(mention):
            said.append(moon)
        said.append(on_day(calendar_for(services, heard), mention.day, now, heard.topic.who))
    return said, list(said)


def due(services: Services, heard: Heard, procedure: Procedure) -> list[str]:
    """When a result is due if the papers are handed in on the day named, or now; shown as a calculation."""
    calendar, now = calendar_for(services, heard), services.clock().astimezone(LOCAL)
    mentions = days_named(services, heard)
    first = mentions[0] if mentions else None
    handed_in: datetime | date = first.day if first and first.day != now.date() else now
    days = due_days(procedure, calendar, handed_in)[:_MOST_SUMS]
    said = [moon] if first and (moon := moon_said(first)) else []
    said += [one.said for one in days]
    if note := late_note(calendar, days):
        said.append(note)
    return said
