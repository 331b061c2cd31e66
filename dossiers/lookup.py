"""Looking up a dossier with proof, so that a stranger never learns whether it exists (codes are serial).

Proof is a one-time code sent to the phone on the dossier. Every request goes the same way and gets the same
answer, whether or not there is such a dossier, whether or not its phone may be used. A wrong code and a
dossier of somebody else read the same.
"""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from core.crypto import keyed_hash
from core.database import new_id
from core.events import publish
from dossiers import repository
from dossiers.models import Dossier, DossierWatch, OneTimeCode

CODE_REQUESTED = "motcua.otp.requested"
"""Body {"one_time_code_id", "dossier_code"}: the phone and the code are found by whoever sends it."""
NOT_MINE = "motcua.dossier.not_mine"

_LOOKUP, _WRONG = "lookup", "wrong"


@dataclass(frozen=True)
class LookupPolicy:
    """Limits. The hourly ones count per conversation, the daily one per dossier, against a flood of texts."""

    code_minutes: int = 5
    tries_per_code: int = 5
    lookups_per_hour: int = 5
    wrong_codes_per_hour: int = 5
    codes_per_dossier_per_day: int = 5
    applicants_per_phone: int = 5


DEFAULT_POLICY = LookupPolicy()


class LookupAnswer(StrEnum):
    CODE_ASKED = "code_asked"
    LOCKED = "locked"


class CodeAnswer(StrEnum):
    BOUND = "bound"
    WRONG = "wrong"
    LOCKED = "locked"


class WatchRole(StrEnum):
    APPLICANT = "applicant"
    RELATIVE = "relative"


class Proof(StrEnum):
    ONE_TIME_CODE = "one_time_code"
    BOUND_ACCOUNT = "bound_account"
    OWN_NUMBER = "own_number"
    SHARED_PHONE = "shared_phone"
    """Zalo's form or Telegram's contact."""


def code_for(code_id: str) -> str:
    """The six digits behind a request: they follow from its id and the secret of the deployment."""
    return f"{int(keyed_hash(code_id, 'one-time-code'), 16) % 1_000_000:06}"


def normal_code(dossier_code: str) -> str:
    return re.sub(r"\s", "", dossier_code).upper()


async def request_code(
    session: AsyncSession,
    *,
    conversation_id: str,
    dossier_code: str,
    now: datetime,
    policy: LookupPolicy = DEFAULT_POLICY,
) -> LookupAnswer:
    """Have a code sent to the phone on the dossier, if there is one that proves something.

    The answer tells nothing about the dossier: it depends only on how often this conversation has asked.
    """
    if await _locked(session, conversation_id, now, policy):
        return LookupAnswer.LOCKED
    await repository.add_lookup_try(session, conversation_id, _LOOKUP, now)
    code = normal_code(dossier_code)
    dossier = await repository.dossier_by_code(session, code)
    proves = dossier is not None and await _phone_proves(session, dossier, now, policy)
    request = OneTimeCode(
        id=new_id(),
        conversation_id=conversation_id,
        dossier_code=code,
        dossier_id=dossier.id if dossier and proves else None,
        code_hash="",
        created_at=now,
        expires_at=now + timedelta(minutes=policy.code_minutes),
        tries_left=policy.tries_per_code,
    )
    request.code_hash = _hash(request.id, code_for(request.id))
    await repository.add_code(session, request)
    if dossier and proves:
        await publish(
            session,
            type=CODE_REQUESTED,
            subject=dossier.code,
            body={"one_time_code_id": request.id, "dossier_code": dossier.code},
            external_id=f"otp:{request.id}",
            occurred_at=now,
            urgent=True,
        )
    return LookupAnswer.CODE_ASKED


async def check_code(
    session: AsyncSession,
    *,
    conversation_id: str,
    channel: str,
    dossier_code: str,
    typed: str,
    now: datetime,
    policy: LookupPolicy = DEFAULT_POLICY,
) -> CodeAnswer:
    """Bind the conversation to the dossier if the digits are right; else nothing tells why they are not."""
    if await _too_many_wrong(session, conversation_id, now, policy):
        return CodeAnswer.LOCKED
    request = await repository.latest_code(session, conversation_id, normal_code(dossier_code))
    if request is None or not _matches(request, typed, now):
        if request is not None and request.tries_left > 0:
            request.tries_left -= 1
        await repository.add_lookup_try(session, conversation_id, _WRONG, now)
        locked = await _too_many_wrong(session, conversation_id, now, policy)
        return CodeAnswer.LOCKED if locked else CodeAnswer.WRONG
    request.used_at = now
    assert request.dossier_id is not None  # noqa: S101 - _matches saw it
    await bind(
        session,
        conversation_id=conversation_id,
        channel=channel,
        dossier_id=request.dossier_id,
        role=WatchRole.APPLICANT,
        proof=Proof.ONE_TIME_CODE,
        now=now,
    )
    return CodeAnswer.BOUND


async def bind(
    session: AsyncSession,
    *,
    conversation_id: str,
    channel: str,
    dossier_id: str,
    role: WatchRole,
    proof: Proof,
    now: datetime,
) -> None:
    """Let a conversation see a dossier and get its news. The caller has seen the proof."""
    watch = await repository.watch_of(session, conversation_id, dossier_id)
    if watch is None:
        watch = DossierWatch(conversation_id=conversation_id, dossier_id=dossier_id)
    watch.channel, watch.role, watch.proof, watch.bound_at = channel, role, proof, now
    watch.ended_at = watch.ended_reason = None
    await repository.add_watch(session, watch)


async def may_see(session: AsyncSession, *, conversation_id: str, dossier_code: str) -> Dossier | None:
    """The dossier, only if this conversation proved that it may see it."""
    dossier = await repository.dossier_by_code(session, normal_code(dossier_code))
    if dossier is None:
        return None
    watch = await repository.watch_of(session, conversation_id, dossier.id)
    return dossier if watch is not None and watch.ended_at is None else None


async def not_mine(session: AsyncSession, *, conversation_id: str, dossier_code: str, now: datetime) -> bool:
    """ "Không phải hồ sơ của tôi": no more news of it to this conversation; the unit checks the phone."""
    dossier = await may_see(session, conversation_id=conversation_id, dossier_code=dossier_code)
    if dossier is None:
        return False
    watch = await repository.watch_of(session, conversation_id, dossier.id)
    if watch is not None:
        await repository.end_watch(session, watch, at=now, reason="not_mine")
    await publish(session, type=NOT_MINE, subject=dossier.code, body={"dossier_code": dossier.code})
    return True


async def _phone_proves(session: AsyncSession, dossier: Dossier, now: datetime, policy: LookupPolicy) -> bool:
    """A number on many applicants' dossiers belongs to an agent or to the post and proves nothing."""
    if dossier.phone_hash is None:
        return False
    day = now - timedelta(days=1)
    if await repository.count_codes_for(session, dossier.id, day) >= policy.codes_per_dossier_per_day:
        return False
    sharing = await repository.applicants_with_phone(session, dossier.phone_hash)
    return sharing < policy.applicants_per_phone


async def _locked(session: AsyncSession, conversation_id: str, now: datetime, policy: LookupPolicy) -> bool:
    hour = now - timedelta(hours=1)
    asked = await repository.count_lookup_tries(session, conversation_id, _LOOKUP, hour)
    return asked >= policy.lookups_per_hour or await _too_many_wrong(session, conversation_id, now, policy)


async def _too_many_wrong(
    session: AsyncSession, conversation_id: str, now: datetime, policy: LookupPolicy
) -> bool:
    hour = now - timedelta(hours=1)
    wrong = await repository.count_lookup_tries(session, conversation_id, _WRONG, hour)
    return wrong >= policy.wrong_codes_per_hour


def _matches(request: OneTimeCode, typed: str, now: datetime) -> bool:
    digits = re.sub(r"\D", "", typed)
    right = hmac.compare_digest(request.code_hash, _hash(request.id, digits))
    open_ = request.used_at is None and request.tries_left > 0 and now < request.expires_at
    return right and open_ and request.dossier_id is not None


def _hash(code_id: str, digits: str) -> str:
    return keyed_hash(f"{code_id}\0{digits}", "one-time-code-check")
