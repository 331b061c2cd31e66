"""Hours as a citizen reads them: those of the calendar, or of the ward where it keeps its own."""

from __future__ import annotations

import re

from core.calendar_year import spell_hours
from core.text.fold import fold
from knowledge.base import KnowledgeBase
from knowledge.dialogue.context import Topic
from knowledge.places import Place

# So many wards with hours of their own are named where nobody said which one is meant.
_MOST = 3
_ASKED = re.compile(
    r"\b(?:may gio|gio (?:lam viec|hanh chinh|mo|dong|nghi|nao)|(?:mo|dong) cua|den gio|toi gio)\b"
)


def asked(text: str) -> bool:
    """Whether a sentence asks for hours."""
    return _ASKED.search(fold(text)) is not None


def ward_meant(base: KnowledgeBase, text: str, topic: Topic) -> Place | None:
    """The ward of ours that a sentence names, or that was named before; none where several are."""
    named = [place for place in base.places_in(text).places if place.home]
    if named:
        return named[0] if len(named) == 1 else None
    return next((place for place in base.content.places if place.id == topic.ward), None)


def of_place(place: Place) -> str:
    """What a citizen is told who asks for the hours of a ward that keeps its own."""
    return (
        f"Dạ, {place.centre} làm việc {spell_hours(place.office_hours)}, thứ Hai đến thứ Sáu.\n"
        "Thứ Bảy, Chủ nhật và ngày lễ nghỉ, trừ ngày làm bù."
    )


def with_own_hours(base: KnowledgeBase, text: str, place: Place | None) -> str:
    """A general answer that names the hours of the calendar, mended for whoever keeps others."""
    if place is not None:
        return of_place(place) if place.office_hours else text
    own = [one for one in base.content.places if one.office_hours]
    if not own:
        return text
    if len(own) > _MOST:
        said = ["Một số phường, xã có giờ riêng: nói tên nơi muốn đến để được báo đúng giờ."]
    else:
        said = [f"Riêng {one.full_name}: {spell_hours(one.office_hours)}." for one in own]
    lines = text.split("\n")
    at = len(lines) - 1 if lines[-1].endswith("?") else len(lines)
    return "\n".join([*lines[:at], *said, *lines[at:]])
