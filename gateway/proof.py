"""Proving a dossier with a one-time code, before and apart from the assistant: the code never enters Rasa."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from core import metrics
from core.calendar import WorkingCalendar, local_day
from core.database import Database
from core.message import Button, OutboundMessage, Outcome, Reply, Task
from dossiers import linking
from dossiers.lookup import CodeAnswer, check_code
from dossiers.status import status_for
from dossiers.status_text import status_lines

_SIX_DIGITS = re.compile(r"^\D{0,24}(\d{3}[ .-]?\d{3})\D{0,6}$")
_AGAIN = Button(title="Gửi lại mã", action="task:dossier_status")
_HANDOVER = Button(title="Gặp cán bộ", action="task:handover")


class DossierProof:
    """Answers six digits while a conversation is waiting for them; leaves everything else alone."""

    def __init__(
        self, database: Database, calendar: Callable[[], WorkingCalendar], clock: Callable[[], datetime]
    ) -> None:
        self._database, self._calendar, self._clock = database, calendar, clock

    async def __call__(
        self, conversation_id: str, channel: str, text: str, context: dict[str, Any]
    ) -> Reply | None:
        dossier_code = context.get("proof_for")
        typed = _SIX_DIGITS.match(text.strip())
        if not dossier_code or typed is None:
            return None
        now, who = self._clock(), context.get("address") or "anh/chị"
        async with self._database.writing() as session:
            answer = await check_code(
                session,
                conversation_id=conversation_id,
                channel=channel,
                dossier_code=dossier_code,
                typed=typed.group(1),
                now=now,
            )
            if answer in (CodeAnswer.WRONG, CodeAnswer.LOCKED):
                metrics.GUESSES.labels(metrics.GuessedDoor.ONE_TIME_CODE).inc()
            if answer is CodeAnswer.WRONG:
                return _reply(
                    "Mã xác nhận chưa đúng hoặc đã hết hạn. Xem lại tin nhắn, hoặc mang giấy hẹn ra quầy.",
                    _AGAIN,
                    _HANDOVER,
                )
            if answer is CodeAnswer.LOCKED:
                return _reply(
                    "Nhập sai nhiều lần nên phần tra cứu tạm khóa một giờ.\n"
                    "Cần ngay thì mang giấy hẹn ra quầy.",
                    _HANDOVER,
                    proof_for=None,
                )
            await linking.code_proved(
                session,
                conversation_id=conversation_id,
                channel=channel,
                dossier_code=dossier_code,
                now=now,
            )
            facts = await status_for(
                session,
                conversation_id=conversation_id,
                dossier_code=dossier_code,
                now=now,
                calendar=self._calendar(),
            )
        if facts is None:
            return None
        lines = status_lines(facts, today=local_day(now), address=who)
        lines.append("Từ nay tin mới về hồ sơ này cũng hiện ở đây.")
        return _reply("\n".join(lines), _HANDOVER, proof_for=None)


def _reply(text: str, *buttons: Button, **context: Any) -> Reply:
    return Reply(
        outcome=Outcome.TASK,
        task=Task.DOSSIER_STATUS,
        messages=[OutboundMessage(text=text, buttons=list(buttons))],
        context=context,
    )
