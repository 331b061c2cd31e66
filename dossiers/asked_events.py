"""Events made of what another system answers about a dossier that we know: it tells a state, not a step.

An event is made only when its state is not the one we know, and carries that in its identity: asking ten
times while nothing changes makes none, and going back to an earlier state makes a new one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.calendar import LOCAL
from core.text.fold import fold
from dossiers.event import DossierEvent, digest_of, read_data, warnings_about
from dossiers.models import Dossier
from dossiers.problems import Problem
from dossiers.vocabularies import (
    MEANING,
    NATIONAL_WORDS,
    TYPE_PREFIX,
    DossierEventType,
    DossierStatus,
    NationalStatus,
    ZaloState,
)

SOURCE = "igate"

# By the words of the national portal and of Đồng Nai's Zalo account: each names the plainest event of it.
_NATIONAL: Mapping[NationalStatus, DossierEventType] = {
    NationalStatus.REGISTERED: DossierEventType.REGISTERED,
    NationalStatus.RECEIVED: DossierEventType.RECEIVED,
    NationalStatus.NOT_ACCEPTED: DossierEventType.NOT_ACCEPTED,
    NationalStatus.PROCESSING: DossierEventType.PROCESSING,
    NationalStatus.SUPPLEMENT_REQUESTED: DossierEventType.SUPPLEMENT_REQUESTED,
    NationalStatus.FINANCIAL_DUTY: DossierEventType.FINANCIAL_DUTY,
    NationalStatus.WITHDRAWN: DossierEventType.WITHDRAWN,
    NationalStatus.STOPPED: DossierEventType.STOPPED,
    NationalStatus.RESULT_READY: DossierEventType.RESULT_READY,
    NationalStatus.RETURNED: DossierEventType.RETURNED,
}
_ZALO: Mapping[ZaloState, DossierEventType] = {
    ZaloState.RECEIVED: DossierEventType.RECEIVED,
    ZaloState.SUPPLEMENT_REQUESTED: DossierEventType.SUPPLEMENT_REQUESTED,
    ZaloState.PAYMENT_REQUESTED: DossierEventType.FEE_DUE,
    ZaloState.FINANCIAL_DUTY: DossierEventType.FINANCIAL_DUTY,
    ZaloState.REFUSED: DossierEventType.REJECTED,
    ZaloState.STOPPED: DossierEventType.STOPPED,
    ZaloState.WITHDRAWN: DossierEventType.WITHDRAWN,
    ZaloState.RESULT_READY: DossierEventType.RESULT_READY,
    ZaloState.RETURNED: DossierEventType.RETURNED,
}
_WORDS: dict[str, DossierEventType] = {
    **{fold(words): _NATIONAL[status] for status, words in NATIONAL_WORDS.items()},
    **{fold(state.value): kind for state, kind in _ZALO.items()},
}


@dataclass(frozen=True)
class Asked:
    """What the other system answered; texts as they came."""

    code: str
    status: str
    applicant_name: str | None = None
    procedure_name: str | None = None
    applied_at: str | None = None
    completed_at: str | None = None
    due_at: str | None = None


def kind_of(status: str, own_words: Mapping[str, str]) -> DossierEventType | None:
    """The event that a status means; ``own_words`` are the deployment's, and come first."""
    folded = fold(status)
    for words, short in own_words.items():
        if fold(words) == folded and TYPE_PREFIX + short in set(DossierEventType):
            return DossierEventType(TYPE_PREFIX + short)
    return _WORDS.get(folded)


def event_of(
    asked: Asked, dossier: Dossier | None, *, own_words: Mapping[str, str], code_pattern: str, now: datetime
) -> DossierEvent | Problem | None:
    """The event, nothing where nothing is new, or what cannot be read."""
    kind = kind_of(asked.status, own_words)
    if kind is None:
        return Problem(
            index=0,
            field="statusCurrentTask",
            problem=f"không biết trạng thái '{asked.status}'",
            remedy="thêm vào MOTCUA_IGATE__STATUSES: trạng thái đó ứng với sự kiện nào",
        )
    status = MEANING[kind].status
    if dossier is not None and (status is None or status == DossierStatus(dossier.status)):
        return None
    before = f"{dossier.status}@{dossier.status_at.isoformat()}" if dossier else "new"
    own_time = {
        DossierEventType.RECEIVED: asked.applied_at,
        DossierEventType.RESULT_READY: asked.completed_at,
    }
    happened = own_time.get(kind)
    raw: dict[str, Any] = {
        "dossier_code": asked.code,
        "procedure_name": asked.procedure_name,
        "applicant": {"name": asked.applicant_name},
        "received_at": asked.applied_at,
        "due_at": asked.due_at,
        "occurred_at": happened or asked.applied_at or now.astimezone(LOCAL).isoformat(),
    }
    data, problems = read_data(raw, index=0, code_pattern=code_pattern)
    if data is None:
        return problems[0]
    identity = "\0".join((asked.code, kind.value, before))
    return DossierEvent(
        type=kind,
        source=SOURCE,
        external_id=hashlib.sha256(identity.encode()).hexdigest(),
        data=data,
        as_posted=digest_of({"identity": identity}),
        warnings=warnings_about(kind, data, raw, index=0),
        time_known=happened is not None,
    )
