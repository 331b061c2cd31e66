"""Where somebody's dossier is received now: old ward names, former cities, the abolished district level."""

from __future__ import annotations

from core.calendar_year import spell_hours
from core.message import OutboundMessage, Outcome, Reply, Task
from knowledge.answer.figures import capital, lower_first
from knowledge.base import KnowledgeBase
from knowledge.dialogue.context import Topic
from knowledge.dialogue.remainder import topic_words
from knowledge.district import named_by_citizen, without_mention
from knowledge.places import Place

NO_DISTRICT = (
    "Từ 01/07/2025 không còn cấp huyện (huyện, quận, thị xã, thành phố thuộc tỉnh). "
    "Hồ sơ trước nộp ở đó nay nộp tại Trung tâm Phục vụ hành chính công phường, xã."
)
# Folded: what is said about a place without naming anything else that could be asked.
_ABOUT_PLACES = frozenset(
    "nhap sap doi ten thuoc nhan hoat dong lam viec bo giai the sat nay moi cu truoc ho so giay to thu tuc"
    " thanh pho tp huyen quan tx ubnd uy ban nhan dan nd cap cong an mot trung tam hanh chinh tinh dia ban"
    " song gio dang bay vung khu ap thon duoi xuong ai tai lon nho".split()
)


def remarks(base: KnowledgeBase, text: str) -> list[str]:
    """What an old name means now, to be said before an answer; nothing where today's names were used."""
    named = base.places_in(text)
    if named.either:
        return ["; ".join(place.note or "" for place in named.either) + "."]
    if notes := [place.note for place in named.places if place.note]:
        return notes[:1]
    district = named.district or named_by_citizen(text)
    return [NO_DISTRICT] if district and not named.places else []


def without_places(base: KnowledgeBase, text: str) -> str:
    """The text without the names of places and abolished offices; as it was when it names none."""
    named = base.places_in(text)
    left = " ".join(named.rest) if named.places or named.either or named.district else text
    return without_mention(left)


def reply(base: KnowledgeBase, text: str, topic: Topic) -> Reply | None:
    """The office that receives now, when a sentence asks about a place and nothing else; else ``None``."""
    named = base.places_in(text)
    district = named.district or named_by_citizen(text)
    if not (named.places or named.either or district):
        return None
    if any(word not in _ABOUT_PLACES for word in topic_words(" ".join(named.rest))):
        return None
    if named.either:
        lines = [
            "Tên này có mấy nơi:",
            *(f"- {place.note}" for place in named.either),
            f"Hồ sơ nộp tại Trung tâm Phục vụ hành chính công của nơi đó. {capital(topic.who)} ở nơi nào ạ?",
        ]
    elif named.places and not _whole_city(named.places):
        lines = [received_at(place) for place in named.places[:2]]
    elif named.places:
        names = ", ".join(place.name for place in named.places)
        first = named.places[0]
        lines = [
            first.note or f"{capital(first.former_city)} cũ nay là các phường: {names}.",
            f"{capital(topic.who)} ở phường, xã nào trước đây ạ? Nói tên cũ cũng được.",
        ]
    else:
        lines = [NO_DISTRICT, f"{capital(topic.who)} ở phường, xã nào ạ? Nói tên cũ cũng được."]
    return Reply(
        outcome=Outcome.TASK,
        task=Task.OFFICE_INFO,
        messages=[OutboundMessage(text="Dạ, " + _after_courtesy("\n".join(lines)))],
        context=topic.model_copy(update={"misses": 0, "ward": _ward(named.places, topic)}).patch(),
    )


def _whole_city(places: list[Place]) -> bool:
    return len(places) > 2 and len({place.city for place in places}) == 1


def _ward(places: list[Place], topic: Topic) -> str | None:
    """The one ward of ours that was named is the citizen's from now on."""
    return places[0].id if len(places) == 1 and places[0].home else topic.ward


def received_at(place: Place) -> str:
    """Where dossiers are handed in, how to reach it, and when it is open if that is its own."""
    note = f"{place.note} " if place.note else ""
    reach = "".join(f", {part}" for part in (place.address, place.phone) if part)
    hours = f" Giờ làm việc: {spell_hours(place.office_hours)}." if place.office_hours else ""
    return f"{note}Hồ sơ nộp tại {place.centre}{reach}.{hours}"


def _after_courtesy(text: str) -> str:
    """The first word small unless it is a name."""
    return (
        lower_first(text) if text.startswith(("Từ ", "Tên ", "Thành phố ", "Hồ sơ ", "Một phần ")) else text
    )
