"""What the province calls the people it let in, and what follows when it says that somebody has left.

Back-Channel Logout 1.0: a word with the province's own session ends that session; one without ends all of the
person. It ends what is open, and what is half open as well: a sign-in that still waits for six digits.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from core.crypto import keyed_hash
from people import province_repository, repository
from people.models import Via


@dataclass(frozen=True)
class ProvinceMark:
    """What the province calls a person and its session with them, as keyed hashes."""

    subject: str | None = None
    session: str | None = None

    @classmethod
    def of(cls, subject: str | None, session: str | None) -> ProvinceMark:
        return cls(
            keyed_hash(subject, "province-subject") if subject else None,
            keyed_hash(session, "province-session") if session else None,
        )

    @property
    def ends(self) -> list[str]:
        """As a word that somebody has left: by which names it ends sign-ins."""
        if self.session is None:
            return [self.subject] if self.subject else []
        return [self.session, *self._nameless]

    @property
    def ended_by(self) -> list[str]:
        """As a sign-in: the names of which any one ends it."""
        if self.subject is None:
            return []
        return [self.subject, *([self.session] if self.session else self._nameless)]

    @property
    def _nameless(self) -> list[str]:
        """The person's sign-ins of which the province did not say to which of its sessions they belong."""
        return [keyed_hash(self.subject, "province-nameless")] if self.subject else []


NO_MARK = ProvinceMark()


async def leave(
    session: AsyncSession, mark: ProvinceMark, *, token_id: str, now: datetime, keep: timedelta
) -> int | None:
    """How many sessions ended because the person left the province's; None for a word heard before.

    ``token_id``: of the province's word, which counts once; ``keep``: for how long it could be believed, and
    no shorter than a sign-in may wait for its second half.
    """
    spoken = keyed_hash(token_id, "province-logout")
    if not await province_repository.spend_state(session, spoken, now, keep=keep):
        return None
    await province_repository.one_at_a_time(session, mark.ends)
    await province_repository.note_leaving(session, mark.ends, now)
    ended = await province_repository.end_sessions(
        session, subject_hash=mark.subject, session_hash=mark.session, now=now
    )
    for staff_id in sorted(set(ended)):
        await repository.add_audit(
            session, actor=Via.PROVINCE, action="sign_out", subject=f"staff:{staff_id}", reason=Via.PROVINCE
        )
    return len(ended)


async def has_left(session: AsyncSession, mark: ProvinceMark, *, since: datetime | None = None) -> bool:
    """Whether the province said that this sign-in is over. Until the transaction ends it waits to say so.

    ``since``: when the sign-in began; a person who left before and came back is welcome. A session of the
    province that is over never comes back.
    """
    if not mark.ended_by:
        return False
    await province_repository.one_at_a_time(session, mark.ended_by)
    found = await province_repository.moments_of_leaving(session, mark.ended_by)
    return mark.session in found or (since is not None and any(at >= since for at in found.values()))


def account_hash(account: str) -> str:
    """Of what the province calls somebody; capitals and spaces around it do not matter."""
    return keyed_hash(account.strip().casefold(), "province-account")


def state_hash(state: str) -> str:
    return keyed_hash(state, "province-state")
