"""Signed events of Zalo: the envelope, and the signature over its bytes."""

from __future__ import annotations

from typing import Any

from gateway.sandbox.accounts import Accounts
from gateway.sandbox.state import Person
from gateway.sandbox.wire import Delivery, Wire, compact, url_for
from wire.zalo.signature import SIGNATURE_HEADER, signature


class ZaloEvents:
    def __init__(self, wire: Wire, accounts: Accounts) -> None:
        self._wire, self._state, self._accounts = wire, wire.state, accounts

    def from_citizen(self, name: str, person: Person, **parts: Any) -> Delivery:
        envelope = self._envelope(name, sender=person.zalo_id, recipient=self._accounts.zalo_oa_id)
        stamp = envelope.pop("timestamp")
        return self.send({**envelope, **parts, "timestamp": stamp})

    def from_oa(self, name: str, recipient: str) -> dict[str, Any]:
        return self._envelope(name, sender=self._accounts.zalo_oa_id, recipient=recipient)

    def _envelope(self, name: str, *, sender: str, recipient: str) -> dict[str, Any]:
        return {
            "app_id": self._accounts.zalo_app_id,
            "user_id_by_app": f"5{sender[1:]}",
            "event_name": name,
            "sender": {"id": sender},
            "recipient": {"id": recipient},
            "timestamp": self._state.millis(),
        }

    def send(self, event: dict[str, Any]) -> Delivery:
        delivery = self.signed(event)
        self._wire.caller.deliver(delivery)
        return delivery

    def signed(self, event: dict[str, Any], *, secret: str | None = None) -> Delivery:
        """A signed delivery of an event."""
        raw = compact(event)
        mac = signature(
            self._accounts.zalo_app_id,
            raw,
            str(event["timestamp"]),
            secret or self._accounts.zalo_webhook_secret,
        )
        headers = {"Content-Type": "application/json", SIGNATURE_HEADER: f"mac={mac}"}
        return Delivery("POST", url_for(self._wire.caller, "/webhooks/zalo"), headers, raw)
