"""The sandbox itself: settings that are complete, a page that says what to mend, copies in a folder."""

from __future__ import annotations

import json

import aiohttp
import pytest

from core.settings import Settings
from gateway.sandbox.accounts import Accounts
from gateway.sandbox.server import Sandbox


def test_its_settings_leave_nothing_missing_and_print_no_secret(tmp_path, monkeypatch) -> None:
    accounts = Accounts()
    for name, value in accounts.environment("http://127.0.0.1:8090", smtp_port=8025).items():
        monkeypatch.setenv(name, value)
    settings = Settings(data_dir=tmp_path, _env_file=None)  # type: ignore[call-arg]
    for group in (settings.zalo, settings.esms, settings.telegram, settings.twilio, settings.smtp):
        assert group.missing == []
    assert "fee_due" in settings.zalo.templates
    shown = repr(settings)
    assert accounts.zalo_app_secret not in shown
    assert accounts.esms_secret not in shown
    assert Accounts.from_json(accounts.to_json()) == accounts


def test_a_secret_may_stand_in_a_file_and_a_missing_file_is_named(tmp_path, monkeypatch) -> None:
    secret = tmp_path / "secret"
    secret.write_text("bí mật\n", encoding="utf-8")
    monkeypatch.setenv("MOTCUA_ZALO__APP_SECRET", f"file:{secret}")
    settings = Settings(data_dir=tmp_path, _env_file=None)  # type: ignore[call-arg]
    assert settings.zalo.app_secret is not None
    assert settings.zalo.app_secret.get_secret_value() == "bí mật"
    monkeypatch.setenv("MOTCUA_ZALO__APP_SECRET", f"file:{secret}.gone")
    with pytest.raises(ValueError, match="không đọc được"):
        Settings(data_dir=tmp_path, _env_file=None)  # type: ignore[call-arg]


@pytest.mark.parametrize(
    ("path", "body", "problem"),
    [
        ("/api/say", {"phone": "0900000001", "channel": "zalo", "text": " "}, "chưa có chữ nào"),
        ("/api/say", {"phone": "0900000001", "channel": "thư", "text": "a"}, "zalo, telegram hoặc sms"),
        ("/api/say", {"phone": "09", "channel": "zalo", "text": "a"}, "ít nhất chín số"),
        ("/api/press", {"id": "none"}, "không có tin này"),
        ("/api/do", {"what": "fly", "phone": "0900000001"}, "không có việc này"),
        ("/api/fault", {"provider": "zalo-zbs", "kind": "fly"}, "lỗi là một trong"),
        ("/api/fault", {"provider": "nobody", "kind": "hang"}, "nhà cung cấp là một trong"),
    ],
)
async def test_the_page_says_what_to_mend(path: str, body: dict, problem: str) -> None:
    sandbox = Sandbox(mail=False)
    await sandbox.start()
    try:
        async with aiohttp.ClientSession() as session, session.post(sandbox.url + path, json=body) as answer:
            assert answer.status == 400
            assert problem in json.loads(await answer.text())["problem"]
    finally:
        await sandbox.stop()


async def test_what_arrives_is_on_the_page_and_in_the_folder(tmp_path) -> None:
    sandbox = Sandbox(mail=False, outbox=tmp_path / "outbox")
    await sandbox.start()
    try:
        sandbox.state.new("+84900000001", "sms", "MOTCUA", "Ho so H99.01-261102-0001 dang xu ly.")
        async with aiohttp.ClientSession() as session:
            async with session.get(sandbox.url + "/api/arrivals") as answer:
                (one,) = (await answer.json())["arrivals"]
            async with session.get(sandbox.url + "/") as answer:
                page, policy = await answer.text(), answer.headers["Content-Security-Policy"]
    finally:
        await sandbox.stop()
    assert one["text"].startswith("Ho so")
    assert "Điện thoại của người dân" in page
    assert "default-src 'self'" in policy
    (file,) = (tmp_path / "outbox").glob("*.txt")
    assert "H99.01-261102-0001" in file.name
