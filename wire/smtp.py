"""Mail through an SMTP server (RFC 5321), with ``aiosmtplib``.

The one unsure moment of SMTP is the text itself: before it nothing was taken, after its answer everything is
decided, and a line that breaks in between leaves nobody knowing. A mail server cannot be asked by our
reference, so such a mail is never sent again on its own.
"""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from email.message import EmailMessage

from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPConnectError,
    SMTPConnectResponseError,
    SMTPException,
    SMTPResponseException,
    SMTPSenderRefused,
)

from core.channel_settings import SmtpSettings
from core.database import utc_now
from wire.alarms import Trouble, Watcher
from wire.mail_message import compose
from wire.provider import Accepted, Ambiguous, Lookup, Outcome, OutgoingNotice, Rejected

NAME = "smtp"
_ENHANCED = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")


class Smtp:
    """Keeps a few lines to the server open and uses each for one mail at a time."""

    name = NAME

    def __init__(
        self,
        settings: SmtpSettings,
        *,
        watcher: Watcher,
        clock: Callable[[], datetime] = utc_now,
        tls_context: ssl.SSLContext | None = None,
    ) -> None:
        self._settings, self._watcher, self._clock, self._tls = settings, watcher, clock, tls_context
        self._gate = asyncio.Semaphore(settings.connections)
        self._idle: list[SMTP] = []

    async def send(self, notice: OutgoingNotice) -> Outcome:
        settings = self._settings
        if not notice.to.isascii():
            return Rejected(permanent=True, code="address")
        try:
            mail = compose(
                notice,
                sender=settings.sender or "",
                sender_name=settings.sender_name,
                reply_to=settings.reply_to,
                now=self._clock(),
            )
        except (ValueError, IndexError):  # what the header parser raises for an address that is none
            return Rejected(permanent=True, code="address")
        async with self._gate:
            return await self._deliver(mail, notice)

    async def lookup(self, reference: str) -> Lookup:
        return Lookup.CANNOT_TELL

    async def check(self) -> None:
        """Open a line, log in, close it; raises what the server or the network said."""
        line = await self._open()
        await line.quit()

    async def close(self) -> None:
        for line in self._idle:
            line.close()
        self._idle.clear()

    async def _deliver(self, mail: EmailMessage, notice: OutgoingNotice) -> Outcome:
        try:
            line = await self._announced(notice)
        except SMTPAuthenticationError as error:
            await self._watcher.alarm(self.name, Trouble.ACCOUNT, f"{error.code} authentication")
            return Rejected(permanent=False, code=_code(error))
        except SMTPSenderRefused as error:
            await self._watcher.alarm(self.name, Trouble.CONFIGURATION, f"{error.code} sender")
            return _refused(error)
        except SMTPConnectResponseError as error:  # it turns us away, not this mail
            return Rejected(permanent=False, code=_code(error))
        except SMTPResponseException as error:
            return _refused(error)
        except (SMTPException, OSError, TimeoutError) as error:
            return Rejected(permanent=False, code=type(error).__name__)
        try:
            answer = await line.data(mail.as_bytes())
        except SMTPResponseException as error:
            self._idle.append(line)
            return _refused(error)
        except (SMTPException, OSError, TimeoutError) as error:
            line.close()
            return Ambiguous(type(error).__name__)
        except BaseException:
            line.close()
            raise
        self._idle.append(line)
        # What the server calls it in its own log, for the office's administrator to ask about.
        return Accepted(provider_message_id=answer.message.strip()[:100] or None)

    async def _announced(self, notice: OutgoingNotice) -> SMTP:
        """A line on which sender and recipient are agreed. One that was idle may have gone stale."""
        if self._idle:
            line = self._idle.pop()
            try:
                await self._announce(line, notice)
            except SMTPResponseException as error:
                if error.code != 421:  # "closing the channel": stale after all
                    raise
            except (SMTPException, OSError, TimeoutError):
                pass
            else:
                return line
            line.close()
        line = await self._open()
        await self._announce(line, notice)
        return line

    async def _announce(self, line: SMTP, notice: OutgoingNotice) -> None:
        reports = line.supports_extension("dsn")
        try:
            await line.mail(
                self._settings.sender or "",
                options=["RET=HDRS", f"ENVID={notice.reference}"] if reports else [],
            )
            await line.rcpt(notice.to, options=["NOTIFY=FAILURE,DELAY"] if reports else [])
        except SMTPResponseException as error:
            if error.code == 421:
                line.close()
                raise
            with suppress(SMTPException, OSError, TimeoutError):
                await line.rset()
                self._idle.append(line)
            raise
        except BaseException:
            line.close()
            raise

    async def _open(self) -> SMTP:
        settings = self._settings
        password = settings.password.get_secret_value() if settings.password else None
        line = SMTP(
            hostname=settings.host,
            port=settings.port,
            username=settings.user,
            password=password,
            use_tls=settings.security == "tls",
            start_tls=settings.security == "starttls",
            tls_context=self._tls,
            timeout=settings.timeout_seconds,
        )
        try:
            await line.connect()
            if not line.last_ehlo_response:
                await line.ehlo()
        except SMTPConnectError:
            raise
        except BaseException:
            line.close()
            raise
        return line


def _refused(error: SMTPResponseException) -> Rejected:
    """4xx: later, 5xx: never (RFC 5321, section 4.2.1)."""
    return Rejected(permanent=error.code >= 500, code=_code(error))


def _code(error: SMTPResponseException) -> str:
    """The reply code, with the enhanced one where there is one (RFC 3463); never its words, which may name
    the recipient."""
    enhanced = _ENHANCED.search(error.message or "")
    return f"{error.code} {enhanced[0]}" if enhanced else str(error.code)
