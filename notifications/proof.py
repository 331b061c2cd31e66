"""Proof that a notice was given: what, when, how, and that the ledger behind it is whole.

It names the dossier and the end of the number, and neither the person nor the words of the message: their
digest shows afterwards whether a text that somebody has is the one that was sent.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import segno
from sqlalchemy.ext.asyncio import AsyncSession

from core.paper import pdf
from dossiers import repository as dossiers
from notifications import ledger, ledger_repository, repository
from notifications.facts import UnitName, unit_of
from notifications.ledger import NotificationView
from notifications.models import Message
from notifications.schemas import MessageStatus
from notifications.telling import STATES, about, channel_words, moment

_TEMPLATE = Path(__file__).with_name("paper") / "proof.typ"
_GIVEN = (MessageStatus.ACCEPTED, MessageStatus.SENT, MessageStatus.DELIVERED, MessageStatus.READ)


@dataclass(frozen=True)
class Proof:
    """``notices``: pairs of name and value, one list a message."""

    title: str
    agency: str
    dossier_code: str
    made: str
    notices: tuple[tuple[tuple[str, str], ...], ...]
    chain: tuple[tuple[str, str], ...]
    intact: bool
    check_url: str | None
    qr: str | None = field(default=None, repr=False)

    def as_data(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


async def proof_of(
    session: AsyncSession,
    dossier_code: str,
    *,
    now: datetime,
    public_url: str | None,
    unit_name: UnitName = str,
    only_message: str | None = None,
) -> Proof | None:
    """Proof about a dossier, or about one message of it; None when nothing of it was ever given."""
    found = await ledger.for_dossier(session, dossier_code)
    messages = {row.id: row for row in await repository.messages_of_dossier(session, dossier_code)}
    if found is None:
        return None
    views = [
        view
        for view in found.notifications
        if view.status in _GIVEN and (only_message is None or view.id == only_message)
    ]
    if not views:
        return None
    dossier = await dossiers.dossier_by_code(session, dossier_code)
    head = (await ledger_repository.heads_of(session, [dossier_code])).get(dossier_code)
    code = messages[views[-1].id].verification_code
    url = f"{public_url.rstrip('/')}/kiem-tra?ma={code}" if public_url and code else None
    return Proof(
        title="XÁC NHẬN ĐÃ THÔNG BÁO",
        agency=unit_of(dossier.unit if dossier else None, unit_name),
        dossier_code=dossier_code,
        made=moment(now),
        notices=tuple(_facts(view, messages[view.id]) for view in views),
        chain=(
            ("Số dòng trong sổ", str(found.entries)),
            ("Dấu kiểm dòng cuối", head.hash if head else "không có"),
            ("Tình trạng sổ", "nguyên vẹn" if found.intact else "; ".join(found.breaks)),
        ),
        intact=found.intact,
        check_url=url,
        qr=_qr(url) if url else None,
    )


def _facts(view: NotificationView, message: Message) -> tuple[tuple[str, str], ...]:
    accepted = [one for one in view.attempts if one.outcome == "accepted"]
    facts = [
        ("Nội dung", about(view.event_type, view.purpose)),
        ("Việc xảy ra", moment(view.occurred_at)),
        ("Kênh", channel_words(view.channel)),
        ("Gửi tới", view.recipient),
        ("Gửi lúc", moment(accepted[-1].started_at) if accepted else moment(view.planned_at)),
        ("Kết quả", STATES[view.status]),
    ]
    facts += [("Biên nhận", moment(one.occurred_at)) for one in view.receipts if one.moved]
    if view.template:
        facts.append(("Câu mẫu", view.template))
    if message.verification_code:
        facts.append(("Mã kiểm tra", message.verification_code))
    words = message.wordings.get(message.channel, {}).get("text")
    if words:
        facts.append(("Dấu kiểm lời tin (SHA-256)", hashlib.sha256(words.encode()).hexdigest()))
    return tuple(facts)


def _qr(url: str) -> str:
    out = BytesIO()
    segno.make(url, error="m").save(out, kind="svg", scale=3, border=2, xmldecl=False)
    return out.getvalue().decode()


def as_pdf(proof: Proof) -> bytes:
    return pdf(_TEMPLATE, proof.as_data())


def check_lines(proof: Proof) -> Sequence[str]:
    """The proof as plain lines, for a terminal."""
    lines = [proof.title, proof.agency, f"Hồ sơ {proof.dossier_code}, lập {proof.made}"]
    for facts in proof.notices:
        lines.append("")
        lines += [f"  {name}: {value}" for name, value in facts]
    return [*lines, "", *(f"{name}: {value}" for name, value in proof.chain)]
