"""The process that citizens and machines reach: web pages, chat, API."""

from __future__ import annotations

import argparse
import os
from types import FrameType

import uvicorn
from fastapi import FastAPI

from core import garbage, logging, tracing
from core.settings import settings
from gateway.app import create_app
from gateway.keys import activate_keys, assistant_secret


class Server(uvicorn.Server):
    """Whoever waits for news is sent away when the gateway is asked to stop: nobody else is let in while they
    wait, and a restart must not last as long as their patience. Turns under way are finished.
    """

    def __init__(self, app: FastAPI, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._app = app

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._app.state.leaving = True
        super().handle_exit(sig, frame)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    arguments = parser.parse_args()
    logging.configure(settings().log_level, process="gateway")
    tracing.configure("gateway")
    activate_keys(settings())
    app = create_app(
        settings(),
        rasa_url=os.environ.get("MOTCUA_RASA_URL", "http://127.0.0.1:5005"),
        actions_url=os.environ.get("MOTCUA_ACTIONS_URL"),
        local_token=os.environ.get("MOTCUA_LOCAL_TOKEN"),
        assistant_secret=assistant_secret(settings()),
    )
    garbage.seldom()
    config = uvicorn.Config(
        app,
        host=arguments.host,
        port=arguments.port,
        log_level="warning",
        access_log=False,
        ws_max_size=64 * 1024,
        proxy_headers=bool(settings().trusted_proxies),
        forwarded_allow_ips=list(settings().trusted_proxies),
        server_header=False,
    )
    Server(app, config).run()


if __name__ == "__main__":
    main()
