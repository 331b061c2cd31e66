"""May this person be told this, where, and when? Tables first, then promises that hold for anything."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calendar import LOCAL
from notifications.gate import STRANGER, Asked, Earlier, Person, Surroundings, decide
from notifications.informing import Basis, Budget, Informer, Informing, Policy
from notifications.ladder import Reach, Rung, climbable, in_order
from notifications.schemas import STATUTORY, Channel, MessageStatus, Purpose, Reason
from people.citizen_models import Purpose as Consented
from people.consents import Standing

MORNING = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
NIGHT = datetime(2026, 11, 22, 15, 30, tzinfo=UTC)
CODE = "H98.01-261102-0001"
ALL = [Rung(channel, channel.value) for channel in Channel if channel is not Channel.WEB]
SMS = [Rung(Channel.SMS, "sms")]
TO_ALL = {"survey": Basis.NOTICE}
YES = {(purpose.value, None): True for purpose in Consented}


def asked(purpose=Purpose.STATUS, **more):
    usual = {
        "event": "received", "recipient": "p", "wanted_at": MORNING, "reach": Reach("+84900000001"),
        "unit": "UBND phường Mẫu", "dossier_code": CODE,
    }  # fmt: skip
    return Asked(purpose=purpose, **{**usual, **more})


def around(*informers, **policy):
    more = {name: policy.pop(name) for name in ("guests_only", "money_left") if name in policy}
    return Surroundings(Informing(policy=Policy(**policy), informers=informers), **more)


def verdict(question, person=STRANGER, place=None, *, rungs=SMS, text_hash="t"):
    return decide(question, rungs, person, place or around(), text_hash=text_hash)


def said(**answers):
    return Person(standing=Standing(said={(key, None): value for key, value in answers.items()}))


@pytest.mark.parametrize(
    ("question", "person", "place", "reason"),
    [
        (asked(), STRANGER, around(), None),
        (asked(), STRANGER, around(guests_only=True), Reason.GUESTS_ONLY),
        (asked(), Person(standing=Standing(guest=True)), around(guests_only=True), None),
        (asked(sample=True), STRANGER, around(guests_only=True), None),
        (asked(), Person(standing=Standing(blocked_dossiers=frozenset({CODE}))), around(), Reason.NOT_THEIRS),
        (asked(), Person(standing=Standing(blocked_dossiers=frozenset({"other"}))), around(), None),
        (asked(Purpose.SURVEY), STRANGER, around(), Reason.NO_CONSENT),
        (asked(Purpose.REMINDER), STRANGER, around(), Reason.NO_CONSENT),
        (asked(Purpose.CAMPAIGN), STRANGER, around(), Reason.NO_CONSENT),
        (asked(Purpose.SURVEY), said(survey=True), around(), None),
        (asked(Purpose.SURVEY), said(campaign=True), around(), Reason.NO_CONSENT),
        (asked(Purpose.SURVEY), said(survey=False), around(), Reason.OPTED_OUT),
        (asked(Purpose.SURVEY), STRANGER, around(consent=TO_ALL), None),
        (asked(Purpose.SURVEY), said(survey=False), around(consent=TO_ALL), Reason.OPTED_OUT),
        (asked(Purpose.COMPLAINT), said(survey=False), around(), None),
        (asked(Purpose.ONE_TIME_CODE), said(status=False), around(), None),
        (asked(), said(status=False), around(), Reason.OPTED_OUT),
        (asked(Purpose.SURVEY), said(survey=True), around(money_left=0, prices={"sms": 800}), Reason.BUDGET),
        (asked(), STRANGER, around(money_left=-5000, prices={"sms": 800}), None),
        (asked(Purpose.COMPLAINT), STRANGER, around(money_left=0, prices={"sms": 800}), None),
    ],
)  # fmt: skip
def test_who_may_be_told_what(question, person, place, reason):
    assert verdict(question, person, place).reason is reason


def test_whom_another_system_has_told_is_not_told_again():
    informer = Informer(by="Cổng của tỉnh", events=("received",), channel=Channel.SMS)
    found = verdict(asked(), place=around(informer))
    assert (found.reason, found.by) == (Reason.ALREADY_INFORMED, "Cổng của tỉnh")
    assert verdict(asked(event="fee_due"), place=around(informer)).reason is None
    assert (
        verdict(asked(unit="khác"), place=around(informer.model_copy(update={"units": ("UBND",)}))).reason
        is None
    )


def test_a_channel_that_another_system_uses_is_left_out_and_the_others_go():
    informer = Informer(by="Zalo của tỉnh", events=("*",), channel=Channel.ZALO, enough=False)
    found = verdict(asked(), place=around(informer), rungs=ALL)
    assert [rung.channel for rung in found.rungs] == [Channel.SMS, Channel.EMAIL, Channel.TELEGRAM]


def test_a_refused_channel_is_left_out_and_the_notice_goes_another_way():
    person = Person(standing=Standing(said={("status", "zalo"): False}))
    found = verdict(asked(), person, rungs=ALL)
    assert [rung.channel for rung in found.rungs] == [Channel.SMS, Channel.EMAIL, Channel.TELEGRAM]


@pytest.mark.parametrize(
    ("more", "order"),
    [
        ({}, ["zalo_chat", "zalo", "sms", "email", "telegram"]),
        ({"chosen": Channel.EMAIL}, ["zalo_chat", "email", "zalo", "sms", "telegram"]),
        ({"reached_last": Channel.SMS}, ["zalo_chat", "sms", "zalo", "email", "telegram"]),
        ({"failed_last": Channel.ZALO}, ["zalo_chat", "sms", "email", "telegram", "zalo"]),
        ({"order": (Channel.SMS, Channel.ZALO)}, ["sms", "zalo"]),
        (
            {"order": tuple(Channel), "chosen": Channel.TELEGRAM, "reached_last": Channel.SMS},
            ["zalo_chat", "telegram", "sms", "zalo", "email"],
        ),
    ],
)
def test_the_open_conversation_then_the_choice_then_what_reached_them_last(more, order):
    assert [rung.channel.value for rung in in_order(ALL, **more)] == order


@pytest.mark.parametrize(
    ("reach", "channels"),
    [
        (Reach(phone="+84900000001"), ["zalo", "sms"]),
        (Reach(phone="+84900000001", accounts={"zalo"}), ["zalo_chat", "zalo", "sms"]),
        (Reach(phone="+84900000001", accounts={"telegram"}), ["zalo", "sms", "telegram"]),
        (Reach(email="a@b.vn"), ["email"]),
        (Reach(), []),
    ],
)
def test_a_rung_is_there_where_it_leads_somewhere(reach, channels):
    assert [rung.channel.value for rung in climbable(ALL, reach)] == channels


def before(minutes=10, *, purpose=Purpose.STATUS, status=MessageStatus.ACCEPTED, text_hash="t", **more):
    at = MORNING - timedelta(minutes=minutes)
    usual = {"event": "received", "dossier_code": CODE, "goes_at": at, "created_at": at, "untouched": True}
    return Earlier(id="e1", purpose=purpose, status=status, text_hash=text_hash, **{**usual, **more})


@pytest.mark.parametrize(
    ("earlier", "reason"),
    [
        (before(10), Reason.SAME_TEXT),
        (before(61), None),
        (before(10, text_hash="other"), None),
        (before(10, status=MessageStatus.SUPPRESSED), None),
        (before(10, status=MessageStatus.FAILED), None),
    ],
)
def test_the_same_text_is_not_sent_twice_within_the_hour(earlier, reason):
    assert verdict(asked(), Person(earlier=[earlier])).reason is reason


def full(day, count, purpose=Purpose.SURVEY):
    at = MORNING + timedelta(days=day)
    return [
        before(0, purpose=purpose, text_hash=f"{day}{n}", goes_at=at, created_at=MORNING)
        for n in range(count)
    ]


def test_who_has_had_enough_today_is_asked_on_another_day_and_told_of_dossiers_all_the_same():
    person = Person(standing=Standing(said=YES), earlier=[*full(0, 3), *full(1, 3), *full(2, 2)])
    assert verdict(asked(Purpose.SURVEY), person).due_at == MORNING + timedelta(days=2)
    assert verdict(asked(), person).due_at == MORNING
    week = Person(standing=Standing(said=YES), earlier=[one for day in range(7) for one in full(day, 3)])
    assert verdict(asked(Purpose.SURVEY), week).reason is Reason.DAILY_CAP


def test_one_campaign_a_day():
    person = Person(standing=Standing(said=YES), earlier=full(0, 1, Purpose.CAMPAIGN))
    assert verdict(asked(Purpose.CAMPAIGN), person).due_at == MORNING + timedelta(days=1)


@pytest.mark.parametrize(
    ("older", "newer", "folds"),
    [
        ("received", "processing", True),
        ("processing", "result_ready", True),
        ("result_ready", "returned", True),
        ("result_ready", "processing", False),
        ("supplement_requested", "processing", False),
        ("fee_due", "fee_paid", False),
        ("rejected", "returned", False),
    ],
)
def test_held_news_gives_way_to_newer_news_but_what_asks_something_stays(older, newer, folds):
    held = before(
        5, event=older, status=MessageStatus.PLANNED, text_hash="x", goes_at=MORNING + timedelta(hours=5)
    )
    found = verdict(asked(event=newer), Person(earlier=[held]))
    assert found.folds == (("e1",) if folds else ())
    begun = before(5, event=older, status=MessageStatus.PLANNED, text_hash="x", untouched=False)
    assert verdict(asked(event=newer), Person(earlier=[begun])).folds == ()


def test_what_is_held_over_night_is_spread_and_each_persons_messages_keep_their_order():
    place = around(spread_minutes=45)
    seven = datetime(2026, 11, 23, 7, 0, tzinfo=LOCAL)
    moments = {verdict(asked(recipient=f"p{n}", wanted_at=NIGHT), place=place).due_at for n in range(200)}
    assert len(moments) > 150
    assert all(seven <= moment < seven + timedelta(minutes=45) for moment in moments)
    first, later = (
        verdict(asked(wanted_at=NIGHT + timedelta(minutes=m)), place=place).due_at for m in (0, 9)
    )
    assert first == later


purposes = st.sampled_from(list(Purpose))
moments = st.integers(0, 365 * 24 * 60).map(lambda minutes: MORNING + timedelta(minutes=minutes))
answers = st.dictionaries(
    st.tuples(st.sampled_from([p.value for p in Consented]), st.sampled_from([None, "zalo", "sms", "email"])),
    st.booleans(),
)


@given(purposes, moments, answers, st.integers(-1000, 5000), st.booleans())
def test_nothing_goes_out_in_quiet_hours_nothing_after_a_refusal_and_money_never_stops_the_law(
    purpose, at, given_answers, money, guests_only
):
    person = Person(standing=Standing(said=given_answers))
    place = around(
        prices={"sms": 800, "zalo": 300}, budget=Budget(month=1), money_left=money, guests_only=guests_only
    )
    found = verdict(asked(purpose, wanted_at=at), person, place, rungs=ALL)
    if found.reason is None:
        assert found.due_at is not None
        if purpose is not Purpose.ONE_TIME_CODE:
            assert not place.quiet.is_quiet(found.due_at)
            assert found.due_at >= at
        consent = {"survey": "survey", "reminder": "reminder", "campaign": "campaign"}.get(purpose.value)
        if consent:
            assert given_answers.get((consent, None)) is not False
            assert any(yes for (about, _), yes in given_answers.items() if about == consent)
        refused = {channel for (about, channel), yes in given_answers.items()
                   if not yes and channel and about == (consent or "status")}  # fmt: skip
        if purpose in (Purpose.STATUS, Purpose.COMPLAINT) or consent:
            assert not refused & {rung.channel.value for rung in found.rungs}
    if found.reason is Reason.BUDGET:
        assert purpose not in STATUTORY
