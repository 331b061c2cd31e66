"""Every server of the sandbox on one port, and the mail server beside it."""

from __future__ import annotations

from pathlib import Path

from aiohttp import web

from gateway.sandbox.accounts import Accounts
from gateway.sandbox.file_copy import FileCopy
from gateway.sandbox.mail import MailServer
from gateway.sandbox.page import Page
from gateway.sandbox.sms import EsmsServer, SmallGateways, TwilioServer
from gateway.sandbox.state import Person, State
from gateway.sandbox.storyteller import Storyteller
from gateway.sandbox.telegram import TelegramServer
from gateway.sandbox.wire import Caller, Wire
from gateway.sandbox.zalo.server import ZaloServer

# Numbers of the sample city. Two have no Zalo, so that a text message can be seen too.
PEOPLE = [
    Person("+84900000001", "Trần Thị Thử"),
    Person("+84900000002", "Lê Văn Ví Dụ", has_zalo=False),
    Person("+84900000003", "Phạm Thị Mẫu"),
    Person("+84900000004", "Đỗ Văn Thử"),
    Person("+84900000005", "Võ Thị Ví Dụ", has_zalo=False),
    Person("+84900000006", "Nguyễn Văn Mẫu"),
]


class Sandbox:
    """``gateway_url=None``: deliveries to the product are kept and not sent (for tests).

    ``outbox``: a folder that gets a readable copy of whatever arrives on a phone. ``key``: of a machine
    client of the product, with which stories are told.
    """

    def __init__(
        self,
        accounts: Accounts | None = None,
        *,
        gateway_url: str | None = None,
        people: list[Person] | None = None,
        mail: bool = True,
        outbox: Path | None = None,
        key: str | None = None,
    ) -> None:
        self.accounts = accounts or Accounts()
        self.state = State(PEOPLE if people is None else people)
        if outbox is not None:
            self.state.seen_by(FileCopy(outbox))
        self.caller = Caller(gateway_url)
        self.wire = Wire(self.state, self.caller)
        self.storyteller = Storyteller(self.state, gateway_url, key)
        self.zalo = ZaloServer(self.wire, self.accounts)
        self.twilio = TwilioServer(self.wire, self.accounts)
        self.esms = EsmsServer(self.wire, self.accounts)
        self.telegram = TelegramServer(self.wire, self.accounts)
        self.mail = MailServer(self.state) if mail else None
        self._runner: web.AppRunner | None = None
        self.url = ""

    def application(self) -> web.Application:
        app = web.Application(client_max_size=32 * 1024 * 1024)
        for server in (self.zalo, self.twilio, self.esms, self.telegram, SmallGateways(self.wire)):
            app.add_routes(server.routes())
        app.add_routes(Page(self).routes())
        return app

    async def start(self, *, host: str = "127.0.0.1", port: int = 0, smtp_port: int = 0) -> None:
        self._runner = web.AppRunner(self.application(), access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port)
        await site.start()
        self.url = f"http://{host}:{self._runner.addresses[0][1]}"
        if self.mail is not None:
            self.mail = MailServer(self.state, host=host, port=smtp_port)
            await self.mail.start()

    async def stop(self) -> None:
        await self.storyteller.close()
        await self.caller.close()
        if self.mail is not None:
            await self.mail.stop()
        if self._runner is not None:
            await self._runner.cleanup()
