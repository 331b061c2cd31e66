"""What goes over the live line of the chat page, whether by a socket or by polling.

The client says ``message`` and ``press``; the server answers with frames:

========  =====================================================================================
ready     what was missed has been replayed; ``cursor`` is where the line stands (socket only)
said      one of the citizen's own messages (only while replaying)
typing    the message ``for`` has arrived; ``text`` says what is being done
reply     an ``OutboundMessage``, and the same drawn as ``html``
notice    a remark about the message ``for``
error     the message ``for`` was not dealt with; ``text`` says what to do
done      the turn of the message ``for`` is over
========  =====================================================================================

A ``reply`` that the desk's stream brought carries ``cursor``; the client comes back with the last one it saw
(``?after=``), so an officer's word that was under way when the line broke is not lost behind a later reply.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, TypeAdapter

from core.json_text import read_json
from core.message import InboundMessage, OutboundMessage
from gateway.channels.webchat import Intake, waiting_words

Frame = dict[str, Any]

# Draws a message of the history or of the line as HTML: (its id, the message).
Draw = Callable[[str | None, InboundMessage | OutboundMessage], str]


class Message(BaseModel):
    type: Literal["message"]
    id: str = Field(min_length=1, max_length=64)
    text: str


class Press(BaseModel):
    type: Literal["press"]
    id: str = Field(min_length=1, max_length=64)
    action: str = Field(min_length=1, max_length=64)
    title: str = Field(default="", max_length=200)


_FRAME: TypeAdapter[Message | Press] = TypeAdapter(Annotated[Message | Press, Field(discriminator="type")])


def read_frame(raw: bytes | str) -> Message | Press:
    """Raises ``ValueError``."""
    return _FRAME.validate_python(read_json(raw))


async def turn(
    intake: Intake, key: str, asked: Message | Press, draw: Draw, *, patience: float | None = None
) -> AsyncIterator[Frame]:
    """The frames of one turn, as they come about."""
    action = asked.action if isinstance(asked, Press) else None
    text = asked.title if isinstance(asked, Press) else asked.text
    yield {"type": "typing", "for": asked.id, "text": waiting_words(action)}
    taken = await intake.take(key, text, action=action, external_id=asked.id, patience=patience)
    if taken.trouble is not None:
        yield {"type": "error", "for": asked.id, "code": taken.trouble, "text": taken.notice}
        return
    if taken.notice:
        yield {"type": "notice", "for": asked.id, "text": taken.notice}
    for message in taken.messages:
        yield {**reply(message, message.message_id, draw), "for": asked.id}
    yield {"type": "done", "for": asked.id}


def reply(message: OutboundMessage, identifier: str | None, draw: Draw) -> Frame:
    return {
        "type": "reply",
        "id": identifier,
        "message": message.model_dump(mode="json", exclude_none=True),
        "html": draw(identifier, message),
    }


def kept(identifier: str, message: InboundMessage | OutboundMessage, draw: Draw) -> Frame:
    """A message of the history."""
    if isinstance(message, OutboundMessage):
        return {**reply(message, identifier, draw), "cursor": identifier}
    return {
        "type": "said",
        "id": identifier,
        "cursor": identifier,
        "for": message.external_id,
        "text": message.text,
        "html": draw(identifier, message),
    }
