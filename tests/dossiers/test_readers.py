"""What other systems may send, and what they are told when it is wrong."""

from __future__ import annotations

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossiers.intake import read_events_from
from dossiers.problems import EventsRefused
from dossiers.vocabularies import (
    MEANING,
    NATIONAL_WORDS,
    NOTIFIED,
    DossierEventType,
    NationalStatus,
    ZaloState,
)
from tests.dossiers.samples import CODE, CODE_PATTERN, SAMPLES, cloud_event, full_event, read, read_sample


def problems_of(body):
    with pytest.raises(EventsRefused) as refused:
        read(body)
    return refused.value.problems


def named(body):
    return [(problem.index, problem.field) for problem in problems_of(body)]


def national(service="DongBoHoSoMC", **item):
    known = {"MaHoSo": CODE, "NgayTiepNhan": "20261102083000", "TrangThaiHoSo": "2", "DonViXuLy": "UBND mẫu"}
    return {"session": "", "madonvi": "", "service": service, "data": [{**known, **item}]}


def test_there_are_fifteen_kinds_of_news_and_each_has_a_national_and_a_zalo_state():
    assert len(NOTIFIED) == 15
    assert set(MEANING) == set(DossierEventType)
    assert {meaning.national for meaning in MEANING.values()} == set(NationalStatus)
    assert {meaning.zalo for meaning in MEANING.values()} == set(ZaloState)
    assert [int(status) for status in NationalStatus] == list(range(1, 11))


def test_our_codes_and_states_are_the_published_ones(shared):
    codes = json.loads((shared / "data/exchange/dvcqg_status_codes.json").read_text("utf-8"))["codes"]
    assert {row["code"] for row in codes} == {int(status) for status in NationalStatus}
    systems = json.loads((shared / "data/exchange/provincial_status_vocabularies.json").read_text("utf-8"))
    assert [state.value for state in ZaloState] == systems[0]["states"]


def test_the_sample_file_holds_one_event_of_every_kind():
    events = read_sample("dossier-events.json")
    assert {event.type for event in events} == set(NOTIFIED)
    assert len(events) == 15
    assert not any(event.warnings for event in events)


@pytest.mark.parametrize("name", sorted(path.name for path in SAMPLES.glob("*.*") if path.suffix != ".md"))
def test_every_sample_can_be_read(name):
    assert read_sample(name)


def test_every_error_of_a_batch_is_named_at_once():
    broken = [
        {},
        cloud_event(),
        {**cloud_event("unknown"), "specversion": "0.3", "source": "motcua"},
        cloud_event(dossier_code="12345"),
        full_event(due_at="2026-10-01", fees=[{"amount": -1}]),
        full_event(due_at="2026-10-01"),
        "text",
    ]
    found = named(broken)
    assert {field for index, field in found if index == 0} == {"id", "source", "type", "specversion", "data"}
    assert not [field for index, field in found if index == 1]
    assert {field for index, field in found if index == 2} == {"type", "specversion", "source"}
    assert [field for index, field in found if index == 3] == ["data.dossier_code"]
    assert {field for index, field in found if index == 4} == {"data.fees.0.name", "data.fees.0.amount"}
    assert [field for index, field in found if index == 5] == ["data"]
    assert [field for index, field in found if index == 6] == ["(sự kiện)"]


def test_an_error_says_in_vietnamese_what_to_do():
    problem = problems_of(cloud_event(occurred_at="hôm qua"))[0]
    assert problem.field == "data.occurred_at"
    assert problem.problem == "không phải ngày giờ đọc được"
    assert "ISO 8601" in problem.remedy


@pytest.mark.parametrize("body", [[], "x", None, 5, [cloud_event()] * 501])
def test_what_is_no_batch_is_refused(body):
    assert problems_of(body)


def test_five_hundred_events_are_a_batch():
    assert len(read([cloud_event(number=1)] * 500)) == 500


@pytest.mark.parametrize("content", [b"{", b"\xff\xfe", b"[" * 100_000, b""])
def test_broken_bytes_are_refused_with_a_reason(content):
    with pytest.raises(EventsRefused):
        read_events_from(content, content_type="application/json", code_pattern=CODE_PATTERN)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=20),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["service", "data", "id", "type", "source", "specversion", "MaHoSo"]), inner
            )
        ),
        max_leaves=12,
    )
)
def test_no_json_whatever_breaks_the_reader(body):
    with pytest.raises(EventsRefused):
        read(body)


def test_an_unusable_phone_does_not_lose_the_event():
    event = read(full_event(applicant={"phone": "12", "email": "nobody"}))[0]
    assert [warning.field for warning in event.warnings] == ["applicant.phone", "applicant.email"]


def test_a_way_of_paying_that_nobody_knows_does_not_lose_the_event():
    event = read(cloud_event("fee_paid", paid_how="vàng"))[0]
    assert event.data.paid_how is None
    assert [warning.field for warning in event.warnings] == ["paid_how"]
    assert read(cloud_event("fee_paid", paid_how="cash"))[0].data.paid_how == "cash"


def test_a_mistyped_field_is_reported_but_the_event_is_kept():
    event = read(full_event(aplicant={"phone": "0900000001"}))[0]
    assert [warning.field for warning in event.warnings] == ["aplicant"]


def test_a_time_without_zone_is_the_time_of_vietnam():
    event = read(cloud_event(occurred_at="2026-11-02T08:30:00"))[0]
    assert event.data.occurred_at.isoformat() == "2026-11-02T08:30:00+07:00"


def test_empty_texts_of_an_export_count_as_absent():
    event = read(full_event(reason="", officer=None, due_at="", applicant={"phone": "", "email": ""}))[0]
    assert event.data.reason is None
    assert event.data.due_at is None
    assert not event.warnings


def test_the_national_envelope_becomes_the_same_typed_event():
    events = read_sample("national-dong-bo-ho-so.json")
    assert [event.type.short for event in events] == ["received", "returned"]
    first = events[0].data
    assert first.fees[0].amount == 8000
    assert first.channel == "online"
    assert first.due_at.isoformat() == "2026-11-10T17:00:00+07:00"
    assert events[1].data.occurred_at.isoformat() == "2026-11-09T15:45:00+07:00"


def test_a_national_item_is_known_by_service_code_status_and_time():
    event = read(national())[0]
    identity = "\0".join(("DongBoHoSoMC", CODE, "2", "20261102083000"))
    assert event.external_id == hashlib.sha256(identity.encode()).hexdigest()
    assert read(national(TrangThaiHoSo="4"))[0].external_id != event.external_id


@pytest.mark.parametrize(
    ("status", "more", "expected"),
    [
        ("1", {}, "registered"),
        ("3", {}, "not_accepted"),
        ("5", {}, "supplement_requested"),
        ("6", {}, "financial_duty"),
        ("7", {}, "withdrawn"),
        ("8", {}, "stopped"),
        ("9", {}, "result_ready"),
        ("10", {"HinhThuc": "0"}, "returned"),
        ("10", {"HinhThuc": "1"}, "posted"),
    ],
)
def test_national_states_are_translated(status, more, expected):
    assert read(national(TrangThaiHoSo=status, **more))[0].type.short == expected


def test_a_national_state_without_a_time_of_its_own_is_marked():
    assert read(national(TrangThaiHoSo="2"))[0].time_known
    assert not read(national(TrangThaiHoSo="5"))[0].time_known


def test_errors_in_the_national_envelope_carry_its_own_names():
    body = national(MaHoSo="", TrangThaiHoSo="11", NgayTiepNhan="02/11/2026")
    assert set(named(body)) == {(0, "MaHoSo"), (0, "TrangThaiHoSo"), (0, "NgayTiepNhan")}
    assert named(national(MaHoSo="abc")) == [(0, "MaHoSo")]
    assert named(national("LayThuTuc")) == [(0, "service")]


def test_a_spreadsheet_is_read_with_items_fees_and_days_first():
    events = read_sample("dossier-events.csv")
    assert [event.type.short for event in events] == ["received", "supplement_requested", "fee_due"]
    assert len(events[1].data.items) == 2
    assert events[2].data.fees[0].amount == 15000
    assert events[2].data.fees[0].basis == "Nghị quyết mẫu 01/2026/NQ-HĐND"
    assert events[0].data.received_at.isoformat() == "2026-11-16T08:00:00+07:00"


@pytest.mark.parametrize("separator", [",", ";"])
def test_spreadsheets_come_with_commas_or_semicolons_and_a_mark_in_front(separator):
    rows = [["type", "dossier_code", "occurred_at"], ["received", CODE, "02/11/2026 8:05"]]
    text = "\ufeff" + "\r\n".join(separator.join(row) for row in rows)
    events = read_events_from(text.encode(), content_type="text/csv", code_pattern=CODE_PATTERN)
    assert events[0].data.occurred_at.isoformat() == "2026-11-02T08:05:00+07:00"


def test_errors_in_a_spreadsheet_name_the_line():
    text = f"type,dossier_code,occurred_at\nreceived,{CODE},2026-11-02\nlost,,x\n"
    with pytest.raises(EventsRefused) as refused:
        read_events_from(text.encode(), content_type="text/csv", code_pattern=CODE_PATTERN)
    assert {(problem.row, problem.field) for problem in refused.value.problems} == {
        (3, "type"),
        (3, "dossier_code"),
        (3, "occurred_at"),
    }


def test_an_unknown_column_is_an_error():
    with pytest.raises(EventsRefused) as refused:
        read_events_from(
            b"type,dossier_code,occurred_at,phone\n", content_type="text/csv", code_pattern=CODE_PATTERN
        )
    assert "phone" in refused.value.problems[0].problem


def test_every_event_has_its_place_among_the_national_statuses_and_the_nine_zalo_states(shared):
    """The tables of the national portal and of Đồng Nai's Zalo account, as their own documents have them."""
    exchange = shared / "data" / "exchange"
    national = json.loads((exchange / "dvcqg_status_codes.json").read_text(encoding="utf-8"))["codes"]
    assert {row["code"]: row["vi"] for row in national} == {
        int(key): vi for key, vi in NATIONAL_WORDS.items()
    }
    provincial = json.loads((exchange / "provincial_status_vocabularies.json").read_text(encoding="utf-8"))
    nine = next(one["states"] for one in provincial if "Zalo OA" in one["system"])
    assert list(ZaloState) == nine
    assert set(MEANING) == set(DossierEventType)
    assert {meaning.zalo for meaning in MEANING.values()} == set(ZaloState)
    assert {meaning.national for meaning in MEANING.values()} == set(NationalStatus)
