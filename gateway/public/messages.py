"""A message as the chat page shows it: the same parts for the page, the live line and the transcript."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, unquote
from zoneinfo import ZoneInfo

from conversations import rating
from core.message import Button, Card, InboundMessage, OutboundMessage, Speaker
from core.text.spell import spell_date, spell_time

ASSISTANT_NAME = "Trợ lý tự động"
_NUMBERED = re.compile(r"^\s*(\d{1,2})[.)]\s+(.+?)\s*$")
_BULLET = re.compile(r"^\s*[-•]\s+(.+?)\s*$")
_SAFE_LINK = re.compile(r"^(?:/(?!/)|https://|tel:\+?\d)")


@dataclass(frozen=True)
class Choice:
    """A button: ``value`` is what it sends, ``href`` where it leads, ``number`` what can be typed instead."""

    title: str
    value: str | None = None
    href: str | None = None
    number: int | None = None

    @property
    def leaves(self) -> bool:
        return bool(self.href and self.href.startswith("https://"))


@dataclass(frozen=True)
class Block:
    """Lines of one kind: ``text``, ``numbers`` (an ordered list) or ``bullets``."""

    kind: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Moment:
    """When it was said, for the eye and for a machine; empty when nobody noted it."""

    time: str = ""
    iso: str = ""
    day: str = ""


@dataclass(frozen=True)
class Parts:
    """What stands in the sheet of a message; ``after`` follows the options."""

    title: str | None = None
    blocks: tuple[Block, ...] = ()
    after: tuple[Block, ...] = ()
    notes: tuple[str, ...] = ()
    question: str | None = None
    basis: str | None = None
    link: str | None = None
    link_title: str | None = None


@dataclass(frozen=True)
class MessageView:
    """``kind`` is citizen, assistant, officer or system; ``client_id`` the page's number of a question.

    ``rates``: whether this answer was what was wanted, two presses.
    """

    id: str | None
    kind: str
    name: str
    parts: Parts
    moment: Moment
    text: str
    initials: str = ""
    client_id: str | None = None
    options: tuple[Choice, ...] = ()
    chips: tuple[Choice, ...] = ()
    rates: tuple[Choice, ...] = ()


def press_value(action: str, title: str) -> str:
    """What a button sends without JavaScript: its action, a space, its words."""
    return f"{quote(action, safe=':._-')} {title}"


def read_press(value: str) -> tuple[str, str]:
    """Action and title of a pressed button (see ``press_value``)."""
    action, _, title = value.partition(" ")
    return unquote(action), title.strip()


def blocks_of(text: str) -> tuple[Block, ...]:
    """Plain text in blocks: an empty line parts paragraphs, "1." and "-" make lists."""
    blocks: list[tuple[str, list[str]]] = []
    fresh = True
    for line in text.split("\n"):
        if not line.strip():
            fresh = True
            continue
        kind, words = "text", line.strip()
        numbered, bullet = _NUMBERED.match(line), _BULLET.match(line)
        if numbered and int(numbered[1]) == (len(blocks[-1][1]) if _ends_in(blocks, "numbers") else 0) + 1:
            kind, words = "numbers", numbered[2]
        elif bullet:
            kind, words = "bullets", bullet[1]
        if blocks and blocks[-1][0] == kind and not (fresh and kind == "text"):
            blocks[-1][1].append(words)
        else:
            blocks.append((kind, [words]))
        fresh = False
    return tuple(Block(kind, tuple(lines)) for kind, lines in blocks)


def _ends_in(blocks: list[tuple[str, list[str]]], kind: str) -> bool:
    return bool(blocks) and blocks[-1][0] == kind


def view_of(identifier: str | None, message: InboundMessage | OutboundMessage, zone: ZoneInfo) -> MessageView:
    """The parts of a message, dates and hours in ``zone``."""
    if isinstance(message, InboundMessage):
        return MessageView(
            id=identifier,
            kind="citizen",
            name="Anh/chị",
            parts=Parts(blocks=(Block("text", tuple(message.text.split("\n"))),)),
            moment=_moment(message.received_at, zone),
            text=message.text,
            client_id=message.external_id,
        )
    officer = message.speaker is Speaker.OFFICER
    name = message.speaker_name or ("Cán bộ" if officer else ASSISTANT_NAME)
    options, chips = _choices(message)
    parts = _card_parts(message.card, options) if message.card else _text_parts(message.text, options)
    return MessageView(
        id=identifier or message.message_id,
        kind=message.speaker.value,
        name=name,
        parts=parts,
        moment=_moment(message.sent_at, zone),
        text=message.text,
        initials=_initials(name) if officer else "",
        options=options,
        chips=chips,
        rates=_rates(identifier or message.message_id, message),
    )


def _rates(identifier: str | None, message: OutboundMessage) -> tuple[Choice, ...]:
    presses = rating.presses(rating.judged([message.model_copy(update={"message_id": identifier})]))
    return tuple(Choice(one.title, press_value(one.action or "", one.title)) for one in presses)


def _moment(moment: datetime | None, zone: ZoneInfo) -> Moment:
    if moment is None:
        return Moment()
    local = moment.astimezone(zone)
    return Moment(
        time=spell_time(local.time()),
        iso=local.isoformat(timespec="minutes"),
        day=spell_date(local.date()),
    )


def _initials(name: str) -> str:
    words = name.split()
    return "".join(word[0] for word in ([words[0], words[-1]] if len(words) > 1 else words)).upper()


def _choices(message: OutboundMessage) -> tuple[tuple[Choice, ...], tuple[Choice, ...]]:
    """Options (those the text numbers in the same order) and chips (all other buttons)."""
    told = _numbered_lines(message)
    options: list[Choice] = []
    chips: list[Choice] = []
    for button in message.buttons:
        number = len(options) + 1
        if button.action and not chips and told.get(number) == button.title:
            options.append(Choice(button.title, press_value(button.action, button.title), number=number))
        elif choice := _chip(button):
            chips.append(choice)
    return tuple(options), tuple(chips)


def _chip(button: Button) -> Choice | None:
    if button.action:
        return Choice(button.title, press_value(button.action, button.title))
    return Choice(button.title, href=button.url) if safe_link(button.url) else None


def _numbered_lines(message: OutboundMessage) -> dict[int, str]:
    told = dict(enumerate(message.card.items, 1)) if message.card and message.card.numbered else {}
    for line in message.text.split("\n"):
        if match := _NUMBERED.match(line):
            told.setdefault(int(match[1]), match[2])
    return told


def _card_parts(card: Card, options: tuple[Choice, ...]) -> Parts:
    titles = {option.title for option in options}
    items = tuple(item for item in card.items if item not in titles)
    listed = (Block("numbers" if card.numbered else "bullets", items),) if items else ()
    return Parts(
        title=card.title,
        blocks=(*blocks_of(card.lead or ""), *listed),
        notes=tuple(card.notes),
        question=card.question,
        basis=card.basis,
        link=safe_link(card.link),
        link_title=card.link_title,
    )


def _text_parts(text: str, options: tuple[Choice, ...]) -> Parts:
    lines = text.split("\n")
    basis = lines.pop() if lines[-1].startswith("Căn cứ:") else None
    titles = {option.title for option in options}
    places = [
        place for place, line in enumerate(lines) if (match := _NUMBERED.match(line)) and match[2] in titles
    ]
    before, after = (lines[: places[0]], lines[places[-1] + 1 :]) if places else (lines, [])
    return Parts(blocks=blocks_of("\n".join(before)), after=blocks_of("\n".join(after)), basis=basis)


def safe_link(url: str | None) -> str | None:
    """The address if a page may link it: our own pages, https, or a number to dial."""
    return url if url and _SAFE_LINK.match(url) else None
