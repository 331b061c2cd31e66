"""What a notice about a dossier says, as of the moment of its event."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from dossiers.models import Dossier
from dossiers.schemas import DossierEventData
from dossiers.status_text import ToldStep
from dossiers.vocabularies import MEANING, DossierEventType
from notifications.template_language import UNKNOWN
from notifications.vocabulary import short_unit

UnitName = Callable[[str], str]


def dossier_facts(
    dossier: Dossier,
    data: DossierEventData,
    *,
    happened: datetime,
    steps: Sequence[ToldStep],
    unit_name: UnitName,
    lookup_address: str,
    kind: DossierEventType,
    hotline: str | None = None,
    letter_attached: bool = False,
) -> dict[str, Any]:
    """Values for every variable that a wording about a dossier may use; what is unknown says so."""
    unit = unit_of(data.unit or dossier.unit, unit_name)
    return {
        "dossier_code": dossier.code,
        "unit": unit,
        "unit_short": short_unit(unit),
        "officer": data.officer or dossier.officer or UNKNOWN,
        "procedure_name": data.procedure_name or dossier.procedure_name or UNKNOWN,
        "applicant_name": dossier.applicant_name,
        "received_at": data.received_at or dossier.received_at,
        "due_at": data.due_at or dossier.due_at,
        "new_due_at": _new_date(dossier, data, happened, steps),
        "occurred_at": happened,
        "items": list(data.items),
        "fees": [fee.model_dump() for fee in data.fees],
        "fees_total": data.fees_total,
        "reason": data.reason,
        "notice_number": data.notice_number,
        "letter_attached": letter_attached,
        "notice_date": data.notice_date,
        # A duty is always set by the tax office, also where the sender did not say which one.
        "issuer": data.issuer or ("cơ quan thuế" if kind is DossierEventType.FINANCIAL_DUTY else unit),
        "pay_by": data.pay_by,
        "pay_link": data.pay_link,
        "receipt_link": data.receipt_link,
        "hotline": hotline,
        "national_status": MEANING[kind].national_words,
        "lookup_address": lookup_address,
    }


def unit_of(unit: str | None, unit_name: UnitName) -> str:
    return unit_name(unit) if unit else "Cơ quan giải quyết"


def _new_date(
    dossier: Dossier, data: DossierEventData, happened: datetime, steps: Sequence[ToldStep]
) -> datetime | None:
    """The new date known when this happened: news of the past must not announce what came later."""
    if data.new_due_at:
        return data.new_due_at
    given = [
        (step.occurred_at, step.data.new_due_at)
        for step in steps
        if step.type is DossierEventType.DELAYED and step.data.new_due_at
    ]
    if not given:
        return dossier.new_due_at
    known = [date for at, date in given if at <= happened]
    return known[-1] if known else None
