"""A mail server that keeps what it gets and shows it on the page of the sandbox."""

from __future__ import annotations

import asyncio
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP

from gateway.sandbox.state import Fault, State


class Mailbox:
    """aiosmtpd's handler. Faults of ``smtp`` come at DATA, those of ``smtp-rcpt`` refuse a recipient."""

    def __init__(self, state: State) -> None:
        self._state = state
        self.raw: list[bytes] = []

    async def handle_RCPT(  # noqa: N802 - named by aiosmtpd
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        fault = self._state.fault("smtp-rcpt", about=address)
        if fault is not None:
            return f"{fault.code or 550} 5.1.1 <{address}>: no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        fault = self._state.fault("smtp", about=" ".join(envelope.rcpt_tos))
        if fault is not None and fault.kind is Fault.ERROR:
            return f"{fault.code or 554} refused by the sandbox"
        if fault is not None and fault.kind is Fault.HANG:
            await asyncio.sleep(fault.seconds)
        self._keep(envelope.content, envelope.rcpt_tos)
        if fault is not None and fault.kind is Fault.DROP:
            server.transport.abort()
        return "250 2.0.0 queued"

    def _keep(self, content: bytes, recipients: list[str]) -> None:
        self.raw.append(content)
        mail = message_from_bytes(content, policy=policy.default)
        assert isinstance(mail, EmailMessage)  # noqa: S101 - the default policy makes these
        plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
        attached = [part.get_filename() or part.get_content_type() for part in mail.iter_attachments()]
        for address in recipients:
            self._state.new(
                address,
                "email",
                str(mail.get("From", "")),
                plain.get_content() if plain else "",
                title=str(mail.get("Subject", "")),
                html=html.get_content() if html else "",
                attachments=attached,
            )


class MailServer:
    def __init__(self, state: State, *, host: str = "127.0.0.1", port: int = 0) -> None:
        self.mailbox = Mailbox(state)
        self._host, self._port = host, port
        self._server: asyncio.Server | None = None

    @property
    def port(self) -> int:
        assert self._server is not None  # noqa: S101
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def start(self) -> None:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: SMTP(self.mailbox, hostname="sandbox.invalid", enable_SMTPUTF8=True, loop=loop),
            self._host,
            self._port,
        )

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
