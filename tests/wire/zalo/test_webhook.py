"""A delivery is believed by its very bytes, and read in both of its spellings."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from wire.zalo.events import NotAnEvent, Submitted, read_event
from wire.zalo.signature import is_genuine, signature

APP, SECRET, STAMP = "360846524940903967", "OA_SECRET_TEST", "1785722400123"
BODY = (
    b'{"app_id":"360846524940903967","sender":{"id":"246845883529197922"},"user_id_by_app":"552177279717587730",'
    b'"recipient":{"id":"388613280878808645"},"event_name":"user_send_text","message":{"text":"H08.12-260803-0007",'
    b'"msg_id":"96d3cdf3af150460909"},"timestamp":"1785722400123"}'
)
MAC = "6b9fb4774783b46d7173c03b2a19a7131f7923f119f08eb3e05bb7ebccdf825b"


def genuine(raw=BODY, header=f"mac={MAC}", secrets=(SECRET,), timestamp=None, app=APP) -> bool:
    return is_genuine(raw, app_id=app, secrets=secrets, header=header, timestamp=timestamp)


def test_the_known_vector() -> None:
    assert signature(APP, BODY, STAMP, SECRET) == MAC


@pytest.mark.parametrize("header", [f"mac={MAC}", MAC, f"sha256={MAC}", f" mac={MAC.upper()} "])
def test_every_spelling_of_the_header_is_read(header: str) -> None:
    assert genuine(header=header)


def test_the_time_may_stand_in_a_header_and_differ_from_the_body() -> None:
    mac = signature(APP, BODY, "1785722400999", SECRET)
    assert genuine(header=f"mac={mac}", timestamp="1785722400999")
    assert not genuine(header=f"mac={mac}", timestamp="1785722400998")
    assert genuine(timestamp="1785722400998"), "the body's own time is believed as well"


def test_while_a_secret_changes_both_are_believed_and_afterwards_only_the_new_one() -> None:
    assert genuine(secrets=("NEW", SECRET))
    assert not genuine(secrets=("NEW",))


@pytest.mark.parametrize("place", [0, 1, 40, 120, len(BODY) - 3, len(BODY) - 1])
def test_a_flipped_byte_is_not_believed(place: int) -> None:
    raw = bytearray(BODY)
    raw[place] ^= 1
    assert not genuine(bytes(raw))


def test_the_same_json_written_anew_is_not_believed() -> None:
    assert not genuine(json.dumps(json.loads(BODY)).encode())


@pytest.mark.parametrize("header", [None, "", "mac=", "mac=00", "mac=é", f"mac={MAC[:-1]}"])
def test_no_signature_and_half_of_one_are_not_believed(header: str | None) -> None:
    assert not genuine(header=header)


def test_a_time_in_a_citizens_words_does_not_count() -> None:
    words = json.dumps({"message": {"text": '"timestamp":"1",'}, "timestamp": STAMP}).encode()
    assert genuine(words, header=signature(APP, words, STAMP, SECRET))
    assert not genuine(words, header=signature(APP, words, "1", SECRET))


def event(name: str, **parts):
    return read_event(json.dumps({"app_id": APP, "event_name": name, "timestamp": STAMP, **parts}))


CITIZEN, OA = {"id": "246845883529197922"}, {"id": "388613280878808645"}


@pytest.mark.parametrize(
    ("name", "parts", "kind", "user"),
    [
        ("user_send_text", {"sender": CITIZEN, "message": {"msg_id": "m"}}, "said", CITIZEN["id"]),
        ("user_send_image", {"sender": CITIZEN, "message": {"msg_id": "m"}}, "sent_other", CITIZEN["id"]),
        ("user_send_location", {"sender": CITIZEN, "message": {"msg_id": "m"}}, "sent_other", CITIZEN["id"]),
        ("follow", {"follower": CITIZEN, "oa_id": OA["id"]}, "followed", CITIZEN["id"]),
        ("unfollow", {"follower": CITIZEN}, "unfollowed", CITIZEN["id"]),
        ("user_received_message", {"sender": OA, "recipient": CITIZEN, "message": {"msg_id": "m"}},
         "chat_received", CITIZEN["id"]),
        ("user_received_message", {"sender": OA, "recipient": {"id": "hash"},
          "message": {"msg_id": "m", "tracking_id": "t", "delivery_time": "1785722401000"}},
         "template_received", ""),
        ("user_seen_message", {"sender": CITIZEN, "message": {"msg_ids": ["a", "b"]}}, "seen", CITIZEN["id"]),
        ("add_user_to_tag", {"sender": CITIZEN}, "other", CITIZEN["id"]),
        ("oa_send_text", {"sender": OA, "recipient": CITIZEN, "message": {"msg_id": "m"}}, "other", OA["id"]),
    ],
)  # fmt: skip
def test_each_event_goes_to_its_place(name: str, parts: dict, kind: str, user: str) -> None:
    found = event(name, **parts)
    assert (found.kind, found.user_id) == (kind, user)


def test_the_delivery_of_a_template_is_named_by_our_reference_and_has_its_own_time() -> None:
    found = event(
        "user_received_message",
        message={"msg_id": "m", "tracking_id": "t1", "delivery_time": "1785722401000"},
    )
    assert (found.message_id, found.tracking_id) == ("m", "t1")
    assert found.at == datetime(2026, 8, 3, 2, 0, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "parts",
    [
        {"info": {"name": "Nguyễn Văn Mẫu", "phone": "84900000001"}},
        {"info": {"name": "Nguyễn Văn Mẫu", "phone": 84900000001}},
        {"message": {"text": '{"name": "Nguyễn Văn Mẫu", "phone": "84900000001"}'}},
    ],
)
def test_a_shared_phone_is_read_in_every_spelling(parts: dict) -> None:
    found = event("user_submit_info", sender=CITIZEN, **parts)
    assert found.submitted == Submitted("Nguyễn Văn Mẫu", "+84900000001")


@pytest.mark.parametrize("message", [{"text": "không phải JSON"}, {"text": "[1]"}, {}])
def test_an_empty_form_proves_nothing(message: dict) -> None:
    assert event("user_submit_info", sender=CITIZEN, message=message).submitted is None


def test_a_rating_is_read_whole() -> None:
    found = event(
        "user_feedback",
        message={"msg_id": "m", "tracking_id": "t", "rate": 4, "note": "Nhanh", "feedbacks": ["Đúng hẹn"],
                 "submit_time": "1785722500000"},
    )  # fmt: skip
    assert found.rating is not None
    assert (found.rating.rate, found.rating.note, found.rating.feedbacks) == (4, "Nhanh", ("Đúng hẹn",))
    assert event("user_feedback", message={"msg_id": "m", "rate": 9}).rating is None


def test_a_repeat_has_the_same_identity_and_two_events_never_share_one() -> None:
    first = event("user_send_text", sender=CITIZEN, message={"msg_id": "m1", "text": "a"})
    assert (
        event("user_send_text", sender=CITIZEN, message={"msg_id": "m1", "text": "a"}).identity
        == first.identity
    )
    others = [
        event("user_send_text", sender=CITIZEN, message={"msg_id": "m2", "text": "a"}),
        event("user_received_message", message={"msg_id": "m1"}),
        event("follow", follower=CITIZEN),
        event("follow", follower=OA),
        event("user_submit_info", sender=CITIZEN, info={"phone": "84900000001"}),
    ]
    assert len({one.identity for one in [first, *others]}) == 6


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b'"x"', b"{}", b'{"event_name": 3}', b"\xff"])
def test_what_is_no_event_says_so(raw: bytes) -> None:
    with pytest.raises(NotAnEvent):
        read_event(raw)
