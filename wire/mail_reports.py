"""Reports of failed mails, fetched from the mailbox they come back to, over IMAP (RFC 3501).

Only reports are asked for, and only they are marked as read: whatever else lies in the mailbox is left to the
people who read it. A report is marked after it has been kept, so a death between the two reads it once more.
"""

from __future__ import annotations

import imaplib
import ssl
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from core.channel_settings import MailReportSettings

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST = 50
# A report is a few kilobytes; what is sent to fill our memory is cut.
_WHOLE = "(BODY.PEEK[]<0.262144>)"
_WANTED = ("UNSEEN", "HEADER", "Content-Type", "multipart/report")


class MailboxTrouble(Exception):
    """The mailbox could not be read; ``code`` says why and names nobody."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class ReportMailbox:
    """Calls block: they belong into a thread."""

    def __init__(
        self, settings: MailReportSettings, *, tls_context: Callable[[], ssl.SSLContext] | None = None
    ) -> None:
        self._settings = settings
        self._tls = tls_context or ssl.create_default_context

    def unread(self) -> list[tuple[str, bytes]]:
        """Reports that nobody has read, oldest first, at most fifty: number in the mailbox, and bytes.

        Raises MailboxTrouble.
        """
        with self._open() as line:
            numbers = _first(_done(line.uid("SEARCH", *_WANTED))).split()[:_MOST]
            found = []
            for number in numbers:
                for part in _done(line.uid("FETCH", number.decode(), _WHOLE)):
                    if isinstance(part, tuple):
                        found.append((number.decode(), part[1]))
            return found

    def mark_read(self, numbers: Sequence[str]) -> None:
        """Raises MailboxTrouble."""
        if numbers:
            with self._open() as line:
                _done(line.uid("STORE", ",".join(numbers), "+FLAGS.SILENT", r"(\Seen)"))

    @contextmanager
    def _open(self) -> Iterator[imaplib.IMAP4]:
        settings = self._settings
        try:
            line = self._connect()
        except (OSError, imaplib.IMAP4.error) as error:
            raise MailboxTrouble(type(error).__name__) from None
        try:
            if settings.security == "starttls":
                line.starttls(self._tls())
            password = settings.password.get_secret_value() if settings.password else ""
            try:
                line.login(settings.user or "", password)
            except imaplib.IMAP4.abort:
                raise
            except imaplib.IMAP4.error:
                raise MailboxTrouble("authentication") from None
            _done(line.select(f'"{settings.folder}"'))
            yield line
        except (OSError, imaplib.IMAP4.error) as error:
            raise MailboxTrouble(type(error).__name__) from None
        finally:
            try:
                line.logout()
            except (OSError, imaplib.IMAP4.error):
                line.shutdown()

    def _connect(self) -> imaplib.IMAP4:
        settings = self._settings
        host, seconds = settings.host or "", settings.timeout_seconds
        if settings.security == "tls":
            return imaplib.IMAP4_SSL(host, settings.port, ssl_context=self._tls(), timeout=seconds)
        return imaplib.IMAP4(host, settings.port, timeout=seconds)


def _done(answer: tuple[str, Sequence[Any]]) -> Sequence[Any]:
    kind, data = answer
    if kind != "OK":
        raise MailboxTrouble("refused")
    return data


def _first(data: Sequence[Any]) -> bytes:
    return data[0] if data and isinstance(data[0], bytes) else b""
