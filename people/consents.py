"""What citizens agreed to or refused: kept in rows that are only ever added; the newest one counts.

Silence is no consent, and consent for one purpose says nothing about another (Law 91/2025/QH15, article 9).
Status notices rest on law (Decree 224/2026, article 15.1.g): they need none, but a channel may be refused.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from core.events import publish
from people import contact_repository as repository
from people.citizen_models import Consent, ConsentSource, ContactBlock, Purpose

CHANGED = "motcua.consent.changed"
"""Body {"contact_hashes", "purpose", "channel", "granted", "source"}."""
BLOCKED = "motcua.contact.not_mine"
"""Body {"contact_hashes", "dossier_code", "source"}: the number on a dossier is somebody else's."""

GUEST_LIST = "guest_list"
"""The switch of trials: while it is on, only guests get anything."""

WORDING_VERSION = "1"
WORDS: dict[tuple[Purpose, bool], str] = {
    (Purpose.STATUS, False): "Không nhận tin về hồ sơ qua kênh này.",
    (Purpose.STATUS, True): "Nhận tin về hồ sơ của mình qua kênh này.",
    (Purpose.SURVEY, True): (
        "Đồng ý nhận lời mời góp ý sau khi làm xong thủ tục. Cơ quan chỉ dùng số điện thoại, địa chỉ thư để "
        "gửi lời mời. Ngừng nhận lúc nào cũng được."
    ),
    (Purpose.SURVEY, False): "Không nhận lời mời góp ý nữa.",
    (Purpose.REMINDER, True): (
        "Đồng ý nhận tin nhắc lịch hẹn và ngày hẹn. Cơ quan chỉ dùng số điện thoại, địa chỉ thư để nhắc. "
        "Ngừng nhận lúc nào cũng được."
    ),
    (Purpose.REMINDER, False): "Không nhận tin nhắc nữa.",
    (Purpose.CAMPAIGN, True): (
        "Đồng ý nhận tin tuyên truyền, giới thiệu dịch vụ của cơ quan. Ngừng nhận lúc nào cũng được."
    ),
    (Purpose.CAMPAIGN, False): "Không nhận tin tuyên truyền nữa.",
    (
        Purpose.LINK,
        True,
    ): "Đồng ý liên kết tài khoản này với số điện thoại của mình để nhận tin, tra hồ sơ.",
    (Purpose.LINK, False): "Bỏ liên kết tài khoản này.",
    (Purpose.DIGEST, True): "Nhận tóm tắt đầu tuần của đơn vị ở hộp thư này.",
    (Purpose.DIGEST, False): "Không nhận tóm tắt đầu tuần ở hộp thư này nữa.",
}
"""What is shown, and kept, when somebody answers. A change of words needs a new ``WORDING_VERSION``."""


@dataclass(frozen=True)
class Standing:
    """What a contact has said, as of now. ``said`` holds the newest answer by purpose and channel."""

    said: Mapping[tuple[str, str | None], bool] = field(default_factory=dict)
    blocked_dossiers: frozenset[str] = frozenset()
    chosen_channel: str | None = None
    guest: bool = False

    def refused(self, purpose: Purpose, channel: str | None = None) -> bool:
        """Whether this purpose was refused, everywhere or on this channel."""
        whole = self.said.get((purpose, None))
        if channel is not None and (here := self.said.get((purpose, channel))) is not None:
            return not here
        return whole is False

    def agreed(self, purpose: Purpose, channel: str | None = None) -> bool:
        return not self.refused(purpose, channel) and any(
            granted for (about, _), granted in self.said.items() if about == purpose
        )


NOTHING_SAID = Standing()


async def standings(session: AsyncSession, contact_hashes: Collection[str]) -> dict[str, Standing]:
    """Where each contact stands; the same four reads for one contact and for a hundred."""
    wanted = list(contact_hashes)
    if not wanted:
        return {}
    said, blocked = await _said(session, wanted), await _blocked(session, wanted)
    chosen = await repository.choices_of(session, wanted)
    guests = await repository.guests_among(session, wanted)
    return {
        contact: Standing(
            said=said.get(contact, {}),
            blocked_dossiers=frozenset(blocked.get(contact, ())),
            chosen_channel=chosen.get(contact),
            guest=contact in guests,
        )
        for contact in wanted
    }


async def refusals(session: AsyncSession, contact_hashes: Collection[str]) -> dict[str, Standing]:
    """Of those who ever said something: what they said, without what they chose. Two reads for everybody."""
    wanted = list(contact_hashes)
    said, blocked = await _said(session, wanted), await _blocked(session, wanted)
    return {
        contact: Standing(said.get(contact, {}), frozenset(blocked.get(contact, ())))
        for contact in said.keys() | blocked.keys()
    }


async def _said(
    session: AsyncSession, contact_hashes: Sequence[str]
) -> dict[str, dict[tuple[str, str | None], bool]]:
    said: dict[str, dict[tuple[str, str | None], bool]] = {}
    for row in await repository.consents_of(session, contact_hashes):  # oldest first: the newest stays
        answers = said.setdefault(row.contact_hash, {})
        if row.channel is None:  # an answer for everything ends the answers for single channels
            for key in [key for key in answers if key[0] == row.purpose]:
                del answers[key]
        answers[row.purpose, row.channel] = row.granted
    return said


async def _blocked(session: AsyncSession, contact_hashes: Sequence[str]) -> dict[str, set[str]]:
    blocked: dict[str, set[str]] = {}
    for block in await repository.blocks_of(session, contact_hashes):
        blocked.setdefault(block.contact_hash, set()).add(block.dossier_code)
    return blocked


async def record(
    session: AsyncSession,
    contact_hashes: Iterable[str],
    purpose: Purpose,
    *,
    granted: bool,
    source: ConsentSource,
    now: datetime,
    channel: str | None = None,
    actor: str | None = None,
) -> None:
    """Write an answer down, with the words it was given to, and tell the other rooms."""
    hashes = sorted(set(contact_hashes))
    for contact_hash in hashes:
        await repository.add_consent(
            session,
            Consent(
                contact_hash=contact_hash,
                purpose=purpose,
                channel=channel,
                granted=granted,
                wording=WORDS[purpose, granted],
                wording_version=WORDING_VERSION,
                source=source,
                actor=actor,
                at=now,
            ),
        )
    await publish(
        session,
        type=CHANGED,
        subject=purpose.value,
        body={
            "contact_hashes": hashes,
            "purpose": purpose.value,
            "channel": channel,
            "granted": granted,
            "source": source.value,
        },
        occurred_at=now,
    )


async def block(
    session: AsyncSession,
    contact_hashes: Iterable[str],
    dossier_code: str,
    *,
    source: ConsentSource,
    now: datetime,
) -> bool:
    """Nothing about this dossier to these contacts any more; False when it was so already."""
    hashes = sorted(set(contact_hashes))
    known = {
        row.contact_hash
        for row in await repository.blocks_of(session, hashes)
        if row.dossier_code == dossier_code
    }
    fresh = [contact for contact in hashes if contact not in known]
    for contact in fresh:
        await repository.add_block(
            session, ContactBlock(contact_hash=contact, dossier_code=dossier_code, source=source, at=now)
        )
    if fresh:
        await publish(
            session,
            type=BLOCKED,
            subject=dossier_code,
            body={"contact_hashes": fresh, "dossier_code": dossier_code, "source": source.value},
            occurred_at=now,
        )
    return bool(fresh)


async def unblock(
    session: AsyncSession, contact_hashes: Iterable[str], dossier_code: str, *, now: datetime
) -> bool:
    """Take "not mine" back; whether there was anything to take back."""
    return await repository.lift_blocks(session, sorted(set(contact_hashes)), dossier_code, now)
