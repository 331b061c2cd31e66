"""The words of notices: what every one of them says, and what an editor is told about a mistake."""

from __future__ import annotations

import pytest

from core.text.sms import SmsEncoding, measure, strip_marks
from core.yaml_shape import ContentShapeError
from dossiers.vocabularies import NOTIFIED
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
    assert len(text) <= (1200 if event in ("fee_due", "financial_duty") else 900)


@pytest.mark.parametrize("channel", ["zalo", "web"])
@pytest.mark.parametrize("event", EVENTS)
def test_a_chat_message_is_short(event, channel):
    # Who must pay is told eight things; nobody else is told so much at once.
    assert len(said(event, channel)) <= (950 if event in ("fee_due", "financial_duty") else 700)


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
        (document("{{ dossier_code|upper }}"), "chỉ dùng các cách viết: money, date, shortdate, time"),
        (document("{{ dossier_code "), "không dùng được câu mẫu"),
        (document("{{ procedure_name }}", "[procedure_name]"), "'procedure_name' không dùng được ở đây"),
        (document("{{ applicant_name }}", "[applicant_name]"), "'applicant_name' không dùng được ở đây"),
        (document("{{ dossier_code }} " + "dài " * 40), "rút gọn còn tối đa 160 ký tự"),
        (document("{{ dossier_code }} http://vidu.vn"), "đường dẫn viết cứng"),
        (document(name="received/zalo.v1"), "thiếu 'officer', luật yêu cầu"),
        (document(name="lost/sms.v1"), "không có loại tin này"),
        (document(name="received/fax.v1"), "tên tệp không đúng mẫu"),
        (document(colour="red"), "khóa này không có trong mẫu"),
        (document("{{ dossier_code + 5 }}"), "không được dùng 'Add'"),
        (document("{% set x = dossier_code %}{{ x }}"), "không được dùng 'Assign'"),
        (document("{{ dossier_code.strip() }}"), "không được dùng 'Call'"),
        (document("{{ dossier_code[0] }}"), "không được dùng 'Getitem'"),
        (document("{{ dossier_code|money }}"), "không điền được câu mẫu"),
        (document("{{ dossier_code }} www.vidu.com"), "đường dẫn viết cứng"),
        (document("{{ dossier_code }} gọi 0900 000 001"), "có số điện thoại viết cứng"),
        (document("{{ dossier_code }} gọi 1900 1234"), "có số điện thoại viết cứng"),
        (document("{{ page_link }}", "[page_link]"), "'page_link' không dùng được ở đây"),
        (
            document("{{ dossier_code }} đã dừng giải quyết, lý do ghi trong văn bản gửi ông/bà."),
            "bỏ dấu thì 'dừng' dễ đọc thành 'đúng, dùng'. Cách sửa: viết ngừng",
        ),
        (document(name="received/email.v1", short="'{{ dossier_code }}'"), "chỉ tin SMS có lời ngắn"),
    ],
)
def test_a_mistake_is_named_with_its_file_and_remedy(documents, told):
    found = problems(documents)
    assert any(told in problem for problem in found)
    assert all(next(iter(documents)) in problem for problem in found)


def test_a_missing_wording_is_named():
    assert any("messages/otp/sms.v1.yaml" in str(problem) for problem in check({}))


@pytest.mark.parametrize(
    "attack",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ dossier_code.__class__.__init__ }}",
        "{{ dossier_code|attr('x') }}",
        "{% include 'x' %}",
        "{% for x in dossier_code recursive %}{{ loop(x) }}{% endfor %}",
        "{% macro m() %}{% endmacro %}{{ m() }}",
    ],
)
def test_a_template_cannot_reach_into_the_program(attack):
    with pytest.raises(ContentShapeError):
        compile_wording(*next(iter(document(attack + " {{ dossier_code }}").items())))


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


SMS_EVENTS = [event for event in EVENTS if event != "delayed"]


@pytest.mark.parametrize("event", SMS_EVENTS)
def test_a_text_message_says_code_date_and_portal(event):
    text = said(event, "sms", due_at=None, new_due_at=None)
    assert SPECIMEN["dossier_code"] in text
    assert SPECIMEN["lookup_address"] in text
    assert "/2026" in text


@pytest.mark.parametrize("channel", LONG)
@pytest.mark.parametrize("event", ["fee_due", "financial_duty"])
def test_who_must_pay_is_told_to_whom_until_when_how_and_what_to_do_if_it_is_wrong(event, channel):
    text = said(event, channel)
    for part in (
        "12/VB-UBND ngày Chủ nhật 22/11/2026", SPECIMEN["issuer"], "Hạn nộp: Chủ nhật 20/12/2026",
        SPECIMEN["pay_link"], "Không chuyển vào tài khoản cá nhân", "thì khoan nộp", "0256 000 0000",
    ):  # fmt: skip
        assert part in text
    unknown = said(event, channel, pay_link=None, pay_by=None, notice_number=None, hotline=None)
    assert f"vào {SPECIMEN['lookup_address']}, mục Thanh toán" in unknown
    assert "Hạn nộp" not in unknown


@pytest.mark.parametrize("channel", LONG)
def test_who_has_paid_is_told_where_the_receipt_is(channel):
    assert f"Xem biên lai: {SPECIMEN['receipt_link']}" in said("fee_paid", channel)
    assert "Xem biên lai: vào" in said("fee_paid", channel, receipt_link=None)


@pytest.mark.parametrize("event", EVENTS)
def test_a_zalo_template_message_fits_zalo_and_names_what_the_law_asks_for(event):
    wording = WORDINGS.find(event, Channel.ZALO)
    rendered = render(wording, SPECIMEN)
    assert wording.zbs is not None
    assert rendered.parameters is not None
    assert wording.zbs.too_long(rendered.parameters) == []
    shown = wording.zbs.preview(rendered.parameters)
    for part in (SPECIMEN["dossier_code"], SPECIMEN["unit"], SPECIMEN["officer"], "8 giờ 30"):
        assert part in shown


def test_a_long_name_is_cut_for_zalo_and_a_long_code_goes_by_text_message_instead():
    wording = WORDINGS.find("received", Channel.ZALO)
    cut = render(wording, {**SPECIMEN, "officer": "Công Tằng Tôn Nữ Mẫu Thị Ví Dụ Rất Dài"}).parameters
    assert cut["nguoi_giai_quyet"] == "Công Tằng Tôn Nữ Mẫu Thị Ví…"
    assert (
        render(wording, {**SPECIMEN, "procedure_name": "Đăng ký " * 40}).parameters["thu_tuc"].endswith("…")
    )
    assert render(wording, {**SPECIMEN, "dossier_code": "H15." * 9}).parameters is None


ZBS = """variables: [dossier_code]
body: "{{ dossier_code }}"
zbs:
  title: "%s"
  paragraphs: ["%s"]
  parameters: [{name: ma, kind: %s, value: "{{ dossier_code }}"}]
"""


@pytest.mark.parametrize(
    ("title", "paragraph", "kind", "told"),
    [
        ("Ngắn", "Hồ sơ <ma> đã xong", "code", "Zalo nhận từ 9 đến 65 ký tự"),
        ("Hồ sơ đã có kết quả", "Xem vidu.gov.vn: hồ sơ <ma>", "code", "Zalo không duyệt"),
        ("Hồ sơ đã có kết quả", "Gọi 0900 000 001: hồ sơ <ma>", "code", "Zalo không duyệt"),
        ("Hồ sơ đã có kết quả", "Hồ sơ <ma_khac> đã xong", "code", "ma_khac chưa khai báo"),
        ("Hồ sơ đã có kết quả", "Hồ sơ của ông/bà đã xong", "code", "khai báo mà không dùng"),
        ("Hồ sơ đã có kết quả", "Hồ sơ <ma> đã xong", "time", "thiếu tham số nhận biết"),
        ("Hồ sơ đã có kết quả", "Hồ sơ <ma> đã xong", "fax", "không nhận giá trị"),
    ],
)
def test_what_zalo_would_refuse_is_refused_before(title, paragraph, kind, told):
    found = problems({"messages/received/zalo.v1.yaml": ZBS % (title, paragraph, kind)})
    assert any(told in problem for problem in found), found
