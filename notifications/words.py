"""The words of a message on one rung: filled in, spelled as its channel carries them, and priced."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.crypto import keyed_hash
from core.text.sms import choose
from notifications.gate import CONSENT_OF
from notifications.ladder import OUTBOX_FILE, Rung
from notifications.page import link_to
from notifications.parameters import template_values
from notifications.quiet import EXEMPT
from notifications.schemas import STATUTORY, Channel
from notifications.wording import body_of, render

if TYPE_CHECKING:
    from notifications.draft import Draft

# Channels without words of their own. What leaves the country (Telegram) says no more than a text message.
_WORDED_AS = {Channel.ZALO_CHAT: Channel.ZALO, Channel.TELEGRAM: Channel.SMS}


def words_for(draft: Draft, rung: Rung, verification_code: str | None) -> dict[str, Any] | None:
    """The words of a draft on one rung, spelled and priced; None where there is no wording for them."""
    channel = rung.channel
    wording = draft.wordings.find(draft.wording, _WORDED_AS.get(channel, channel))
    if wording is None:
        return None
    if rung.provider != OUTBOX_FILE and not draft.wordings.may_leave(draft.wording, channel):
        return None
    more = {
        "verification_code": verification_code,
        "page_link": link_to(draft.message_id, draft.public_url) if draft.message_id else None,
    }
    rendered = render(wording, {**draft.context, **more})
    words: dict[str, Any] = {
        "title": rendered.title,
        "text": rendered.text,
        "template_id": rendered.template_id,
        "template_version": rendered.template_version,
    }
    segments = 1
    if channel is Channel.SMS:
        choice = choose(rendered.text, short=rendered.short, marks=draft.policy.marked_sms)
        segments = choice.size.segments
        words |= {"text": choice.text, "spelling": choice.name, "segments": segments}
    if channel is Channel.ZALO:
        # By name of our variables, and by those of the form that is registered with Zalo, cut to its limits.
        plain = template_values(draft.wording, {**draft.context, **more}, title=rendered.title)
        words["parameters"] = {**plain, **(rendered.parameters or {})}
    if channel is Channel.EMAIL and draft.purpose in CONSENT_OF and draft.purpose not in STATUTORY:
        words["unsubscribe_url"] = more["page_link"]
    words["cost"] = draft.policy.price(channel, segments)
    return words


def fingerprint(draft: Draft, recipient_hash: str) -> str | None:
    """By it the same text to the same person is known again; None where repeating is meant."""
    if draft.purpose in EXEMPT:
        return None
    for channel in (Channel.SMS, Channel.WEB, Channel.EMAIL):
        wording = draft.wordings.find(draft.wording, channel)
        if wording is not None:
            text = body_of(wording, {**draft.context, "verification_code": "", "page_link": ""})
            return keyed_hash(f"{recipient_hash}\0{draft.purpose}\0{text}", "same-text")
    return None
