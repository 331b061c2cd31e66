"""Starts Rasa for the gateway: loopback only, REST channel only, no management interface, quiet output.

``python -m bot.server --model MODEL --port 5005 --actions-url http://127.0.0.1:5055/webhook``, with the
repository root as working directory and on PYTHONPATH, in the environment of ``bot/pyproject.toml``, and with
MOTCUA_ASSISTANT_SECRET: without it nobody is let in, and no action lets Rasa in.
"""

from __future__ import annotations

import argparse
import os
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from bot import doors, open_form
from bot.fingerprint import ROOT, model_name
from bot.quiet_log import say, silence


def _environment(actions_url: str) -> None:
    """Settings that libraries read while they are imported."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ.update(
        MOTCUA_ACTIONS_URL=actions_url,
        RASA_TELEMETRY_ENABLED="false",
        TF_CPP_MIN_LOG_LEVEL="3",
        CUDA_VISIBLE_DEVICES="",
        LOG_LEVEL="WARNING",
        LOG_LEVEL_LIBRARIES="ERROR",
    )


def use_cached_validator() -> None:
    """Compile the schema of action results once: Rasa does it on every call, over half of a turn's CPU."""
    from jsonschema.exceptions import best_match
    from jsonschema.validators import validator_for
    from rasa.core.actions.action import RemoteAction

    @lru_cache(maxsize=1)
    def validator() -> Any:
        schema = RemoteAction.action_response_format_spec()
        return validator_for(schema)(schema)

    def validate(_action: Any, result: dict[str, Any]) -> bool:
        error = best_match(validator().iter_errors(result))
        if error is not None:
            raise error
        return True

    RemoteAction._validate_action_result = validate


def close_door(app: Any, key: str) -> None:
    """Answer 401 to every call without the key. Rasa's own tokens guard its management interface alone, and
    the REST channel has none.
    """
    from sanic import response

    async def known(request: Any) -> Any:
        if doors.opens(request.headers.get(doors.HEADER), key):
            return None
        return response.json({"error": doors.REFUSED}, status=401, headers={"WWW-Authenticate": "Bearer"})

    app.register_middleware(known, "request")


def hear_open_forms(app: Any) -> None:
    """Each turn says which form is open."""

    async def hear(request: Any) -> None:
        if request.method == "POST":
            open_form.hear(request.json)

    app.register_middleware(hear, "request")


def serve(model: Path, port: int, actions_url: str, secret: str) -> None:
    """Load ``model`` and answer on 127.0.0.1 until stopped; returns when the server has stopped."""
    _environment(actions_url)
    silence()
    from rasa.core.run import close_resources, configure_app, create_http_input_channels, load_agent_on_start
    from rasa.core.utils import AvailableEndpoints
    from rasa.utils.common import update_sanic_log_level

    use_cached_validator()
    endpoints = AvailableEndpoints.read_endpoints(str(ROOT / "endpoints.yml"))
    endpoints.action.headers.update(doors.shown(doors.key_of(doors.ACTIONS, secret)))
    channels = create_http_input_channels(None, str(ROOT / "credentials.yml"))
    app = configure_app(channels, enable_api=False, endpoints=endpoints, port=port)
    close_door(app, doors.key_of(doors.RASA, secret))
    hear_open_forms(app)
    app.register_listener(partial(load_agent_on_start, str(model), endpoints, None), "before_server_start")
    app.register_listener(lambda *_: say(f"rasa: listening on 127.0.0.1:{port}"), "after_server_start")
    app.register_listener(close_resources, "after_server_stop")
    update_sanic_log_level()
    app.run(host="127.0.0.1", port=port, workers=1, access_log=False, debug=False, motd=False)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bot.server", description=__doc__)
    parser.add_argument("--model", type=Path, required=True, help="model file, as printed by bot.train")
    parser.add_argument("--port", type=int, default=5005)
    parser.add_argument("--actions-url", required=True, help="address of the action executor")
    arguments = parser.parse_args()
    if not arguments.model.is_file():
        parser.error(f"no model at {arguments.model}: run python -m bot.train --out {arguments.model.parent}")
    try:
        secret = doors.secret_in(os.environ)
    except doors.NoSecret as error:
        parser.error(str(error))
    if not arguments.model.name.startswith(model_name()):
        say("rasa: the model is older than the training data; run python -m bot.train")
    serve(arguments.model.resolve(), arguments.port, arguments.actions_url, secret)


if __name__ == "__main__":
    main()
