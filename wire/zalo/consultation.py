"""Bodies of messages in a conversation (``/v3.0/oa/message/cs``), within Zalo's lengths.

Element rules of a list: at most five, titles of 100 and subtitles of 500 characters, the first element with a
subtitle (npm ``@warriorteam/redai-zalo-sdk``). Everything here is pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.channel_settings import ZaloSettings
from core.text.choices import numbered, quoted

TITLE_LIMIT = 100
SUBTITLE_LIMIT = 500

Body = dict[str, Any]


@dataclass(frozen=True)
class Choice:
    """A button. ``payload`` comes back as a message of the citizen; ``url`` opens a page; ``phone`` dials.

    ``numbered``: where there is no button, its number can be sent; else its words.
    """

    title: str
    payload: str | None = None
    url: str | None = None
    phone: str | None = None
    numbered: bool = True


class TooLong(ValueError):
    """A message that Zalo would refuse for its length."""


def text(user_id: str, words: str, *, limit: int, quote: str | None = None) -> Body:
    if len(words) > limit:
        raise TooLong(f"a text of {len(words)} characters, at most {limit}")
    message: Body = {"text": words}
    if quote:
        message["quote_message_id"] = quote
    return _to(user_id, message)


def image(
    user_id: str, *, caption: str = "", url: str | None = None, attachment_id: str | None = None
) -> Body:
    source = {"attachment_id": attachment_id} if attachment_id else {"url": url}
    element = {"media_type": "image", **source}
    payload = {"template_type": "media", "elements": [element]}
    return _to(user_id, {"text": caption, "attachment": {"type": "template", "payload": payload}})


def file(user_id: str, token: str) -> Body:
    """A file that was uploaded before; ``token`` is what the upload gave."""
    return _to(user_id, {"attachment": {"type": "file", "payload": {"token": token}}})


def request_user_info(user_id: str, *, title: str, subtitle: str, image_url: str | None) -> Body:
    """Ask for name and phone; the answer comes as ``user_submit_info``."""
    element = {"title": title[:TITLE_LIMIT], "subtitle": subtitle[:SUBTITLE_LIMIT]}
    if image_url:
        element["image_url"] = image_url
    payload = {"template_type": "request_user_info", "elements": [element]}
    return _to(user_id, {"attachment": {"type": "template", "payload": payload}})


def choices(
    user_id: str, *, title: str, words: str, buttons: Sequence[Choice], settings: ZaloSettings
) -> Body:
    """A list of one element with buttons under it: title, text and choices in a single message."""
    if len(words) > SUBTITLE_LIMIT:
        raise TooLong(f"a subtitle of {len(words)} characters, at most {SUBTITLE_LIMIT}")
    element: Body = {"title": title[:TITLE_LIMIT], "subtitle": words}
    if settings.card_image_url:
        element["image_url"] = settings.card_image_url
    payload: Body = {"template_type": "list", "elements": [element]}
    drawn = [_button(one, settings.button_title_limit) for one in buttons[: settings.most_buttons]]
    if drawn:
        payload["buttons"] = drawn
    return _to(user_id, {"attachment": {"type": "template", "payload": payload}})


def answer(
    user_id: str,
    words: str,
    buttons: Sequence[Choice],
    settings: ZaloSettings,
    *,
    rates: Sequence[Choice] = (),
) -> Body:
    """One answer as one message: free answers are counted, so it is never split.

    With buttons and room for them a list; otherwise choices, links and ``rates`` (the presses that judge the
    answer) become lines that can be typed or tapped. What is pressed least often gives way first.
    """
    links = [one for one in buttons if one.payload is None]
    for drawn, lines in (
        ([*buttons, *rates], []),
        (list(buttons), [*rates]),
        ([one for one in buttons if one.payload is not None], [*links, *rates]),
    ):
        if len(drawn) <= settings.most_buttons and settings.choices == "list":
            body = _as_list(user_id, words + _lines(words, lines, rates), drawn, settings)
            if body is not None:
                return body
    return text(user_id, fit(words, buttons, settings.text_limit, rates=rates), limit=settings.text_limit)


def _as_list(user_id: str, words: str, buttons: Sequence[Choice], settings: ZaloSettings) -> Body | None:
    """A list with buttons, where Zalo has room for it."""
    title, _, rest = words.partition("\n")
    if not buttons:
        return None
    if len(title) <= TITLE_LIMIT and rest and len(rest) <= SUBTITLE_LIMIT:
        return choices(user_id, title=title, words=rest, buttons=buttons, settings=settings)
    if not rest and len(words) <= SUBTITLE_LIMIT:
        return choices(user_id, title=_first_words(words), words=words, buttons=buttons, settings=settings)
    return None


def fit(words: str, buttons: Sequence[Choice], limit: int, *, rates: Sequence[Choice] = ()) -> str:
    """The text with its choices as lines; the text gives way, never a choice."""
    tail = _lines(words, [*buttons, *rates], rates)
    room = limit - len(tail)
    if len(words) > room:
        words = words[: max(room - 1, 0)].rstrip() + "…"
    return words + tail


def _lines(words: str, buttons: Sequence[Choice], rates: Sequence[Choice]) -> str:
    """Numbers for what a number chooses, addresses for links, quoted words for the rest."""
    others = [one for one in buttons if one not in rates]
    parts = []
    if lines := numbered(words, [one.title for one in others if one.payload and one.numbered]):
        parts.append("\n".join(["Nhắn số để chọn:", *lines]))
    if links := [f"{one.title}: {one.url or one.phone}" for one in others if one.payload is None]:
        parts.append("\n".join(links))
    if said := [one.title for one in others if one.payload and not one.numbered]:
        parts.append(f"Hoặc nhắn {quoted(said)}.")
    if any(one in rates for one in buttons):
        parts.append(f"Trả lời vậy được chưa ạ? Nhắn {quoted([one.title for one in rates])}.")
    return "".join(f"\n\n{part}" for part in parts)


def _first_words(words: str) -> str:
    """A heading for a text without one: its first sentence, or as many of its words as fit."""
    first = words.split(". ")[0].split("? ")[0]
    return first if len(first) <= TITLE_LIMIT else first[: TITLE_LIMIT - 1].rsplit(" ", 1)[0] + "…"


def _button(one: Choice, limit: int) -> Body:
    title = one.title[:limit]
    if one.url:
        return {"title": title, "type": "oa.open.url", "payload": {"url": one.url}}
    if one.phone:
        return {"title": title, "type": "oa.open.phone", "payload": {"phone_code": one.phone.lstrip("+")}}
    return {"title": title, "type": "oa.query.hide", "payload": one.payload or one.title}


def _to(user_id: str, message: Body) -> Body:
    return {"recipient": {"user_id": user_id}, "message": message}
