"""Campaigns of the office of a bench, with whoever was written to."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.bench.office import Office
from gateway.bench.sql_words import Rows, Words

_CAMPAIGNS = 60


def rows(w: Words, office: Office) -> Iterator[Rows]:
    each = office.dossiers // 500
    yield Rows(
        "campaign",
        _CAMPAIGNS,
        {
            "id": w.id(),
            "name": w.padded("i", 3, "Nhắc đổi căn cước "),
            "unit": office.unit_of(w, "i"),
            "body": w.sealed("Mời ông bà đến đổi căn cước."),
            "digest": w.hash(),
            "status": "'done'",
            "rows": str(each),
            "cost": str(each * 700),
            "created_by": "'can.bo.00001'",
            "created_at": w.moment(f"(i - {_CAMPAIGNS}) * {office.seconds / _CAMPAIGNS}"),
            "changed_at": w.moment(f"(i - {_CAMPAIGNS}) * {office.seconds / _CAMPAIGNS}"),
        },
    )
    count = _CAMPAIGNS * each
    yield Rows(
        "campaign_recipient",
        count,
        {
            "id": w.id(),
            "campaign_id": w.id(f"i / {each}" if each else "0"),
            "number": f"i % {each} + 1" if each else "1",
            "contact_hash": w.hash(),
            "phone": w.sealed("+84900000001"),
            "values": w.sealed({}),
            "state": "'planned'",
        },
    )
    beyond = 10**12
    yield Rows(
        "message",
        count,
        {
            "id": w.id(),
            "event_id": w.id(),
            "event_type": "'motcua.campaign'",
            "purpose": "'campaign'",
            "recipient_hash": w.hash(),
            "recipient_shown": "'…001'",
            "rungs": "'[]'",
            "rung": "0",
            "channel": "'sms'",
            "provider": "'stub'",
            "wordings": w.sealed({}),
            "about": w.padded(f"(i - {beyond}) / {each or 1}", 26, "campaign:"),
            "cost": "700",
            "any_hour": w.no,
            "lane": "2",
            "status": w.one_of("i", "delivered", "delivered", "delivered", "failed"),
            "maybe_second_copy": w.no,
            "attempts": "1",
            "correlation_id": w.id(),
            "occurred_at": w.moment(f"(i - {beyond + count}) * {office.seconds / max(count, 1)}"),
            "created_at": w.moment(f"(i - {beyond + count}) * {office.seconds / max(count, 1)}"),
        },
        first=beyond,
    )
