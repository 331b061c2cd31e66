"""What Zalo and Telegram have in common: an account writes, the desk answers, telephones are linked.

The adapters turn bytes into calls of this and what it returns into bytes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from conversations import notices, rating
from conversations.desk import Desk
from conversations.models import Conversation
from core.database import Database, utc_now
from core.message import Button, InboundMessage, OutboundMessage, Task
from core.phones import read_phone
from core.text.fold import fold
from dossiers import linking
from dossiers.lookup import Proof, WatchRole
from dossiers.models import Dossier
from people import chat_accounts

LINK_START, LINK_STOP, LINK_SHARE = "link:start", "link:stop", "link:share"
LINK = Button(title="Nhận tin về hồ sơ", action=LINK_START)
UNLINK = Button(title="Ngừng nhận tin", action=LINK_STOP)
SHARE = Button(title="Cho người thân xem cùng", action=LINK_SHARE)
LOOK_UP = Button(title="Tra hồ sơ", action="task:dossier_status")

_START_WORDS = {"nhan tin", "nhan tin ho so", "nhan tin ve ho so", "lien ket", "lien ket so dien thoai"}
_SHARE_WORDS = {"cho nguoi than xem cung", "nguoi than xem cung"}
_JOIN = re.compile(r"^xem c[uù]ng ([A-Za-z0-9_-]{22})$", re.IGNORECASE)
_SHARE_MINUTES = 30
_STOP_WORDS = {"ngung nhan tin", "huy lien ket", "bo lien ket", "thoi nhan tin", "dung nhan tin"}


@dataclass(frozen=True)
class Answer:
    """What goes back to the citizen as one message. ``asks_phone``: with the channel's way to share it.

    ``buttons`` are the assistant's: their numbers can be sent instead. ``own`` are the channel's, ``rates``
    two presses that say whether it was what was wanted: their words can be sent where nothing can be pressed.
    ``asks_opinion``: an invitation that nobody waits for, and that must cost nothing.
    """

    text: str = ""
    buttons: Sequence[Button] = field(default_factory=list)
    own: Sequence[Button] = field(default_factory=list)
    rates: Sequence[Button] = field(default_factory=list)
    asks_phone: bool = False
    asks_opinion: bool = False

    def __bool__(self) -> bool:
        return bool(self.text)


class Conversing:
    """One channel. ``key`` of a conversation is the account itself; the desk keeps only its hash."""

    def __init__(
        self,
        database: Database,
        desk: Desk,
        channel: str,
        *,
        public_url: str = "",
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._database, self._desk, self.channel, self._clock = database, desk, channel, clock
        self._public_url = public_url

    async def said(
        self, account: str, *, identity: str, text: str, action: str | None = None, attempt: int = 1
    ) -> Answer:
        """One turn. A repeat of a turn whose answer may never have left gets that answer again."""
        await self.heard(account)
        folded = fold(text).strip(" .!?")
        if action == LINK_START or (action is None and folded in _START_WORDS):
            return ask_phone()
        if action == LINK_STOP or (action is None and folded in _STOP_WORDS):
            return await self.unlink(account)
        if action == LINK_SHARE or (action is None and folded in _SHARE_WORDS):
            return await self.share(account)
        if action is None and (joining := _JOIN.match(text.strip())):
            return await self.join(account, joining.group(1))
        linked = await self._catch_up(account)
        result = await self._desk.take(
            InboundMessage(
                channel=self.channel,
                conversation_key=account,
                external_id=identity[:128],
                text=text,
                action=action,
                received_at=self._clock(),
            )
        )
        if result.repeated and attempt == 1:
            return Answer()
        return self._one(result.reply.messages, offer=result.reply.task is Task.DOSSIER_STATUS and not linked)

    async def heard(self, account: str, *, following: bool | None = None) -> Conversation:
        """Somebody did something: their conversation, and a fresh allowance of free answers."""
        async with self._database.writing() as session:
            conversation = await notices.open_for(session, self.channel, account)
            await chat_accounts.heard_from(
                session,
                self.channel,
                account,
                now=self._clock(),
                conversation_id=conversation.id,
                following=following,
            )
        return conversation

    async def left(self, account: str) -> None:
        """The citizen stopped following or blocked us: nothing more goes into this conversation."""
        async with self._database.writing() as session:
            await chat_accounts.stopped_following(session, self.channel, account)

    async def shared_phone(self, account: str, phone: str) -> Answer:
        """A telephone that the channel vouches for."""
        number = read_phone(phone)
        if number.e164 is None:
            return Answer("Số điện thoại này không nhận được tin nhắn nên chưa liên kết được.", own=[LOOK_UP])
        conversation = await self.heard(account)
        async with self._database.writing() as session:
            result = await linking.link_phone(
                session,
                channel=self.channel,
                account=account,
                conversation_id=conversation.id,
                phone=number.e164,
                proof=Proof.SHARED_PHONE,
                now=self._clock(),
            )
        if result.shared:
            return Answer(
                "Số điện thoại này đứng trên hồ sơ của nhiều người nên không liên kết chung được.\n"
                "Tra từng hồ sơ bằng mã trên giấy hẹn.",
                own=[LOOK_UP],
            )
        return followed(result.dossiers)

    async def join(self, account: str, word: str) -> Answer:
        """Somebody came by a link that another chat gave."""
        conversation = await self.heard(account)
        async with self._database.writing() as session:
            found = await linking.join(
                session,
                word=word,
                channel=self.channel,
                conversation_id=conversation.id,
                now=self._clock(),
            )
        if found is None:
            return Answer(
                "Đường dẫn này đã dùng rồi hoặc đã hết hạn. Lấy đường dẫn mới ở nơi đã gửi.", own=[LOOK_UP]
            )
        return followed(found)

    async def invite(self, conversation_id: str, *, role: WatchRole, minutes: int) -> str | None:
        async with self._database.writing() as session:
            return await linking.invite(
                session, conversation_id=conversation_id, role=role, now=self._clock(), minutes=minutes
            )

    async def share(self, account: str) -> Answer:
        """A line that a relative sends from their own telephone to follow the same dossiers, once."""
        conversation = await self.heard(account)
        word = await self.invite(conversation.id, role=WatchRole.RELATIVE, minutes=_SHARE_MINUTES)
        if word is None:
            return Answer("Ở đây chưa theo dõi hồ sơ nào nên chưa có gì để xem cùng.", own=[LINK])
        return Answer(
            f"Người thân chép dòng dưới, nhắn vào đây từ máy của mình trong {_SHARE_MINUTES} phút. "
            f"Dòng này chỉ dùng được một lần.\nxem cùng {word}",
            own=[UNLINK],
        )

    async def unlink(self, account: str) -> Answer:
        conversation = await self.heard(account)
        async with self._database.writing() as session:
            count = await linking.unlink(
                session,
                channel=self.channel,
                account=account,
                conversation_id=conversation.id,
                now=self._clock(),
            )
        text = "Dạ, từ nay không gửi tin về hồ sơ vào đây nữa."
        if not count:
            text = "Ở đây đang không theo dõi hồ sơ nào, nên không có tin nào gửi vào đây."
        return Answer(text + " Muốn nhận lại thì bấm nút dưới.", own=[LINK])

    async def sent(self, account: str) -> None:
        """One message more went out to this account."""
        async with self._database.writing() as session:
            await chat_accounts.count_sent(session, self.channel, account)

    def _one(self, messages: Sequence[OutboundMessage], *, offer: bool) -> Answer:
        """Every message of an answer as one: free answers are counted."""
        if not messages:
            return Answer()
        text = "\n\n".join(spoken(message) for message in messages)
        return Answer(
            text,
            [one for one in messages[-1].buttons if one.action],
            [*self._pages(messages[-1]), *([LINK] if offer else [])],
            rating.presses(rating.judged(messages)),
        )

    def _pages(self, message: OutboundMessage) -> list[Button]:
        """What opens something: the message's own addresses, and the page that a card leads to."""
        found = [(one.title, one.url) for one in message.buttons if one.url]
        if message.card and message.card.link:
            found.append((message.card.link_title or "Xem trọn thủ tục", message.card.link))
        return [
            Button(title=title[:100], url=url if ":" in url else self._public_url + url)
            for title, url in found
            if ":" in url or (self._public_url and url.startswith("/"))
        ]

    async def _catch_up(self, account: str) -> bool:
        """Follow dossiers that came to a linked telephone since; whether one is linked at all."""
        async with self._database.reading() as session:
            if not await chat_accounts.phones_of(session, self.channel, account):
                return False
        async with self._database.writing() as session:
            conversation = await notices.open_for(session, self.channel, account)
            await linking.catch_up(
                session,
                channel=self.channel,
                account=account,
                conversation_id=conversation.id,
                now=self._clock(),
            )
        return True


def ask_phone() -> Answer:
    return Answer(
        "Nhận tin về hồ sơ\nBấm chia sẻ số điện thoại đã ghi trên giấy hẹn. Số này chỉ dùng để gửi tin và "
        "tra hồ sơ của anh/chị; ngừng nhận lúc nào cũng được.",
        asks_phone=True,
    )


def welcome() -> Answer:
    return Answer(
        "Chào anh/chị. Ở đây trả lời về giấy tờ, lệ phí, thời hạn của thủ tục và tình trạng hồ sơ.\n"
        "Anh/chị nhắn việc cần hỏi, ví dụ: làm giấy khai sinh cần gì. Không dấu cũng được.",
        own=[LOOK_UP, LINK],
    )


def followed(dossiers: Sequence[Dossier]) -> Answer:
    """What a chat follows from now on. Codes alone: a telephone is often looked at by several people."""
    if not dossiers:
        return Answer(
            "Đã liên kết số điện thoại. Lúc này chưa có hồ sơ nào mang số này; có hồ sơ là có tin ở đây.",
            own=[LOOK_UP, UNLINK],
        )
    lines = [f"- {dossier.code}" for dossier in dossiers[:8]]
    if len(dossiers) > 8:
        lines.append(f"- và {len(dossiers) - 8} hồ sơ khác")
    text = "Đã liên kết. Từ nay tin mới của các hồ sơ này gửi vào đây:\n" + "\n".join(lines)
    return Answer(text, own=[LOOK_UP, SHARE, UNLINK])


def spoken(message: OutboundMessage) -> str:
    """The words, with the officer's name in front when a person answers."""
    return f"{message.speaker_name}: {message.text}" if message.speaker_name else message.text
