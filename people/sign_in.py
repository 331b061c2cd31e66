"""Signing in: a password or the province's word, then a second factor.

Guessing is slowed down and then locked.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import pyotp
from sqlalchemy.ext.asyncio import AsyncSession

from core import metrics
from core.calendar import local_day
from core.crypto import keyed_hash
from core.sealed_note import seal, unseal
from people import accounts_repository, passwords, province, province_repository, repository
from people.models import Role, SignInTrouble, Staff, StaffSession, Via
from people.permissions import SECOND_FACTOR_ROLES
from people.province import NO_MARK, ProvinceMark
from people.staff_sessions import LONGEST, session_hash

# Verified when there is no such account, so that both cases take the same time.
_NOBODY = passwords.hash_password(secrets.token_urlsafe(16))
HALF_LASTS = timedelta(minutes=10)
_HALF = "half-way"
_LOCK_AFTER = 5
_LOCK_WINDOW = timedelta(minutes=15)
_HALF_MINUTE = 30


class SignIn(StrEnum):
    DONE = "done"
    WRONG = "wrong"
    LOCKED = "locked"
    NEEDS_CODE = "needs_code"
    MUST_ENROL = "must_enrol"
    """The post asks for a second factor and none is set up yet."""
    RUN_OUT = "run_out"
    """A first password that was not changed in time."""
    UNKNOWN = "unknown"
    """The province knows this person and no open account here names them."""
    LEFT = "left"
    """The person has left the province's account since it let them in."""


@dataclass(frozen=True)
class SignInResult:
    """``token`` is the session's secret for the cookie; only its hash is kept. ``half``: what the next page
    carries where a second factor is still to come."""

    outcome: SignIn
    token: str | None = None
    staff: Staff | None = None
    half: str | None = None


def password_matches(staff: Staff | None, password: str) -> bool:
    known = staff.password_hash if staff and staff.active else None
    return passwords.matches(known or _NOBODY, password) and known is not None


def step_of(secret: str, code: str, *, now: datetime) -> int | None:
    """The half minute whose six digits these are: this one or one beside it; None for wrong ones."""
    here, given = int(now.timestamp()) // _HALF_MINUTE, code.replace(" ", "").encode()
    digits = {step: pyotp.TOTP(secret).at(step * _HALF_MINUTE) for step in (here, here - 1, here + 1)}
    return next((step for step, of in digits.items() if secrets.compare_digest(of.encode(), given)), None)


async def sign_in(
    session: AsyncSession, *, username: str, password: str, address: str, now: datetime
) -> SignInResult:
    """By password. ``address``: where the request comes from; kept only as a keyed hash to slow guessing."""
    name = username.strip().lower()
    if await _locked(session, name, address, now):
        return SignInResult(SignIn.LOCKED)
    staff = await accounts_repository.staff_by_username(session, name)
    if not password_matches(staff, password):
        await _note_trouble(session, name, address, now)
        return SignInResult(SignIn.WRONG)
    assert staff is not None  # noqa: S101 - its password matched
    if staff.first_password_until is not None and staff.first_password_until <= now:
        return SignInResult(SignIn.RUN_OUT, staff=staff)
    return await _first_half_done(session, staff, Via.PASSWORD, now)


async def vouched_for(
    session: AsyncSession, *, account: str, strong: bool, now: datetime, mark: ProvinceMark = NO_MARK
) -> SignInResult:
    """By the province, which says who it is. What they may do here is said by their posts here.

    ``account``: what the province calls them. ``strong``: it asked for a second factor itself. ``mark``: by
    which it may end the session.
    """
    name = province.account_hash(account)
    staff = await province_repository.staff_by_account(session, name)
    if staff is None or not staff.active:
        await repository.add_audit(
            session,
            actor=staff.username if staff else Via.PROVINCE,
            action="sign_in.refused",
            subject=f"staff:{staff.id}" if staff else f"province:{name[:16]}",
            reason="account.closed" if staff else "account.unknown",
        )
        return SignInResult(SignIn.UNKNOWN, staff=staff)
    if await province.has_left(session, mark):
        return await _after_leaving(session, staff)
    if strong:
        return await _let_in(session, staff, Via.PROVINCE, now, mark)
    return await _first_half_done(session, staff, Via.PROVINCE, now, mark)


async def knows_password(
    session: AsyncSession, *, staff: Staff, password: str, address: str, now: datetime
) -> SignIn:
    """Whoever is signed in says the password again: DONE, WRONG or LOCKED. Guessing counts as at the door."""
    if await _locked(session, staff.username, address, now):
        return SignIn.LOCKED
    if password_matches(staff, password):
        return SignIn.DONE
    await _note_trouble(session, staff.username, address, now)
    return SignIn.WRONG


async def second_half(
    session: AsyncSession, *, half: str, code: str, address: str, now: datetime, secret: str | None = None
) -> SignInResult:
    """The six digits, which open once (RFC 6238, 5.2). ``secret``: of a second factor that is set up by its
    first right code.
    """
    noted = unseal(_HALF, half, now, lasts=HALF_LASTS)
    staff = await accounts_repository.staff_held(session, noted["staff"]) if noted else None
    if noted is None or staff is None or not staff.active:
        return SignInResult(SignIn.WRONG)
    via, mark = Via(noted["via"]), ProvinceMark(noted["subject"] or None, noted["session"] or None)
    if noted.get("proof") != _proof(staff, via):
        return SignInResult(SignIn.WRONG)
    if await province.has_left(session, mark, since=datetime.fromisoformat(noted["at"])):
        return await _after_leaving(session, staff)
    if await _locked(session, staff.username, address, now):
        return SignInResult(SignIn.LOCKED)
    expected = staff.totp_secret or secret
    again = SignInResult(
        SignIn.NEEDS_CODE if staff.totp_secret else SignIn.MUST_ENROL, staff=staff, half=half
    )
    step = step_of(expected, code, now=now) if expected else None
    if step is None:
        await _note_trouble(session, staff.username, address, now)
        return again
    if not await accounts_repository.spend_step(session, staff.id, step):
        await _note(session, staff, "second_factor.again")
        return again
    if staff.totp_secret is None:
        staff.totp_secret = expected
        await _note(session, staff, "second_factor.enrol")
    return await _let_in(session, staff, via, now, mark)


async def _after_leaving(session: AsyncSession, staff: Staff) -> SignInResult:
    await _note(session, staff, "sign_in.after_leaving")
    return SignInResult(SignIn.LEFT, staff=staff)


async def _first_half_done(
    session: AsyncSession, staff: Staff, via: Via, now: datetime, mark: ProvinceMark = NO_MARK
) -> SignInResult:
    must = staff.second_factor_due and SECOND_FACTOR_ROLES & await _roles(session, staff, now)
    if not staff.totp_secret and not must:
        return await _let_in(session, staff, via, now, mark)
    note = {
        "staff": staff.id,
        "via": via,
        "proof": _proof(staff, via),
        "at": now.isoformat(),
        "subject": mark.subject or "",
        "session": mark.session or "",
    }
    half = seal(_HALF, note, now)
    return SignInResult(SignIn.NEEDS_CODE if staff.totp_secret else SignIn.MUST_ENROL, staff=staff, half=half)


def _proof(staff: Staff, via: Via) -> str:
    """Of what opened the first half: once it is another one, the second half opens nothing."""
    known = staff.password_hash if via is Via.PASSWORD else staff.province_account_hash
    return keyed_hash(known or "", "half-way")


async def _let_in(
    session: AsyncSession, staff: Staff, via: Via, now: datetime, mark: ProvinceMark
) -> SignInResult:
    token = secrets.token_urlsafe(32)
    await accounts_repository.add_session(
        session,
        StaffSession(
            staff_id=staff.id,
            token_hash=session_hash(token),
            via=via,
            province_subject_hash=mark.subject,
            province_session_hash=mark.session,
            created_at=now,
            seen_at=now,
            expires_at=now + LONGEST,
        ),
    )
    await repository.add_audit(
        session, actor=staff.username, action="sign_in", subject=f"staff:{staff.id}", reason=via
    )
    return SignInResult(SignIn.DONE, token=token, staff=staff)


async def _roles(session: AsyncSession, staff: Staff, now: datetime) -> set[Role]:
    return {Role(row.role) for row in await accounts_repository.posts_on(session, staff.id, local_day(now))}


async def _locked(session: AsyncSession, name: str, address: str, now: datetime) -> bool:
    since = now - _LOCK_WINDOW
    by_name = await accounts_repository.troubles_since(session, keyed_hash(name, "sign-in-name"), since)
    by_address = await accounts_repository.troubles_since(
        session, keyed_hash(address, "sign-in-address"), since
    )
    return by_name >= _LOCK_AFTER or by_address >= _LOCK_AFTER * 6


async def _note(session: AsyncSession, staff: Staff, action: str) -> None:
    await repository.add_audit(session, actor=staff.username, action=action, subject=f"staff:{staff.id}")


async def _note_trouble(session: AsyncSession, name: str, address: str, now: datetime) -> None:
    metrics.GUESSES.labels(metrics.GuessedDoor.SIGN_IN).inc()
    for value, purpose in ((name, "sign-in-name"), (address, "sign-in-address")):
        await accounts_repository.add_trouble(
            session, SignInTrouble(subject_hash=keyed_hash(value, purpose), at=now)
        )
