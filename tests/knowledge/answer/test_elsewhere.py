"""Where else one may file, and the portal's log-in beside every hint at filing online."""

from __future__ import annotations

import re

import pytest

from core.content_mirror import read_folder
from knowledge.answer.compose import answer
from knowledge.answer.elsewhere import elsewhere, login_hint
from knowledge.general import parse_general
from knowledge.schemas import Facet, Level, Method, Procedure, SubmissionChannel
from tests.conftest import REPOSITORY
from tests.knowledge.answer.test_every_answer import CURATED

_INVITES = re.compile(r"nộp (?:hồ sơ )?(?:qua mạng|trực tuyến)|trên Cổng|Cổng Dịch vụ công", re.IGNORECASE)
COUNTER, ONLINE = SubmissionChannel.COUNTER, SubmissionChannel.ONLINE


def record(*channels: SubmissionChannel, **fields: object) -> Procedure:
    return Procedure.model_validate(
        {
            "code": "9.000001",
            "name": "Đăng ký mẫu",
            "levels": (Level.COMMUNE,),
            "field": "Mẫu",
            "methods": [Method(channel=channel) for channel in channels or (COUNTER,)],
            **fields,
        }
    )


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"steps": ("Nộp tại Công an cấp xã trong cả nước không phụ thuộc vào nơi cư trú.",)}, "cả nước"),
        ({"steps": ("Nộp tại Cơ quan đăng ký kinh doanh cấp xã bất kỳ trong phạm vi tỉnh.",)}, "cùng tỉnh"),
        (
            {"steps": ("Ủy ban nhân dân cấp xã nơi tiếp nhận yêu cầu có trách nhiệm hỗ trợ nộp hồ sơ.",)},
            "phường, xã khác",
        ),
        ({"steps": ("Nộp tại bất kỳ Trung tâm Phục vụ hành chính công.",)}, "nào cũng nhận"),
        ({}, "hỏi Trung tâm"),
        ({"where": ("Tới phường, xã khác cũng được",)}, None),
        ({"agency": "Công an Xã"}, None),
        ({"levels": (Level.MINISTRY,)}, None),
    ],
)
def test_a_record_is_told_where_else_it_may_be_filed(fields: dict[str, object], said: str | None) -> None:
    found = elsewhere(record(**fields))
    assert (found is None) if said is None else (found is not None and said in found)


def test_without_vneid_somebody_goes_to_the_counter_even_where_only_the_portal_takes_it() -> None:
    assert "nộp tại quầy" in login_hint(record(COUNTER, ONLINE))
    assert "ra quầy" in login_hint(record(ONLINE))


@pytest.mark.parametrize("procedure", CURATED, ids=lambda procedure: procedure.code)
def test_no_answer_sends_people_to_the_portal_without_saying_what_it_wants(procedure: Procedure) -> None:
    for facet in Facet:
        text = answer(procedure, [facet]).message.text
        if facet not in (Facet.FEE, Facet.DURATION, Facet.OVERVIEW) and _INVITES.search(text):
            assert "VNeID" in text, f"{procedure.code} {facet}"
            assert "quầy" in text, f"{procedure.code} {facet}"


def test_no_general_answer_does_either() -> None:
    for key, text in read_folder(REPOSITORY / "content" / "general").items():
        if key.endswith(".md"):
            said = parse_general(text, key).text
            if re.search(r"nộp (?:hồ sơ )?qua mạng được|(?:hoặc|thì) nộp qua mạng", said):
                assert "VNeID" in said, key
