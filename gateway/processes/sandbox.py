"""The process that plays the providers: see ``gateway.sandbox``."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
from pathlib import Path

from core import logging
from core.settings import settings
from gateway.sandbox.accounts import Accounts
from gateway.sandbox.server import Sandbox

ACCOUNTS = "MOTCUA_SANDBOX_ACCOUNTS"
"""The invented accounts as JSON; without it they are made up afresh."""
KEY = "MOTCUA_SANDBOX_KEY"
"""The key with which the sandbox posts events and reads the ledger."""


async def run(sandbox: Sandbox, *, host: str, port: int, smtp_port: int) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    await sandbox.start(host=host, port=port, smtp_port=smtp_port)
    await stop.wait()
    await sandbox.stop()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--smtp-port", type=int, default=0)
    parser.add_argument("--gateway-url", required=True)
    parser.add_argument("--outbox", type=Path)
    arguments = parser.parse_args()
    logging.configure(settings().log_level, process="sandbox")
    given = os.environ.get(ACCOUNTS)
    sandbox = Sandbox(
        Accounts.from_json(given) if given else Accounts(),
        gateway_url=arguments.gateway_url,
        outbox=arguments.outbox,
        key=os.environ.get(KEY),
    )
    asyncio.run(run(sandbox, host=arguments.host, port=arguments.port, smtp_port=arguments.smtp_port))


if __name__ == "__main__":
    main()
