"""Which provider carries a message: the healthy one, with a trickle to the sick one to see it get well."""

from __future__ import annotations

import random

import pytest

from notifications.carriers import Carriers, InOrder
from tests.notifications.helpers import StubProvider
from wire.provider import About, Accepted, Ambiguous, Rejected


class Seconds:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds():
    return Seconds()


@pytest.fixture
def carriers(seconds):
    providers = {name: StubProvider(name) for name in ("one", "two", "other")}
    draw = random.Random(7).random
    return Carriers(providers, {"sms": ("one", "two")}, clock=seconds, draw=draw)


def share(carriers, name, times=1000):
    return sum(carriers.pick("sms").name == name for _ in range(times)) / times


def answer(carriers, name, outcome, times=1):
    for number in range(times):
        carriers.begin(name, str(number))
        carriers.done(name, str(number), outcome)


def test_two_healthy_providers_share_the_work(carriers):
    assert share(carriers, "one") == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize("outcome", [Ambiguous("timeout"), Rejected(permanent=False, code="503")])
def test_one_that_fails_every_second_time_loses_its_share(carriers, outcome):
    for _ in range(20):
        answer(carriers, "one", outcome)
        answer(carriers, "one", Accepted())
    assert share(carriers, "one") < 0.05


@pytest.mark.parametrize("about", [About.PERSON, About.ROUTE, About.UNKNOWN])
def test_a_refusal_of_one_number_or_one_network_is_no_failure_of_the_provider(carriers, about):
    answer(carriers, "one", Rejected(permanent=True, code="no such number", about=about), times=30)
    assert share(carriers, "one") == pytest.approx(0.5, abs=0.05)


def test_a_provider_that_is_out_of_money_is_left_alone_but_for_a_trickle(carriers):
    answer(carriers, "one", Rejected(permanent=True, code="103", about=About.ACCOUNT), times=30)
    assert share(carriers, "one") < 0.05


def test_calls_that_hang_count_before_they_are_called_off(carriers, seconds):
    for number in range(12):
        carriers.begin("one", str(number))
    seconds.now += 6
    assert share(carriers, "one") < 0.05
    failing = carriers.health("one").failing
    for number in range(12):
        carriers.done("one", str(number), Ambiguous("timeout"))
    assert carriers.health("one").failing == failing  # once each


def test_one_that_is_well_again_gets_its_share_back(carriers, seconds):
    answer(carriers, "one", Ambiguous("timeout"), times=20)
    seconds.now += 120
    assert 0.1 < share(carriers, "one") < 0.3  # ten points a minute of peace
    answer(carriers, "one", Accepted(), times=60)
    assert share(carriers, "one") == pytest.approx(0.5, abs=0.05)


def test_what_was_tried_with_one_is_tried_with_the_other(carriers):
    assert {carriers.pick("sms", avoid=["one"]).name for _ in range(50)} == {"two"}
    assert carriers.pick("sms", avoid=["one", "two"]) is not None


def test_a_route_is_a_provider_of_that_name_or_nothing(carriers):
    assert carriers.pick("other").name == "other"
    assert carriers.pick("nobody") is None


def test_where_the_order_counts_the_next_one_gets_only_what_the_first_is_too_sick_for(seconds):
    providers = {name: StubProvider(name) for name in ("cheap", "dear")}
    carriers = Carriers(
        providers, {"sms": InOrder(("cheap", "dear"))}, clock=seconds, draw=random.Random(7).random
    )
    assert share(carriers, "cheap") == 1
    answer(carriers, "cheap", Ambiguous("timeout"), times=10)
    assert share(carriers, "cheap") < 0.05
    answer(carriers, "dear", Ambiguous("timeout"), times=10)
    assert share(carriers, "dear") > 0.9  # somebody has to
