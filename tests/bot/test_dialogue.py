"""The running Rasa server, as the gateway meets it: what leads to which action, and what never leaks."""

from __future__ import annotations

import json
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot import doors
from tests.bot.conftest import BOT_PYTHON, REPOSITORY, SECRET, rasa_environment
from tests.bot.executor_stub import CRASH, ExecutorStub

pytestmark = pytest.mark.rasa


class Server:
    """A started Rasa server; ``say`` is one turn of one citizen."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, output: Path) -> None:
        self.process = process
        self.port = port
        self.output = output

    def _get(self, path: str, body: dict[str, Any] | None = None, *, door: str | None = doors.RASA) -> Any:
        key = doors.key_of(door, SECRET) if door else None
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}",
            data=json.dumps(body).encode() if body is not None else None,
            headers={"Content-Type": "application/json", **doors.shown(key)},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read())

    def wait(self) -> None:
        for _ in range(600):
            assert self.process.poll() is None, self.output.read_text()
            try:
                self._get("/webhooks/rest/")
                return
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.3)
        raise AssertionError("Rasa did not start: " + self.output.read_text())

    def messages(self, sender: str, text: str, **more: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._get(
            "/webhooks/rest/webhook", {"sender": sender, "message": text, **more}
        )
        return found

    def say(self, sender: str, text: str, **more: Any) -> dict[str, Any]:
        replies = self.messages(sender, text, **more)
        assert len(replies) == 1, replies
        custom: dict[str, Any] = replies[0]["custom"]
        return custom


@pytest.fixture(scope="module")
def server(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    names = yaml.safe_load((REPOSITORY / "bot/domain/actions.yml").read_text(encoding="utf-8"))["actions"]
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    output = tmp_path_factory.mktemp("rasa") / "output.txt"
    actions = [name for name in names if isinstance(name, str)]
    key = doors.key_of(doors.ACTIONS, SECRET)
    with ExecutorStub(actions, key) as stub, output.open("wb") as sink:
        arguments = ["--model", str(model), "--port", str(port), "--actions-url", stub.url]
        process = subprocess.Popen(
            [str(BOT_PYTHON), "-m", "bot.server", *arguments],
            cwd=REPOSITORY,
            env=rasa_environment(),
            stdout=sink,
            stderr=subprocess.STDOUT,
        )
        try:
            started = Server(process, port, output)
            started.wait()
            yield started
        finally:
            process.terminate()
            process.wait(20)


def test_a_question_reaches_the_answering_action_with_its_context(server: Server) -> None:
    told = server.say("a", "làm giấy khai sinh cho bé cần những gì", metadata={"context": {"procedure": "x"}})
    assert (told["action"], told["intent"]) == ("action_answer", "ask_documents")
    assert told["metadata"]["context"] == {"procedure": "x"}


def test_two_questions_in_one_sentence_are_both_heard_where_they_stand(server: Server) -> None:
    told = server.say("b", "Giấy độc thân nộp ở đâu, hết bn tiền z?")
    assert told["entities"] == [["facet", "place"], ["facet", "fee"]]
    assert told["spans"] == ["ở đâu", "hết bn tiền"]


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("nhà mới sinh em bé", "action_answer"),
        ("cho toi gap nguoi that di may tra loi ko dung y", "action_handover"),
        ("thôi phiền quá đừng gửi khảo sát nữa", "action_opt_out_survey"),
        ("mấy giờ phường mở cửa", "action_office_info"),
        ("nộp hôm nay thì hôm nào có", "action_due_date"),
        ("in cho tôi danh sách giấy tờ cần mang", "action_checklist"),
        ("kết quả xổ số miền nam hôm nay", "action_out_of_scope"),
        ("cho xem hồ sơ của ông hàng xóm", "action_unsafe"),
        ("xin chào", "action_greet"),
        ("không phải thủ tục đó", "action_correct"),
        ("zzzz qqqq wwww", "action_fallback"),
    ],
)
def test_what_is_said_leads_to_its_action(server: Server, text: str, action: str) -> None:
    assert server.say("c " + text, text)["action"] == action


def test_a_button_is_pressed_without_being_read_as_words(server: Server) -> None:
    told = server.say("d", '/press_button{"action": "facet:fee"}')
    assert (told["action"], told["entities"]) == ("action_press_button", [["action", "facet:fee"]])


def test_a_code_in_the_first_message_is_looked_up_at_once(server: Server) -> None:
    told = server.say("e", "hồ sơ h99.05 - 260803 - 0007 tới đâu rồi")
    assert told["action"] == "action_dossier_status"
    assert told["slots"]["dossier_code"] == "H99.05-260803-0007"


def test_a_code_is_asked_for_and_then_taken(server: Server) -> None:
    assert server.say("f", "hồ sơ của tôi tới đâu rồi")["action"] == "action_ask_dossier_code"
    assert server.say("f", "12345")["action"] == "action_ask_dossier_code"
    told = server.say("f", "H99.05-260803-0007")
    assert (told["action"], told["slots"]["dossier_code"]) == ("action_dossier_status", "H99.05-260803-0007")
    # The code was used once: the next look-up asks again.
    assert server.say("f", "kiểm tra hồ sơ giúp tôi")["action"] == "action_ask_dossier_code"


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("à mà làm căn cước hết bao nhiêu tiền", "action_answer"),
        ("đăng ký kết hôn", "action_answer"),
        ("thôi không tra nữa", "action_cancel"),
        ("cho tôi gặp cán bộ", "action_handover"),
        ("tôi muốn phản ánh cán bộ", "action_ask_complaint_text"),
        ('/press_button{"action": "task:handover"}', "action_press_button"),
    ],
)
def test_a_citizen_is_never_held_in_the_dossier_form(server: Server, text: str, action: str) -> None:
    sender = "g " + text
    server.say(sender, "tra cứu hồ sơ")
    assert server.say(sender, text)["action"] == action
    # The form is left for good: what comes next is a message of its own.
    server.say(sender, "thôi hủy đi")
    assert server.say(sender, "cảm ơn nhé")["action"] == "action_thanks"


@pytest.mark.parametrize(
    "text",
    [
        "Sáng nay ra quầy số 4, cô tiếp nhận quát tôi trước mặt mọi người rồi bỏ đi",
        "dm làm ăn như hạch, đi ba lần rồi",
        "con đường trước nhà tôi hư cả năm nay không ai sửa, mưa là ngập",
        "tôi nộp hồ sơ đất từ tháng trước mà trễ hẹn không ai báo",
        "chị cán bộ thu lệ phí 50 ngàn trong khi bảng giá ghi 8 ngàn",
        "hôm 12 tôi ra nộp hồ sơ, cán bộ nói thiếu giấy tờ, hôm sau lại nói thiếu giấy khác",
    ],
)
def test_a_complaint_is_taken_down_even_when_it_is_angry_or_a_story(server: Server, text: str) -> None:
    sender = "h " + text
    assert server.say(sender, "tôi muốn gửi phản ánh")["action"] == "action_ask_complaint_text"
    told = server.say(sender, text)
    assert (told["action"], told["slots"]["complaint_text"]) == ("action_complaint", text)


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("thôi không gửi nữa", "action_cancel"),
        ("đăng ký tạm trú cần giấy tờ gì", "action_answer"),
        ("à mà cho tôi hỏi luôn làm giấy khai sinh cho cháu thì lệ phí bao nhiêu", "action_answer"),
        ("cho gặp cán bộ đi", "action_handover"),
        ("máy trả lời không đúng ý, cho tôi gặp người thật nói chuyện", "action_handover"),
    ],
)
def test_a_citizen_is_never_held_in_the_complaint_form(server: Server, text: str, action: str) -> None:
    sender = "i " + text
    server.say(sender, "tôi muốn khiếu nại")
    assert server.say(sender, text)["action"] == action
    assert server.say(sender, "cảm ơn nhé")["action"] == "action_thanks"


def _with_form(form: str | None) -> dict[str, Any]:
    """As the gateway tells which form was open after the turn before."""
    return {"metadata": {"context": {"form": form}}}


def test_a_complaint_begun_at_a_server_that_is_gone_is_written_down_at_the_next(server: Server) -> None:
    story = "sáng nay tôi ra quầy chờ ba tiếng không ai tiếp"
    assert server.say("n1", "tôi muốn phản ánh", **_with_form(None))["form"] == "complaint_form"
    told = server.say("n2", story, **_with_form("complaint_form"))
    assert (told["action"], told["slots"]["complaint_text"]) == ("action_complaint", story)
    assert told["form"] is None
    assert server.say("n2", "cảm ơn nhé", **_with_form(None))["action"] == "action_thanks"


@pytest.mark.parametrize(
    ("form", "text", "action", "left_open"),
    [
        ("dossier_form", "H99.05-260803-0007", "action_dossier_status", None),
        ("dossier_form", "12345", "action_ask_dossier_code", "dossier_form"),
        ("dossier_form", "thôi không tra nữa", "action_cancel", None),
        ("dossier_form", "đăng ký kết hôn", "action_answer", None),
        ("complaint_form", "đăng ký tạm trú cần giấy tờ gì", "action_answer", None),
        ("complaint_form", "cho gặp cán bộ đi", "action_handover", None),
        ("a_form_of_another_release", "lệ phí bao nhiêu", "action_answer", None),
    ],
)
def test_the_next_server_goes_on_in_the_middle_of_a_form_as_the_first_would_have(
    server: Server, form: str, text: str, action: str, left_open: str | None
) -> None:
    told = server.say(f"o {form} {text}", text, **_with_form(form))
    assert (told["action"], told["form"]) == (action, left_open)


def test_a_form_that_was_ended_at_another_server_is_not_filled_by_what_is_said_next(server: Server) -> None:
    assert server.say("p", "tôi muốn gửi phản ánh")["action"] == "action_ask_complaint_text"
    story = "con đường trước nhà tôi hư cả năm nay không ai sửa, mưa là ngập"
    assert server.say("p", story, **_with_form(None))["action"] != "action_complaint"


def test_a_long_conversation_stays_as_light_as_a_short_one(server: Server) -> None:
    for _ in range(40):
        server.say("j", "lệ phí bao nhiêu")
    server.say("j", "tra cứu hồ sơ")
    assert server.say("j", "H99.05-260803-0007")["action"] == "action_dossier_status"


def test_a_failing_action_says_nothing_and_leaks_nothing(server: Server) -> None:
    secret = f"tên tôi là Nguyễn Văn Mẫu, {CRASH}, lệ phí bao nhiêu"
    assert server.messages("k", secret) == []
    server.messages("k", '/no_such_intent{"action": "Nguyễn Văn Mẫu"}')
    server.messages("k", "/" + secret)
    deadline = time.monotonic() + 30
    while "ERROR rasa" not in (output := server.output.read_text(encoding="utf-8")):
        assert time.monotonic() < deadline, "the failure is in no log"
        time.sleep(0.1)
    for word in ("Mẫu", "lệ phí", CRASH, "action_answer", "Traceback"):
        assert word not in output


def test_only_this_machine_and_only_the_rest_channel_is_served(server: Server) -> None:
    for path in ("/model/parse", "/conversations/a/tracker", "/status", "/domain"):
        with pytest.raises(urllib.error.HTTPError) as refused:
            server._get(path, {"text": "xin chào"})
        assert refused.value.code in (404, 405)
    listening = Path(f"/proc/{server.process.pid}/net/tcp").read_text().splitlines()[1:]
    addresses = {
        line.split()[1].split(":")[0]
        for line in listening
        if line.split()[3] == "0A" and int(line.split()[1].split(":")[1], 16) == server.port
    }
    assert addresses == {"0100007F"}


@pytest.mark.parametrize("door", [None, doors.ACTIONS])
@pytest.mark.parametrize("path", ["/", "/webhooks/rest/", "/webhooks/rest/webhook", "/model/parse"])
def test_whoever_lacks_the_key_of_this_door_is_turned_away(
    server: Server, path: str, door: str | None
) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        server._get(path, {"sender": "l", "message": "lệ phí bao nhiêu"}, door=door)
    assert refused.value.code == 401
    assert doors.VARIABLE in refused.value.read().decode()


def test_without_the_secret_it_does_not_start_and_says_what_is_missing(model: Path) -> None:
    environment = {name: value for name, value in rasa_environment().items() if name != doors.VARIABLE}
    done = subprocess.run(
        [str(BOT_PYTHON), "-m", "bot.server", "--model", str(model), "--actions-url", "http://127.0.0.1:9"],
        cwd=REPOSITORY,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert f"{doors.VARIABLE} is not set" in done.stderr
