"""The doors between our own processes: closed to whoever lacks the secret, open to whoever has it."""

from __future__ import annotations

import os
from collections.abc import Iterator

from bot import doors
from conversations.servers import servers_of
from core.crypto import CryptoError
from core.settings import Settings
from gateway.api.health import Answer, answer_of
from gateway.cli.client import known_address
from gateway.doctor.finding import Finding, Level, fine
from gateway.doctor.secrets import weakness_of
from gateway.keys import assistant_secret


def secret_findings(settings: Settings) -> Iterator[Finding]:
    """One that was chosen; one that was made is good."""
    if settings.assistant_secret is None:
        return
    if (why := weakness_of(settings.assistant_secret.get_secret_value())) is not None:
        yield Finding(
            "doors.secret", Level.BAD, f"{doors.VARIABLE} {why}",
            f"bỏ {doors.VARIABLE} để máy tự đặt; nhiều máy chung trợ lý thì đặt một chuỗi ngẫu nhiên dài",
        )  # fmt: skip


async def door_findings(settings: Settings) -> list[Finding]:
    """Of what runs on this machine, and of the servers that ``MOTCUA_RASA_URL`` names."""
    address = known_address(settings)
    rasa = os.environ.get("MOTCUA_RASA_URL") or (address and address.rasa_url) or ""
    actions = (address and address.actions_url) or ""
    places = [
        *((doors.RASA, url, url) for url in servers_of(rasa)),
        *((doors.ACTIONS, url, f"{url}/healthz") for url in servers_of(actions)),
    ]
    if not places:
        return []
    try:
        secret = assistant_secret(settings)
    except CryptoError as error:
        return [Finding("doors.secret", Level.BAD, str(error), "xóa tệp ấy rồi khởi động lại")]
    found = []
    for door, name, url in places:
        without = await answer_of(url, {})
        if without is Answer.OK:
            found.append(
                Finding(
                    f"doors.{door}", Level.BAD, f"{name} ({door}) trả lời cả khi không ai đưa mật khẩu",
                    "khởi động lại bằng motcua up của bản này",
                )
            )  # fmt: skip
        elif without is Answer.DOWN:
            found.append(
                Finding(
                    f"doors.{door}", Level.BAD, f"{name} ({door}) không trả lời: trợ lý không đáp được ai",
                    f"xem logs/{door}.log; treo hay không rõ vì sao thì chạy: systemctl restart motcua",
                )
            )  # fmt: skip
        elif without is Answer.REFUSED:
            with_key = await answer_of(url, doors.shown(doors.key_of(door, secret)))
            if with_key is Answer.REFUSED:
                found.append(
                    Finding(
                        f"doors.{door}", Level.BAD, f"{name} ({door}) không nhận mật khẩu của máy này",
                        f"đặt cùng một {doors.VARIABLE} trên các máy chung trợ lý rồi khởi động lại",
                    )
                )  # fmt: skip
    return found or [fine("doors", "Rasa và actions chỉ mở cho ai có mật khẩu chung.")]
