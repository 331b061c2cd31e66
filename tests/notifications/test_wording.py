"""The words of notices: what every one of them says, and what an editor is told about a mistake."""

from __future__ import annotations

import pytest
from jinja2 import TemplateError

from core.text.sms import SmsEncoding, measure, strip_marks
from core.yaml_shape import ContentShapeError
from dossiers.schemas import NOTIFIED
from notifications.schemas import Channel
from notifications.vocabulary import SPECIMEN, check, expected, short_unit
from notifications.wording import compile_wording, load_templates, read_folder, render
from tests.dossiers.samples import REPOSITORY

CONTENT = REPOSITORY / "content"
WORDINGS = load_templates(CONTENT)
EVENTS = [kind.short for kind in NOTIFIED]
LONG = (Channel.ZALO, Channel.EMAIL, Channel.WEB)


def said(event, channel, **more):
    return render(WORDINGS.find(event, Channel(channel)), {**SPECIMEN, **more}).text


def test_the_shipped_wordings_have_no_mistakes():
    assert check(read_folder(CONTENT)) == []
    assert len(WORDINGS) == len(expected())


@pytest.mark.parametrize("event", EVENTS)
def test_a_text_message_fits_into_one_part_and_names_neither_procedure_nor_person(event):
    text = strip_marks(said(event, "sms"))
    size = measure(text)
    assert (size.encoding, size.segments) == (SmsEncoding.GSM7, 1)
    for secret in ("procedure_name", "applicant_name", "officer"):
        assert strip_marks(SPECIMEN[secret]) not in text


@pytest.mark.parametrize("channel", LONG)
@pytest.mark.parametrize("event", EVENTS)
def test_a_notice_says_agency_officer_and_times_as_the_law_asks(event, channel):
    text = said(event, channel)
    for part in (SPECIMEN["dossier_code"], SPECIMEN["unit"], SPECIMEN["officer"], "8 giờ 30", "10 giờ 45"):
        assert part in text
    assert len(text) <= 900


@pytest.mark.parametrize("channel", ["zalo", "web"])
@pytest.mark.parametrize("event", EVENTS)
def test_a_chat_message_is_short(event, channel):
    assert len(said(event, channel)) <= 700


_DOCUMENTED = ["not_accepted", "supplement_requested", "financial_duty", "rejected", "stopped", "paused"]


@pytest.mark.parametrize(
    ("event", "channel"),
    # The text message about a delay has no room for it: it sends the citizen to the letter.
    [(event, channel) for event in _DOCUMENTED for channel in (*LONG, Channel.SMS)]
    + [("delayed", channel) for channel in LONG],
)
def test_a_notice_does_not_take_the_place_of_the_document(event, channel):
    assert "không thay" in said(event, channel)


@pytest.mark.parametrize("channel", LONG)
@pytest.mark.parametrize("event", ["fee_due", "financial_duty"])
def test_money_comes_with_each_amount_the_total_and_a_warning(event, channel):
    fees = [
        {"name": "Lệ phí", "amount": 25_000, "basis": None},
        {"name": "Phí", "amount": 150_000, "basis": "X"},
    ]
    text = said(event, channel, fees=fees, fees_total=175_000)
    assert "Lệ phí: 25.000 đồng\n" in text
    assert "Phí: 150.000 đồng (X)\n" in text
    assert "Tổng cộng: 175.000 đồng" in text
    assert "Không chuyển vào tài khoản cá nhân" in text


@pytest.mark.parametrize(("event", "channel"), sorted(expected()))
def test_no_notice_congratulates(event, channel):
    text = said(event, channel).lower()
    for word in ("chúc mừng", "vui mừng", "hân hạnh", "rất mong thông cảm", "!"):
        assert word not in text


@pytest.mark.parametrize("channel", LONG)
def test_a_delay_says_sorry_why_and_until_when(channel):
    text = said("delayed", channel)
    for part in ("xin lỗi", SPECIMEN["reason"], "Ngày hẹn mới: Chủ nhật 06/12/2026", "12/VB-UBND"):
        assert part in text


@pytest.mark.parametrize("channel", LONG)
@pytest.mark.parametrize("event", EVENTS)
def test_what_is_not_known_leaves_no_hole(event, channel):
    text = said(
        event, channel, due_at=None, new_due_at=None, received_at=None, reason=None, notice_number=None,
        items=[], fees=[], fees_total=None, applicant_name=None,
    )  # fmt: skip
    assert "None" not in text
    assert "  " not in text
    assert not any(line.rstrip().endswith((":", ": .")) for line in text.split("\n"))


def document(body="Hồ sơ {{ dossier_code }}", variables="[dossier_code]", name="received/sms.v1", **more):
    extra = "".join(f"{key}: {value}\n" for key, value in more.items())
    return {f"messages/{name}.yaml": f"variables: {variables}\n{extra}body: |\n  {body}\n"}


def problems(documents):
    return [str(problem) for problem in check(documents) if "còn thiếu" not in problem.problem]


@pytest.mark.parametrize(
    ("documents", "told"),
    [
        (document("{{ dossier_kode }}"), "'dossier_kode' mà chưa khai báo"),
        (document("Xin chào"), "khai báo 'dossier_code' mà không dùng"),
        (document("{{ dossier_code|upper }}"), "chỉ dùng các cách viết: money, date, time"),
        (document("{{ dossier_code "), "không dùng được câu mẫu"),
        (document("{{ procedure_name }}", "[procedure_name]"), "'procedure_name' không dùng được ở đây"),
        (document("{{ applicant_name }}", "[applicant_name]"), "'applicant_name' không dùng được ở đây"),
        (document("{{ dossier_code }} " + "dài " * 40), "rút gọn còn tối đa 160 ký tự"),
        (document("{{ dossier_code }} http://vidu.vn"), "đường dẫn viết cứng"),
        (document(name="received/zalo.v1"), "thiếu 'officer', luật yêu cầu"),
        (document(name="lost/sms.v1"), "không có loại tin này"),
        (document(name="received/fax.v1"), "tên tệp không đúng mẫu"),
        (document(colour="red"), "khóa này không có trong mẫu"),
        (document("{{ dossier_code + 5 }}"), "không điền được câu mẫu"),
    ],
)
def test_a_mistake_is_named_with_its_file_and_remedy(documents, told):
    found = problems(documents)
    assert any(told in problem for problem in found)
    assert all(next(iter(documents)) in problem for problem in found)


def test_a_missing_wording_is_named():
    assert any("messages/otp/sms.v1.yaml" in str(problem) for problem in check({}))


@pytest.mark.parametrize("attack", ["{{ ''.__class__.__mro__ }}", "{{ dossier_code.__class__.__init__ }}"])
def test_a_template_cannot_reach_into_the_program(attack):
    wording = compile_wording(*next(iter(document(attack + " {{ dossier_code }}").items())))
    with pytest.raises(TemplateError):
        render(wording, SPECIMEN)


def test_what_another_system_wrote_is_never_run_and_cannot_fake_lines():
    text = said("not_accepted", "zalo", reason="{{ unit }}\nTổng cộng: 0 đồng\x07")
    assert "Lý do: {{ unit }} Tổng cộng: 0 đồng\n" in text


def test_a_newer_version_is_used(tmp_path):
    folder = tmp_path / "messages/received"
    folder.mkdir(parents=True)
    for version in (2, 10, 9):
        (folder / f"sms.v{version}.yaml").write_text(
            f"variables: [dossier_code]\nbody: '{version} {{{{ dossier_code }}}}'\n", encoding="utf-8"
        )
    wording = load_templates(tmp_path).find("received", Channel.SMS)
    assert (wording.version, wording.identity) == (10, "received/sms")


def test_a_folder_with_a_mistake_is_refused_whole(tmp_path):
    (tmp_path / "messages/received").mkdir(parents=True)
    (tmp_path / "messages/received/sms.v1.yaml").write_text("body: x\n", encoding="utf-8")
    with pytest.raises(ContentShapeError):
        load_templates(tmp_path)


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Ủy ban nhân dân phường Quy Nhơn", "UBND P.Quy Nhơn"),
        ("Trung tâm Phục vụ hành chính công phường Long Khánh", "TT HCC P.Long Khánh"),
        ("Ủy ban nhân dân xã Tuy Phước", "UBND X.Tuy Phước"),
    ],
)
def test_a_unit_has_a_short_name_for_text_messages(name, short):
    assert short_unit(name) == short
