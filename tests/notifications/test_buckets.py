"""How much may go out in a time, whether one process counts or Redis counts for all."""

from __future__ import annotations

import asyncio

import pytest
from redis.asyncio import Redis

from gateway.bench.kinds import ServerMissing
from gateway.bench.servers import RedisServer
from notifications.buckets import Hold, Limits, MemoryWardens, Rate, Wanted
from notifications.redis_buckets import RedisWardens
from tests.waiting import PATIENCE_SECONDS

# So slow that nothing fills up while a test runs.
LIMITS = Limits({"esms": Rate(0.01, 10)}, recipient=Rate(0.01, 3))


def wanted(cost=1, *, provider="esms", recipient="r1", urgent=False):
    return Wanted(provider, recipient, cost, urgent)


@pytest.fixture(scope="module")
def server():
    try:
        redis = RedisServer()
    except ServerMissing as missing:
        pytest.skip(str(missing))
    redis.start()
    yield redis
    redis.stop()


@pytest.fixture(params=["memory", "redis"])
async def wardens(request):
    if request.param == "memory":
        yield MemoryWardens(LIMITS)
        return
    server = request.getfixturevalue("server")
    server.flush()
    async with Redis.from_url(server.url) as redis:
        yield RedisWardens(redis, LIMITS)


async def test_a_long_text_costs_as_many_tokens_as_it_has_segments(wardens):
    waits = await wardens.take([wanted(3, recipient=f"r{number}") for number in range(4)])
    assert waits[:3] == [None, None, None]
    assert waits[3].seconds == pytest.approx(200, rel=0.05)  # two tokens are missing


async def test_one_person_is_not_flooded_and_others_are_not_held_up(wardens):
    waits = await wardens.take([*(wanted() for _ in range(4)), wanted(recipient="r2")])
    assert [wait and wait.everybody for wait in waits] == [None, None, None, False, None]


async def test_what_somebody_waits_for_is_held_by_the_providers_limit_alone(wardens):
    waits = await wardens.take([wanted(urgent=True) for _ in range(11)])
    assert [wait and wait.everybody for wait in waits] == [None] * 10 + [True]


async def test_a_short_text_does_not_take_what_a_long_one_before_it_waits_for(wardens):
    first = await wardens.take([wanted(9, urgent=True), wanted(3, urgent=True), wanted(1, recipient="r2")])
    assert [wait is None for wait in first] == [True, False, False]
    again = await wardens.take([wanted(1, recipient="r2")])
    assert again == [None]


async def test_a_text_longer_than_the_bucket_goes_out_when_it_is_full(wardens):
    assert await wardens.take([wanted(12, urgent=True)]) == [None]
    assert (await wardens.take([wanted(1, urgent=True)]))[0].everybody


async def test_what_has_no_limit_always_goes(wardens):
    assert await wardens.take([wanted(99, provider="outbox-file") for _ in range(50)]) == [None] * 50


async def test_a_bucket_fills_with_time():
    now = [0.0]
    wardens = MemoryWardens(Limits({"esms": Rate(2, 4)}), clock=lambda: now[0])
    assert await wardens.take([wanted(4)]) == [None]
    assert await wardens.take([wanted(3)]) == [Hold(1.5, everybody=True)]
    now[0] += 1.5
    assert await wardens.take([wanted(3)]) == [None]


async def test_without_redis_the_process_counts_alone(server):
    lost = RedisServer()
    async with Redis.from_url(lost.url, socket_connect_timeout=0.2) as redis:  # nobody listens there
        async with asyncio.timeout(PATIENCE_SECONDS):
            assert await RedisWardens(redis, LIMITS).take([wanted()]) == [None]


async def test_two_processes_share_the_buckets(server):
    server.flush()
    async with Redis.from_url(server.url) as one, Redis.from_url(server.url) as two:
        first, second = RedisWardens(one, LIMITS), RedisWardens(two, LIMITS)
        assert await first.take([wanted(6, urgent=True)]) == [None]
        assert await second.take([wanted(6, urgent=True)]) != [None]
        server.flush()
        assert await second.take([wanted(6, urgent=True)]) == [None]
