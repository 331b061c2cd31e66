"""What one step changes in its dossier, and what it leaves as it was."""

from __future__ import annotations

from datetime import datetime

from core.calendar import local_day
from core.crypto import keyed_hash
from core.phones import read_phone
from core.text.fold import fold
from dossiers.event import usable_email
from dossiers.kinds import is_sad
from dossiers.models import Dossier, DossierStep
from dossiers.schemas import DossierEventData
from dossiers.vocabularies import CLOSED, MEANING, DossierEventType, DossierStatus, PaymentWay

_BEFORE_RECEPTION = {DossierStatus.REGISTERED, DossierStatus.NOT_ACCEPTED}
_DESCRIPTIVE = ("procedure_code", "procedure_name", "field", "unit", "officer")


def take_step(dossier: Dossier, step: DossierStep, data: DossierEventData) -> None:
    """Let one step change its dossier; marks the step when a later one is already known.

    The one-stop software is the truth, so the latest step says where the dossier stands, also when it leads
    back; what arrives late only fills in what is still empty.
    """
    kind = DossierEventType(step.type)
    step.overtaken = step.occurred_at < dossier.status_at
    _describe(dossier, data, overwrite=not step.overtaken)
    _take_contact(dossier, data, overwrite=not step.overtaken)
    _take_dates(dossier, kind, data)
    if kind is DossierEventType.SUPPLEMENT_REQUESTED:
        dossier.supplement_count += 1
    if kind is DossierEventType.FEE_PAID:
        _take_payment(dossier, step.occurred_at, data.paid_how)
    status = MEANING[kind].status
    if status is not None and not step.overtaken:
        dossier.status, dossier.status_at = status, step.occurred_at
        dossier.closed_at = step.occurred_at if status in CLOSED else None


def _describe(dossier: Dossier, data: DossierEventData, *, overwrite: bool) -> None:
    for name in _DESCRIPTIVE:
        value = getattr(data, name)
        if value is not None and (overwrite or getattr(dossier, name) is None):
            setattr(dossier, name, value)
    if data.channel is not None and (overwrite or dossier.channel is None):
        dossier.channel = data.channel
    dossier.sensitive = is_sad(dossier.procedure_name, dossier.field)


def _take_dates(dossier: Dossier, kind: DossierEventType, data: DossierEventData) -> None:
    """A date once printed never moves silently: a different one stands beside it as the new date."""
    again = kind is DossierEventType.RECEIVED and dossier.status in _BEFORE_RECEPTION
    if data.received_at and (dossier.received_at is None or again):
        dossier.received_at = data.received_at
    if data.due_at and (dossier.due_at is None or again):
        dossier.due_at = data.due_at
    elif data.due_at and dossier.due_at and local_day(data.due_at) > local_day(dossier.due_at):
        dossier.new_due_at = data.due_at
    if kind is DossierEventType.DELAYED:
        dossier.extension_count += 1
        dossier.new_due_at = data.new_due_at or dossier.new_due_at


def _take_payment(dossier: Dossier, at: datetime, how: PaymentWay | None) -> None:
    """The latest payment counts; one that does not say how it was made leaves what another one said."""
    latest = dossier.paid_at is None or at >= dossier.paid_at
    if latest:
        dossier.paid_at = at
    if how is not None and (latest or dossier.paid_how is None):
        dossier.paid_how = how


def _take_contact(dossier: Dossier, data: DossierEventData, *, overwrite: bool) -> None:
    applicant = data.applicant
    if applicant is None:
        return
    if applicant.name and (overwrite or dossier.applicant_name is None):
        dossier.applicant_name = applicant.name
        dossier.applicant_name_hash = keyed_hash(fold(applicant.name), "applicant-name")
    if applicant.identity_number and (overwrite or dossier.person_hash is None):
        dossier.person_hash = keyed_hash(applicant.identity_number, "identity")
    if applicant.phone and (overwrite or dossier.phone is None):
        phone = read_phone(applicant.phone)
        dossier.contact_flaw = phone.flaw
        dossier.phone = phone.e164
        dossier.phone_hash = keyed_hash(phone.e164, "phone") if phone.e164 else None
    if applicant.email and usable_email(applicant.email) and (overwrite or dossier.email is None):
        email = applicant.email.strip()
        dossier.email = email
        dossier.email_hash = keyed_hash(email.lower(), "email")
