"""What a deployment may decide about notices, and how its mistakes are named."""

from __future__ import annotations

import pytest

from core.yaml_shape import ContentShapeError
from notifications.informing import DESKS, POLICY, WHO_INFORMS, Basis, parse_informing
from notifications.schemas import Channel, Purpose
from tests.dossiers.samples import REPOSITORY

FOLDER = REPOSITORY / "content" / "informing"
SHIPPED = {f"informing/{path.name}": path.read_text(encoding="utf-8") for path in FOLDER.glob("*.yaml")}


def test_the_shipped_decisions_are_the_cautious_ones():
    found = parse_informing(SHIPPED)
    assert set(SHIPPED) == {POLICY, WHO_INFORMS, DESKS}
    assert found.policy.quiet.starts.hour == 21
    assert found.policy.quiet.ends.hour == 7
    assert {purpose for purpose in Purpose if found.policy.basis(purpose) is Basis.CONSENT} == {
        Purpose.SURVEY, Purpose.REMINDER, Purpose.CAMPAIGN,
    }  # fmt: skip
    assert set(found.policy.order) == set(Purpose)


@pytest.mark.parametrize(
    ("key", "text", "told"),
    [
        (POLICY, 'quiet_from: "23:00"', "22 giờ"),
        (POLICY, 'quiet_to: "06:00"', "7 giờ"),
        (POLICY, "consent: {campaign: notice}", "phải có đồng ý trước"),
        (POLICY, "consent: {status: consent}", "không hỏi đồng ý"),
        (POLICY, "order: {status: [fax]}", "fax"),
        (POLICY, "campaign_a_day: 4", "campaign_a_day"),
        (POLICY, "colour: red", "khóa này không có trong mẫu"),
        (WHO_INFORMS, "informers: [{by: Tỉnh, events: [lost], channel: zalo}]", "không có sự kiện 'lost'"),
        (WHO_INFORMS, "informers: [{by: Tỉnh, channel: zalo}]", "events"),
        ("informing/other.yaml", "x: 1", "tệp không thuộc mục này"),
    ],
)
def test_a_mistake_is_named(key, text, told):
    with pytest.raises(ContentShapeError) as refused:
        parse_informing({key: text})
    assert told in str(refused.value)


def test_who_informs_counts_by_unit_event_and_way_of_filing():
    text = """
informers:
  - {by: Cổng, units: [UBND phường A], events: [received], channel: sms, filed: online}
  - {by: Zalo tỉnh, events: ["*"], channel: zalo, enough: false}
"""
    found = parse_informing({WHO_INFORMS: text})

    def by(unit, event, filed):
        return [one.by for one in found.covering(unit=unit, event=event, filed=filed)]

    assert by("UBND phường A", "received", "online") == ["Cổng", "Zalo tỉnh"]
    assert by("UBND phường A", "received", "counter") == ["Zalo tỉnh"]
    assert by("UBND phường B", "received", "online") == ["Zalo tỉnh"]
    assert by(None, "returned", None) == ["Zalo tỉnh"]
    assert found.informers[1].channel is Channel.ZALO
