"""The process that citizens and machines reach: web pages, chat, API."""

from __future__ import annotations

import argparse
import os

import uvicorn

from core import garbage, logging, tracing
from core.settings import settings
from gateway.app import create_app
from gateway.keys import activate_keys


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
    )
    garbage.seldom()
    uvicorn.run(
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


if __name__ == "__main__":
    main()
