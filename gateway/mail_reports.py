"""What mail servers report of our mails afterwards: fetched every minute, kept as receipts."""

from __future__ import annotations

import asyncio

import structlog

from core.database import Database
from gateway.receipts import Receipts
from wire.alarms import Trouble, Watcher
from wire.mail_bounce import read_report
from wire.mail_reports import MailboxTrouble, ReportMailbox

log = structlog.get_logger()

NAME = "smtp"


class MailReports:
    def __init__(self, database: Database, mailbox: ReportMailbox, watcher: Watcher) -> None:
        self._mailbox, self._watcher = mailbox, watcher
        self._receipts = Receipts(database)

    async def tick(self) -> int:
        """How many reports spoke of mails of ours. Nothing is lost while the mailbox cannot be read."""
        try:
            reports = await asyncio.to_thread(self._mailbox.unread)
            found = 0
            for _, raw in reports:
                for report in read_report(raw):
                    found += 1
                    if report.statement is not None:
                        await self._receipts.store(report.statement)
            await asyncio.to_thread(self._mailbox.mark_read, [number for number, _ in reports])
        except MailboxTrouble as trouble:
            log.warning("mail_reports_not_read", reason=trouble.code)
            if trouble.code == "authentication":
                await self._watcher.alarm(NAME, Trouble.CONFIGURATION, "mailbox of reports: authentication")
            return 0
        return found
