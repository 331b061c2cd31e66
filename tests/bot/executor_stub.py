"""An action executor that tells what Rasa asked it for, over the real wire format, in a thread."""

from __future__ import annotations

import asyncio
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import ActionExecutor, CollectingDispatcher

from bot import doors
from bot.actions.forms import FORMS

CRASH = "xin hãy hỏng"


class _Told(Action):  # type: ignore[misc]
    def __init__(self, action_name: str) -> None:
        self.action_name = action_name

    def name(self) -> str:
        return self.action_name

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        latest = tracker.latest_message
        if CRASH in (latest.get("text") or ""):
            raise RuntimeError(latest["text"])
        dispatcher.utter_message(
            json_message={
                "action": self.action_name,
                "intent": latest["intent"]["name"],
                "entities": [(entity["entity"], entity["value"]) for entity in latest["entities"]],
                "spans": [
                    latest["text"][entity["start"] : entity["end"]]
                    for entity in latest["entities"]
                    if "start" in entity
                ],
                "slots": {slot: tracker.get_slot(slot) for slot in ("dossier_code", "complaint_text")},
                "metadata": latest.get("metadata"),
                "form": tracker.active_loop_name,
            }
        )
        # What the product's own actions do: a form's answer is used once.
        finished = {"action_dossier_status": "dossier_code", "action_complaint": "complaint_text"}
        if self.action_name in finished:
            return [{"event": "slot", "name": finished[self.action_name], "value": None}]
        return []


class ExecutorStub:
    """Listens on the loopback while used as a context; ``url`` is what Rasa calls. Whoever lacks ``key`` is
    turned away, as by the product's own actions.
    """

    def __init__(self, action_names: list[str], key: str) -> None:
        self.executor = ActionExecutor()
        for name in action_names:
            if not name.startswith("validate_"):
                self.executor.register_action(_Told(name))
        for form in FORMS:
            self.executor.register_action(form())
        executor = self.executor

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                if not doors.opens(self.headers[doors.HEADER], key):
                    self.send_error(401)
                    return
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                body.setdefault("domain", {})  # sent to the form validators only
                try:
                    result = asyncio.run(executor.run(body))
                    status, answer = 200, result.model_dump() if result else {}
                except RuntimeError:
                    status, answer = 500, {}
                payload = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(payload)))
                self.end_headers()
                self.wfile.write(payload)

            def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/webhook"

    def __enter__(self) -> ExecutorStub:
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()
