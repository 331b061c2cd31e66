"""As many are asked as the target needs, and no more."""

from datetime import timedelta
from pathlib import Path

import pytest

from dossiers.models import Dossier
from feedback.areas import Areas
from feedback.draw import InvitationPlan
from feedback.rates import LEAST, Rate, answers_for, rates
from feedback.targets import City, load_targets
from tests.feedback.conftest import CLOSED

TARGETS = load_targets(Path(__file__).parents[2] / "content/targets")


@pytest.mark.parametrize(("target", "answers"), [(90, 204), (85, 184), (80, 230), (94, 509)])
def test_the_answers_are_those_of_the_facts(target, answers):
    assert answers_for(target) == answers


@pytest.mark.parametrize(
    ("rate", "share", "enough"),
    [
        (Rate(204, 5000, 0.3), 0.14, True),
        (Rate(204, 680, 0.3), 1.0, True),
        (Rate(204, 100, 0.3), 1.0, False),
        (Rate(204, 1_000_000, 0.5), LEAST, True),
        (Rate(204, 0, 0.3), 1.0, False),
    ],
)
def test_a_large_unit_asks_a_part_and_a_small_one_everybody(rate, share, enough):
    assert (rate.share, rate.enough) == (share, enough)


async def test_rates_follow_the_units_own_numbers(database):
    async with database.writing() as session:
        for number in range(40):
            session.add(
                Dossier(
                    code=f"Z99.01-261102-{number:04d}",
                    unit="Phường A",
                    status="returned",
                    status_at=CLOSED,
                    closed_at=CLOSED - timedelta(days=number),
                )
            )
    async with database.reading() as session:
        found = await rates(session, targets=TARGETS, areas=Areas({"A": City.QUY_NHON}), now=CLOSED)
    assert found["Phường A"].closings == 10
    assert found["Phường A"].share == 1.0


def test_what_a_person_wrote_down_goes_before_what_was_counted():
    plan = InvitationPlan(rates={"A": 0.5}, default_rate=0.8, rate_by_target=True)
    needed = {"A": 0.2, "B": 0.3}
    assert [plan.rate(unit, needed) for unit in "ABC"] == [0.5, 0.3, 0.8]
    assert plan.model_copy(update={"rate_by_target": False}).rate("B", needed) == 0.8
