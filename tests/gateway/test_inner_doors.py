"""Gateway, Rasa and actions prove themselves to each other; whoever cannot is turned away and told why."""

from __future__ import annotations

import asyncio
import stat
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot import doors
from conversations.ahead import ReadAhead
from conversations.rasa import SECRET_REFUSED, AssistantUnavailable, RasaAssistant
from core import metrics
from core.crypto import CryptoError
from core.database import Database
from core.settings import Settings
from gateway import running
from gateway.app import create_app
from gateway.doctor import inner_doors
from gateway.doctor.finding import Level
from gateway.keys import assistant_file, assistant_secret
from gateway.knowledge import LiveKnowledge
from gateway.processes import actions
from gateway.supervisor import write_address
from tests.gateway.asgi import call
from tests.gateway.conftest import app_settings

__all__ = ["app_settings"]  # fixtures

SECRET = "Xk2mP9qLw7RtZ4vB8nJ3"
RASA_KEY, ACTIONS_KEY = (doors.key_of(door, SECRET) for door in (doors.RASA, doors.ACTIONS))


def test_the_secret_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, _env_file=None)
    secret = assistant_secret(settings)
    assert len(secret) > 40
    assert assistant_secret(settings) == secret
    assert stat.S_IMODE(assistant_file(settings).stat().st_mode) == 0o600
    assert assistant_secret(Settings(data_dir=tmp_path / "other", _env_file=None)) != secret


def test_one_that_the_operator_gives_goes_before_it_and_may_lie_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text(SECRET + "\n")
    for given in (SECRET, f" {SECRET} ", f"file:{file}"):
        settings = Settings(data_dir=tmp_path / "data", assistant_secret=given, _env_file=None)
        assert assistant_secret(settings) == SECRET == doors.secret_in({doors.VARIABLE: given})
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("given", [None, "", "  ", "file:/nowhere/secret"])
def test_rasa_is_not_started_with_half_a_secret(given: str | None) -> None:
    with pytest.raises(doors.NoSecret, match=doors.VARIABLE):
        doors.secret_in({} if given is None else {doors.VARIABLE: given})


def test_an_empty_file_is_no_secret_and_its_remedy_is_told(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, _env_file=None)
    assistant_file(settings).parent.mkdir()
    assistant_file(settings).write_text("\n")
    with pytest.raises(CryptoError, match="delete it"):
        assistant_secret(settings)


def test_a_key_opens_its_own_door_alone() -> None:
    assert RASA_KEY != ACTIONS_KEY
    assert doors.opens(f"Bearer {RASA_KEY}", RASA_KEY)
    for key in (ACTIONS_KEY, SECRET, RASA_KEY[:-1], "", "\udcff"):
        assert not doors.opens(f"Bearer {key}", RASA_KEY)
    for header in (None, "", RASA_KEY):
        assert not doors.opens(header, RASA_KEY)


@pytest.mark.parametrize("path", ["/webhook", "/heard", "/healthz"])
async def test_the_actions_turn_away_whoever_lacks_their_key(sqlite: Database, path: str) -> None:
    app = actions.create_app(sqlite, LiveKnowledge(sqlite), key=ACTIONS_KEY)
    method = "GET" if path == "/healthz" else "POST"
    before = metrics.GUESSES.labels(metrics.GuessedDoor.ACTIONS)._value.get()
    for key in (None, RASA_KEY, SECRET):
        answer = await call(app, method, path, body=b"no json at all", headers=doors.shown(key))
        assert answer.status == 401
        assert doors.VARIABLE in answer.body.decode()
    assert metrics.GUESSES.labels(metrics.GuessedDoor.ACTIONS)._value.get() == before + 3
    healthy = await call(app, "GET", "/healthz", headers=doors.shown(ACTIONS_KEY))
    assert healthy.status == 200


class Guarded:
    """Rasa and the actions as the gateway meets them; ``asked`` holds addresses with their queries."""

    def __init__(self, keys: Sequence[str]) -> None:
        self.asked: list[str] = []
        self._keys = keys

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append(request.path_qs)
        if self._keys and not any(doors.opens(request.headers.get(doors.HEADER), key) for key in self._keys):
            return web.json_response({"error": doors.REFUSED}, status=401)
        reply = {"outcome": "answer", "messages": [{"text": "dạ"}]}
        return web.json_response([{"recipient_id": "c", "custom": {"reply": reply}}])


@pytest.fixture
async def guarded(request: pytest.FixtureRequest) -> AsyncIterator[tuple[Guarded, str]]:
    place = Guarded(getattr(request, "param", [RASA_KEY, ACTIONS_KEY]))
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", place.answer)
    async with TestServer(app) as server:
        yield place, str(server.make_url("")).rstrip("/")


async def test_a_turn_carries_the_key_and_no_address_holds_it(guarded: tuple[Guarded, str]) -> None:
    place, url = guarded
    assistant = RasaAssistant(url, timeout_seconds=5, headers=doors.shown(RASA_KEY))
    reply = await assistant.reply(conversation_id="c", text="xin chào", action=None, context={})
    ahead = ReadAhead(url, limit=200, headers=doors.shown(ACTIONS_KEY))
    ahead.tell("làm khai sinh ở đâu")
    await asyncio.gather(*ahead._telling)
    await ahead.close()
    await assistant.close()
    assert reply.messages[0].text == "dạ"
    assert place.asked == ["/webhooks/rest/webhook", "/heard"]


async def test_a_turn_with_another_secret_fails_and_says_why(guarded: tuple[Guarded, str]) -> None:
    assistant = RasaAssistant(guarded[1], timeout_seconds=5, headers=doors.shown(doors.key_of("rasa", "x")))
    with pytest.raises(AssistantUnavailable) as failed:
        await assistant.reply(conversation_id="c", text="xin chào", action=None, context={})
    await assistant.close()
    assert failed.value.reason == SECRET_REFUSED
    assert metrics.AssistantFailure.of(failed.value.reason) is metrics.AssistantFailure.SECRET_REFUSED


@pytest.mark.parametrize(("secret", "said"), [(SECRET, "ok"), ("another one", "refused"), (None, "refused")])
async def test_readiness_tells_a_wrong_secret_from_a_server_that_is_away(
    guarded: tuple[Guarded, str], app_settings: Settings, secret: str | None, said: str
) -> None:
    _, url = guarded
    app = create_app(app_settings, rasa_url=url, actions_url=url, assistant_secret=secret)
    answer = await call(app, "GET", "/readyz")
    assert answer.json() == {"database": "ok", "assistant": said, "actions": said}
    assert answer.status == (200 if said == "ok" else 503)


def test_processes_are_handed_the_secret_where_no_other_account_reads_it(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, assistant_secret=SECRET, _env_file=None)
    plan = running.make_plan(host="127.0.0.1", port=None)
    started = running.children(settings, plan, tmp_path / "model.tar.gz")
    assert not [child.name for child in started if any(SECRET in word for word in child.command)]
    told = {child.name for child in started if child.environment.get(doors.VARIABLE) == SECRET}
    assert {"gateway", "rasa", "actions"} <= told


@pytest.mark.parametrize(
    ("guarded", "secret", "about", "words"),
    [
        ([RASA_KEY, ACTIONS_KEY], SECRET, {("doors", Level.FINE)}, "chỉ mở cho ai có mật khẩu"),
        ([], SECRET, {("doors.rasa", Level.BAD), ("doors.actions", Level.BAD)}, "khi không ai đưa mật khẩu"),
        (
            [RASA_KEY, ACTIONS_KEY],
            "Yk2mP9qLw7RtZ4vB8nJ3",
            {("doors.rasa", Level.BAD), ("doors.actions", Level.BAD)},
            "không nhận mật khẩu của máy này",
        ),
    ],
    indirect=["guarded"],
)
async def test_the_doctor_tries_the_doors(
    guarded: tuple[Guarded, str], tmp_path: Path, secret: str, about: set[tuple[str, Level]], words: str
) -> None:
    _, url = guarded
    settings = Settings(data_dir=tmp_path, assistant_secret=secret, _env_file=None)
    assert await inner_doors.door_findings(settings) == [], "nothing runs here"
    write_address(settings.run_dir, url="http://127.0.0.1:9", token="t", rasa_url=url, actions_url=url)
    found = await inner_doors.door_findings(settings)
    assert {(one.about, one.level) for one in found} == about
    assert all(words in one.said and secret not in str(one) for one in found)


async def test_the_doctor_says_when_the_assistant_is_away(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, assistant_secret=SECRET, _env_file=None)
    nobody = "http://127.0.0.1:9"
    write_address(settings.run_dir, url=nobody, token="t", rasa_url=nobody, actions_url=nobody)
    found = await inner_doors.door_findings(settings)
    assert {(one.about, one.level) for one in found} == {
        ("doors.rasa", Level.BAD),
        ("doors.actions", Level.BAD),
    }
    assert all("không trả lời" in one.said and "systemctl restart" in one.remedy for one in found)


def test_the_doctor_names_a_chosen_secret_that_can_be_guessed(tmp_path: Path) -> None:
    weak = Settings(data_dir=tmp_path, assistant_secret="matkhau1", _env_file=None)
    (found,) = inner_doors.secret_findings(weak)
    assert doors.VARIABLE in found.said
    assert "matkhau1" not in str(found)
    assert not [*inner_doors.secret_findings(Settings(data_dir=tmp_path, _env_file=None))]
