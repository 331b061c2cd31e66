"""One works, the others watch: who takes over, and when."""

from __future__ import annotations

import pytest

from core.relay import Relay


class Seconds:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def seconds():
    return Seconds()


def watcher(seconds, at=0):
    found = Relay(patience=0.6, clock=seconds)
    assert found.works(at)
    assert not found.works(at + 1)  # somebody else has moved it
    return found


def test_who_sees_that_another_has_moved_the_work_leaves_it_to_them(seconds):
    one = Relay(clock=seconds)
    assert one.works(0)
    one.moved(10)
    assert one.works(10)
    assert not one.works(20)
    assert one.watches


def test_work_that_stands_still_is_taken_over_within_a_second(seconds):
    one = watcher(seconds, at=0)
    taken = None
    while taken is None:
        seconds.now += 0.25
        if one.look(1, waits=True):
            taken = seconds.now
    assert 0.6 < taken < 1


def test_work_that_goes_on_is_not_taken_over(seconds):
    one = watcher(seconds)
    for at in range(2, 50):
        seconds.now += 0.5
        assert not one.look(at, waits=True)


def test_what_has_only_just_come_is_not_taken_from_whoever_is_at_it(seconds):
    one = watcher(seconds)
    for _ in range(100):
        seconds.now += 0.25
        assert not one.look(1, waits=False)
    seconds.now += 0.25
    assert not one.look(1, waits=True)


def test_on_a_machine_where_every_step_takes_long_patience_is_longer_and_shortens_again(seconds):
    one = watcher(seconds)
    seconds.now += 1
    assert one.look(1, waits=True)
    one.beaten()  # a step takes a second here: this once it was done twice
    for at in range(2, 20):
        for _ in range(4):
            seconds.now += 0.25
            assert not one.look(at, waits=True)
    for at in range(20, 60):
        seconds.now += 0.25
        assert not one.look(at, waits=True)
    begun = seconds.now
    while not one.look(59, waits=True):
        seconds.now += 0.25
    assert seconds.now - begun < 1


def test_who_was_beaten_to_it_watches_and_the_winner_goes_on(seconds):
    one, other = Relay(clock=seconds), Relay(clock=seconds)
    assert (one.works(0), other.works(0)) == (True, True)
    one.moved(10)
    other.beaten()
    assert (one.works(10), other.watches) == (True, True)
    assert not other.look(10, waits=True)
