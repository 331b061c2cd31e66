"""names of messages as keyed hashes: they held numbers of accounts and telephones in clear

Revision: 0022
Follows: 0021
"""

from typing import Any

import sqlalchemy as sa

from core.crypto import keyed_hash
from gateway.rewriting import rewrite

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_HASH = 64


def upgrade() -> None:
    _deliveries()
    _turns()
    _attempts()


def _deliveries() -> None:
    table = sa.table(
        "inbound_delivery", *_columns(position=sa.Integer, channel=sa.String, identity=sa.String)
    )
    rewrite(
        table,
        table.c.position,
        (table.c.channel, table.c.identity),
        lambda channel, name: (
            None if _is_hash(name) else {"identity": keyed_hash(name, f"delivery:{channel}")}
        ),
    )


def _turns() -> None:
    """With the channel of the conversation, by which the desk hashes too."""
    turn = sa.table("turn", *_columns(number=sa.Integer, conversation_id=sa.String, external_id=sa.String))
    talk = sa.table("conversation", *_columns(id=sa.String, channel=sa.String))
    rewrite(
        turn,
        turn.c.number,
        (talk.c.channel, turn.c.external_id),
        _turn,
        source=turn.join(talk, talk.c.id == turn.c.conversation_id),
        where=turn.c.external_id.is_not(None),
    )


def _turn(channel: str, name: str) -> dict[str, str] | None:
    if _is_hash(name):
        return None
    chat, colon, number = name.rpartition(":")
    if channel == "telegram" and colon and chat.lstrip("-").isdigit():
        name = f"message:{number}"
    return {"external_id": keyed_hash(name, f"turn:{channel}")}


def _attempts() -> None:
    """Telegram's names were the chat and the number in it; the number is enough."""
    table = sa.table("attempt", *_columns(id=sa.String, provider=sa.String, provider_message_id=sa.String))
    rewrite(
        table,
        table.c.id,
        (table.c.provider_message_id,),
        lambda name: {"provider_message_id": name.rpartition(":")[2]} if ":" in name else None,
        where=(table.c.provider == "telegram") & table.c.provider_message_id.is_not(None),
    )


def _columns(**kinds: type[sa.types.TypeEngine[Any]]) -> list[sa.ColumnClause[Any]]:
    return [sa.column(name, kind) for name, kind in kinds.items()]


def _is_hash(name: str) -> bool:
    return len(name) == _HASH and set(name) <= set("0123456789abcdef")


def downgrade() -> None:
    """A hash cannot be turned back, and the release before lives with one: it only sees no repeat of it."""
