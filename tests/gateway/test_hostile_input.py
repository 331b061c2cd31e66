"""What reads strangers' writing takes it or refuses it with a reason, soon, and never breaks.

Each reader gets samples that are nearly right and plain rubbish. ``make fuzz`` tries for hours.
"""

from __future__ import annotations

import base64
import io
import json
import zipfile
from collections.abc import Callable
from contextlib import suppress
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet
from openpyxl import Workbook
from PIL import Image

from conversations.intake import clean
from core.channel_settings import SpeedSmsSettings, StringeeSettings, VietGuysSettings
from core.content import digest
from core.settings import REPOSITORY, Settings
from core.sign_in_settings import OidcSettings
from core.text.mask import mask_personal
from dossiers.csv_events import csv_table, read_table
from dossiers.intake import read_events_from
from dossiers.photo import PhotoRefused, clean_photo
from dossiers.problems import EventsRefused
from dossiers.xlsx_events import xlsx_table
from gateway.channels.sms import read_fields
from gateway.channels.telegram import read_update
from gateway.channels.webchat_frames import read_frame
from gateway.content_desk import read_document
from gateway.content_kinds import why_not
from gateway.procedure_excel.reading import read_workbook
from gateway.procedure_excel.template import template
from knowledge.importer.pipeline import read_export
from knowledge.importer.reader import UnreadableFile
from knowledge.lexicon import parse_lexicon
from tests.fuzzing import soon, trying
from tests.knowledge.importer import exports
from tests.mutation import damaged, damaged_text, json_values, nearly
from wire import esms, twilio_sms
from wire.igate import IgateUnclear, read_dossier
from wire.mail_bounce import read_report
from wire.oidc_tokens import OidcError, TokenRules, decoded
from wire.sms_gateways import SpeedSms, Stringee, VietGuys, read_vietguys_report
from wire.zalo.client import read_ratings
from wire.zalo.events import NotAnEvent, read_event
from wire.zalo.http import ZaloUnclear, read_answer

SAMPLES = REPOSITORY / "docs" / "samples"
PATTERN = Settings(_env_file=None).dossier_code_pattern


def _sample(name: str) -> Any:
    return json.loads((SAMPLES / name).read_text())


EVENTS = (
    _sample("dossier-event.json"),
    _sample("dossier-events.json")[:2],
    _sample("national-dong-bo-ho-so.json"),
    _sample("national-cap-nhat-tien-do.json"),
)
CSV = (SAMPLES / "dossier-events.csv").read_text()
ZALO = (
    {
        "event_name": "user_send_text",
        "app_id": "1",
        "sender": {"id": "2468"},
        "recipient": {"id": "3882"},
        "message": {"text": "tra hồ sơ", "msg_id": "m1"},
        "timestamp": "1785722400123",
    },
    {
        "event_name": "user_submit_info",
        "sender": {"id": "2468"},
        "info": {"name": "Nguyễn Văn Mẫu", "phone": "84900000001"},
        "timestamp": "1785722400123",
    },
    {
        "event_name": "user_seen_message",
        "sender": {"id": "2468"},
        "message": {"msg_ids": ["a", "b"]},
        "timestamp": "1785722400123",
    },
    {
        "event_name": "user_feedback",
        "message": {
            "msg_id": "m", "tracking_id": "t", "rate": 4, "note": "", "feedbacks": [],
            "submit_time": "1785722400123",
        },
        "timestamp": "1785722400123",
    },
)  # fmt: skip


def _as_json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")


def _can_be_stored(value: Any) -> None:
    """In PostgreSQL too, which takes no text with U+0000."""
    written = json.dumps(value, allow_nan=False, ensure_ascii=False)
    written.encode()
    assert "\\u0000" not in written.replace("\\\\", "")


def _says_what_is_wrong(refused: EventsRefused) -> None:
    assert refused.problems
    assert all(one.field and one.problem and one.remedy for one in refused.problems)
    json.dumps([one.model_dump() for one in refused.problems]).encode()


def _reads_events(raw: bytes, content_type: str) -> None:
    try:
        events = soon(lambda: read_events_from(raw, content_type=content_type, code_pattern=PATTERN))
    except EventsRefused as refused:
        _says_what_is_wrong(refused)
        return
    for event in events:  # what was taken can be stored
        _can_be_stored(event.body())


@given(nearly(*EVENTS))
@trying(150)
def test_an_event_that_is_nearly_right_is_taken_or_refused_by_name(value: Any) -> None:
    _reads_events(_as_json(value), "application/json")


@given(damaged(*(_as_json(one) for one in EVENTS)) | st.binary(max_size=300))
@trying(100)
def test_damaged_bytes_are_refused_by_name(raw: bytes) -> None:
    _reads_events(raw, "application/json")


@pytest.mark.parametrize(
    "raw", [b"[" * 100_000, b'{"a":' * 50_000, b"1" * 5_000, b'{"specversion": ' + b"9" * 5_000 + b"}"]
)
def test_depth_and_length_break_nothing(raw: bytes) -> None:
    _reads_events(raw, "application/json")


@given(damaged_text(CSV) | st.text(max_size=400))
@trying(100)
def test_a_damaged_csv_file_is_refused_by_row(text: str) -> None:
    _reads_events(text.encode("utf-8", "replace"), "text/csv")


def test_one_endless_cell_breaks_nothing() -> None:
    _reads_events(CSV.encode() + b'"' + b"a" * 300_000, "text/csv")


def _workbook() -> bytes:
    book = Workbook()
    for line in CSV.splitlines()[:3]:
        book.active.append(line.split(","))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@given(damaged(_workbook()) | st.binary(max_size=200))
@trying(60)
def test_a_damaged_workbook_is_refused(content: bytes) -> None:
    try:
        soon(lambda: read_table(xlsx_table(content), code_pattern=PATTERN))
    except EventsRefused as refused:
        _says_what_is_wrong(refused)


def test_a_small_workbook_that_unpacks_to_gigabytes_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(3):
            archive.writestr(f"xl/{number}.xml", b"0" * 100_000_000)
    with pytest.raises(EventsRefused):
        soon(lambda: xlsx_table(out.getvalue()))


@given(st.lists(st.lists(st.text(max_size=20), max_size=6), max_size=6))
@trying(40)
def test_a_table_of_anything_is_read_or_refused(rows: list[list[str]]) -> None:
    text = "\n".join(",".join(row) for row in rows)
    try:
        soon(lambda: read_table(csv_table(text), code_pattern=PATTERN))
    except EventsRefused as refused:
        _says_what_is_wrong(refused)


@given(nearly(*ZALO) | json_values)
@example({**ZALO[-1], "message": {"msg_id": "m", "rate": 4, "feedbacks": True}})
@trying(150)
def test_a_signed_delivery_of_zalo_is_an_event_or_none(value: Any) -> None:
    try:
        event = soon(lambda: read_event(_as_json(value)))
    except NotAnEvent:
        return
    assert event.identity.encode()


@given(damaged(*(_as_json(one) for one in ZALO)) | st.binary(max_size=200))
@trying(80)
def test_a_damaged_delivery_of_zalo_is_an_event_or_none(raw: bytes) -> None:
    with suppress(NotAnEvent):
        soon(lambda: read_event(raw))


_TELEGRAM = (
    {
        "update_id": 1001,
        "message": {
            "message_id": 7,
            "date": 1785722400,
            "chat": {"id": 2468, "type": "private"},
            "from": {"id": 2468, "is_bot": False, "first_name": "Mẫu"},
            "text": "tra hồ sơ",
        },
    },
    {
        "update_id": 1002,
        "callback_query": {"id": "q", "from": {"id": 2468}, "data": "facet:fee", "chat_instance": "c"},
    },
)


@given(nearly(*_TELEGRAM).map(_as_json) | damaged(*(_as_json(one) for one in _TELEGRAM)))
@trying(100)
def test_a_delivery_of_telegram_is_an_update_or_none(raw: bytes) -> None:
    known = soon(lambda: read_update(raw))
    if known is not None:
        identity, account = known
        assert identity.encode()
        assert account is None or isinstance(account.encode(), bytes)


_FORM = b"from=0900000001&text=TRA+H99.01-261102-0001&id=m1"
_AS_JSON = b'{"from": "0900000001", "text": "TRA H99.01-261102-0001", "id": "m1"}'


@given(damaged(_FORM, _AS_JSON), st.sampled_from(["application/json", "application/x-www-form-urlencoded"]))
@trying(100)
def test_a_text_message_that_a_gateway_hands_over_breaks_nothing(raw: bytes, kind: str) -> None:
    for key, value in soon(lambda: read_fields(raw, kind)).items():
        f"{key}{value}".encode()  # can be stored


_FRAMES = (
    {"type": "message", "id": "c1", "text": "làm khai sinh"},
    {"type": "press", "id": "c2", "action": "facet:fee", "title": "Lệ phí"},
)


@given(nearly(*_FRAMES).map(_as_json) | damaged(*(_as_json(one) for one in _FRAMES)))
@trying(100)
def test_what_a_page_says_is_a_frame_or_refused(raw: bytes) -> None:
    try:
        frame = soon(lambda: read_frame(raw))
    except ValueError:
        return
    assert frame.id
    _can_be_stored(frame.model_dump(mode="json"))


@pytest.mark.parametrize(
    "raw", [b"[" * 100_000, b'{"update_id": 1e999}', b'{"update_id": NaN}', b"\xff" * 99]
)
def test_json_that_python_itself_stumbles_over_is_refused(raw: bytes) -> None:
    assert read_update(raw) is None
    assert read_fields(raw, "application/json") == {}
    with pytest.raises(ValueError):
        read_frame(raw)
    with pytest.raises(NotAnEvent):
        read_event(raw)
    with pytest.raises(ZaloUnclear):
        read_answer(raw, 200)


_HEADER = {"alg": "ES256", "kid": "k1", "typ": "JWT"}
_LEAVING = {
    "iss": "https://dang-nhap.example",
    "aud": "motcua",
    "iat": 1_785_722_400,
    "exp": 1_785_722_700,
    "jti": "j1",
    "sub": "6f0c",
    "sid": "phien-1",
    "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
}
_KEY = ECKey.generate_key("P-256", {"kid": "k1", "alg": "ES256", "use": "sig"})
_OIDC = OidcSettings(issuer="https://dang-nhap.example", client_id="motcua", client_secret="x")


def _token(header: bytes, claims: bytes, signature: bytes) -> str:
    return b".".join(
        base64.urlsafe_b64encode(one).rstrip(b"=") for one in (header, claims, signature)
    ).decode()


def _signed(claims: Any) -> str:
    return jws.serialize_compact(_HEADER, _as_json(claims), _KEY, algorithms=["ES256"])


@given(
    st.builds(
        _token,
        nearly(_HEADER).map(_as_json) | damaged(_as_json(_HEADER)),
        st.just(_as_json(_LEAVING)),
        st.binary(max_size=64),
    )
    | damaged_text(_signed(_LEAVING))
    | nearly(_LEAVING).map(_signed)
)
@example(_token(b'["alg"]', b"{}", b"x"))
@example(_token(b'"alg"', b"{}", b"x"))
@example(_token(b'{"alg": ["ES256"]}', b"{}", b"x"))
@example(_token(b"[" * 50_000, b"{}", b"x"))
@example(_signed({**_LEAVING, "iat": -(10**400)}))
@trying(100)
def test_a_word_that_somebody_left_the_province_is_proved_or_refused(token: str) -> None:
    keys = KeySet([_KEY])
    with suppress(JoseError, ValueError, OidcError):
        claims = soon(lambda: decoded(token, keys))
        left = soon(lambda: TokenRules(_OIDC).left(claims, 1_785_722_450.0))
        assert left.subject or left.session


_IGATE = {
    "content": [
        {
            "code": "H99.01-261102-0001",
            "statusCurrentTask": "Đang xử lý",
            "applicant": {"data": {"fullname": "Nguyễn Văn Mẫu"}},
            "procedure": {"translate": [{"name": "Thủ tục mẫu"}]},
            "applyMethod": {"name": "Trực tiếp"},
            "appliedDate": "2026-11-02T08:00:00.000+0700",
        }
    ]
}


@given(nearly(_IGATE))
@trying(60)
def test_what_a_one_stop_software_answers_is_a_dossier_or_unclear(value: Any) -> None:
    if isinstance(value, dict):
        with suppress(IgateUnclear):
            soon(lambda: read_dossier(value, "H99.01-261102-0001"))


_SMS_ANSWERS = (
    {"status": "success", "code": "00", "data": {"tranId": 7, "totalPrice": 250, "invalidPhone": []}},
    {"error": 0, "msgid": "m1"},
    {"smsSent": 1, "result": [{"r": 0, "msg": "ok", "smsid": "s1"}]},
)
_SMS_GATEWAYS = (SpeedSms(SpeedSmsSettings()), VietGuys(VietGuysSettings()), Stringee(StringeeSettings()))


@given(nearly(*_SMS_ANSWERS))
@example({"status": "success", "data": [1]})
@example({"result": ["x"]})
@trying(80)
def test_an_answer_of_a_text_message_gateway_says_what_became_of_the_message(value: Any) -> None:
    if isinstance(value, dict):
        for gateway in _SMS_GATEWAYS:
            assert soon(lambda gateway=gateway: gateway.outcome(value))


_STARS = {
    "msgId": "m",
    "trackingId": "t",
    "rate": 5,
    "note": "",
    "feedbacks": [],
    "submitDate": "1785722400123",
}


@given(nearly({"data": [_STARS], "total": 1}))
@example({"data": [{**_STARS, "rate": "năm"}, "x"], "total": "nhiều"})
@example({"data": [{**_STARS, "rate": float("inf")}], "total": float("nan")})
@trying(60)
def test_a_list_of_stars_is_read_as_far_as_it_can_be(value: Any) -> None:
    ratings, _ = soon(lambda: read_ratings(value))
    assert all(one.message_id and 1 <= one.rate <= 5 for one in ratings)


@given(nearly({"error": 0, "message": "Success", "data": {"msg_id": "m", "quota": {"remain": 9}}}))
@trying(60)
def test_an_answer_of_zalo_is_read_or_unclear(value: Any) -> None:
    with suppress(ZaloUnclear):
        soon(lambda: read_answer(_as_json(value), 200))


def _picture(kind: str) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((64, 48), 60).convert("RGB").save(out, kind)
    return out.getvalue()


@given(damaged(_picture("JPEG"), _picture("PNG"), _picture("WEBP")))
@trying(60)
def test_a_damaged_photo_is_drawn_anew_or_refused(content: bytes) -> None:
    with suppress(PhotoRefused):
        assert soon(lambda: clean_photo(content)).startswith(b"\xff\xd8")


def _procedures() -> bytes:
    path = next(iter(sorted((REPOSITORY / "content" / "procedures").rglob("*.yaml"))))
    key, text = path.relative_to(REPOSITORY / "content").as_posix(), path.read_text()
    return template([(read_document(key, text), digest(text))])


@given(damaged(_procedures()))
@trying(40)
def test_a_damaged_workbook_of_procedures_says_what_is_wrong(content: bytes) -> None:
    _, problems = soon(lambda: read_workbook(content))
    assert all(one.problem and one.remedy for one in problems)


_FIELDS = st.dictionaries(
    st.sampled_from(
        "MessageSid MessageStatus ErrorCode SMSID RequestId SendStatus SendSuccess SendFailed From".split()
    ),
    st.text(max_size=20) | st.sampled_from(["delivered", "5", "4", "²", "-1", "9" * 50]),
)


@given(_FIELDS, st.text(max_size=60))
@trying(100)
def test_callbacks_of_text_message_providers_say_something_or_nothing(
    fields: dict[str, str], query: str
) -> None:
    soon(lambda: esms.read_callback(fields))
    soon(lambda: twilio_sms.read_callback(f"https://motcua.test/webhooks/twilio/status?{query}", fields))


@given(nearly({"id": "1", "status": "1", "data": [{"status": 1, "id": "x"}]}, {"transactionId": "1"}))
@trying(60)
def test_a_report_of_vietguys_says_something_or_nothing(value: Any) -> None:
    if isinstance(value, dict):
        soon(lambda: read_vietguys_report(value))


def _bounce() -> bytes:
    mail = EmailMessage()
    mail["Message-ID"] = "<x@motcua.test>"
    mail["Date"] = "Thu, 26 Nov 2026 08:00:00 +0700"
    mail.set_content("Final-Recipient: rfc822; mau@example.test\nAction: failed\nStatus: 5.1.1\n")
    return mail.as_bytes()


@given(damaged(_bounce()) | st.binary(max_size=300))
@trying(60)
def test_a_mail_that_came_back_breaks_nothing(raw: bytes) -> None:
    soon(lambda: read_report(raw))


@given(nearly(exports.national("1.000001"), exports.defence("1.000002")))
@trying(60)
def test_a_catalogue_record_is_typed_or_listed_as_unreadable(
    tmp_path_factory: pytest.TempPathFactory, value: Any
) -> None:
    _imports(tmp_path_factory, _as_json(value) + b"\n" + _as_json(exports.national("1.000003")))


@given(damaged(_as_json(exports.national("1.000001")) + b"\n") | st.binary(max_size=200))
@trying(60)
def test_a_damaged_export_is_read_as_far_as_it_can_be(
    tmp_path_factory: pytest.TempPathFactory, raw: bytes
) -> None:
    _imports(tmp_path_factory, raw)


def _imports(factory: pytest.TempPathFactory, raw: bytes) -> None:
    path = factory.getbasetemp() / "fuzz-2026-07.jsonl"
    path.write_bytes(raw)
    try:
        result = soon(lambda: read_export(path))
    except UnreadableFile:
        return
    assert all(item.reason for item in result.unreadable)


def _shipped() -> list[tuple[str, str]]:
    """A small file of every kind of content."""
    kinds: dict[str, list[Path]] = {}
    for path in sorted((REPOSITORY / "content").rglob("*")):
        if path.suffix in (".yaml", ".md") and path.stat().st_size < 4_000:
            kinds.setdefault(path.relative_to(REPOSITORY / "content").parts[0], []).append(path)
    return [
        (one.relative_to(REPOSITORY / "content").as_posix(), one.read_text())
        for paths in kinds.values()
        for one in paths[:2]
    ]


SHIPPED = _shipped()


@given(st.sampled_from(SHIPPED).flatmap(lambda one: st.tuples(st.just(one[0]), damaged_text(one[1]))))
@trying(150)
def test_content_that_somebody_broke_is_refused_with_a_reason(document: tuple[str, str]) -> None:
    key, text = document
    why = soon(lambda: why_not(key, text))
    assert why is None or why.strip()


_BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 9)}]\n" for n in range(8)
)


@pytest.mark.parametrize(
    "text",
    [_BOMB, "[" * 5_000, "a: " + "'" * 5001, "- " * 3_000, "? " * 3_000, "!!python/object:os.system x"],
)
def test_a_file_made_to_hurt_is_refused_soon(text: str) -> None:
    for key in ("messages/received/sms.v1.yaml", "lexicon/synonyms.yaml", "procedures/x/1.yaml"):
        assert soon(lambda key=key: why_not(key, text))


_HURTFUL = [
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{% for a in range(999999999) %}{% for b in range(999999999) %}x{% endfor %}{% endfor %}",
    "{{ 'x' * 999999999 }}",
    "{{ dossier_code.format.__globals__ }}",
    "{% import 'os' as os %}",
    "{{ cycler.__init__.__globals__ }}",
    "{{ dossier_code ** 99999 }}",
]


@pytest.mark.parametrize("body", _HURTFUL)
def test_a_message_template_cannot_reach_beyond_its_words(body: str) -> None:
    text = f"variables: [dossier_code]\nbody: {json.dumps(body + ' {{ dossier_code }}')}\n"
    assert soon(lambda: why_not("messages/received/email.v9.yaml", text))


@pytest.mark.parametrize(
    "read", [lambda text: clean(text, limit=2000), mask_personal], ids=["cleaning", "masking"]
)
@given(text=st.text(max_size=300) | st.text(alphabet="0123456789 .-+@a", max_size=2000))
@trying(80)
def test_a_citizens_words_are_cleaned_soon(read: Callable[[str], object], text: str) -> None:
    soon(lambda: read(text))


@given(st.text(max_size=200))
@trying(80)
def test_the_lexicon_reads_any_words(text: str) -> None:
    lexicon = _lexicon()
    soon(lambda: (lexicon.concepts_in(text), lexicon.expand(text)))


def _lexicon(known: list[Any] = []) -> Any:  # noqa: B006 - made once
    if not known:
        folder = REPOSITORY / "content" / "lexicon"
        names = ("abbreviations", "dialect", "synonyms", "teencode")
        known.append(parse_lexicon({f"lexicon/{n}.yaml": (folder / f"{n}.yaml").read_text() for n in names}))
    return known[0]
