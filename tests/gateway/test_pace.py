"""What an administrator sets becomes what the sender keeps to."""

from __future__ import annotations

from datetime import timedelta

from core.settings import Settings
from gateway.pace import Pace, limits_of, receipts_within
from gateway.providers import ProviderRow, Providers, ladders, routes
from notifications.buckets import MemoryWardens, Rate, Wanted
from notifications.carriers import InOrder
from notifications.ladder import Rung
from notifications.redis_buckets import RedisWardens
from notifications.schemas import Channel, Purpose

MINUTE = timedelta(minutes=1)


def settings(**given):
    return Settings(_env_file=None, **given)


def test_each_provider_whose_receipts_reach_us_has_its_time():
    found = receipts_within(settings(public_url="https://motcua.example.gov.vn"))
    assert found == {
        "zalo-zbs": 30 * MINUTE, "zalo-oa": 30 * MINUTE, "esms": 120 * MINUTE, "twilio": 120 * MINUTE,
    }  # fmt: skip
    # Mail, Telegram, SpeedSMS, Stringee and the folder say nothing afterwards: nobody waits for them.
    changed = receipts_within(
        settings(
            public_url="https://motcua.example.gov.vn",
            zalo={"receipt_minutes": 0},
            vietguys={"receipt_minutes": 60},
        )
    )
    assert changed == {"esms": 120 * MINUTE, "twilio": 120 * MINUTE, "vietguys": 60 * MINUTE}


def test_without_an_address_that_providers_can_call_only_the_one_that_is_asked_is_waited_for():
    assert receipts_within(settings()) == {"twilio": 120 * MINUTE}


def test_providers_and_persons_have_their_buckets_and_the_folder_has_none():
    limits = limits_of(settings(esms={"per_second": 5}, person_segments_at_once=6))
    assert limits.providers["esms"] == Rate(5, 10)
    assert limits.recipient == Rate(6 / 60, 6)
    assert {"zalo-zbs", "zalo-oa", "esms", "speedsms", "vietguys", "stringee", "twilio", "telegram",
            "smtp"} == set(limits.providers)  # fmt: skip
    assert limits.buckets(Wanted("outbox-file", "r", 1, urgent=False)) == []


async def test_the_buckets_are_shared_where_there_is_redis():
    alone, shared = (
        Pace(settings(redis_url=None)),
        Pace(settings(redis_url="redis://127.0.0.1:1", person_segments_at_once=10)),
    )
    assert isinstance(alone.wardens, MemoryWardens)
    assert isinstance(shared.wardens, RedisWardens)
    # Redis is not there: a limit is kept all the same.
    waits = await shared.wardens.take([Wanted("esms", "r", 1, urgent=False) for _ in range(12)])
    assert [wait is None for wait in waits] == [True] * 10 + [False] * 2
    await alone.close()
    await shared.close()


def test_text_messages_are_one_step_however_many_providers_carry_them():
    rows = [ProviderRow(name, Channel.SMS, True) for name in ("esms", "twilio")]
    both = Providers(rows=rows)
    assert Rung(Channel.SMS, "sms") in ladders(both)[Purpose.STATUS]
    assert [rung.channel for rung in ladders(both)[Purpose.STATUS]].count(Channel.SMS) == 1
    assert routes(both) == {"sms": InOrder(("esms", "twilio"))}
    one = Providers(rows=rows[:1])
    assert ladders(one)[Purpose.ONE_TIME_CODE] == (Rung(Channel.SMS, "esms"),)
    assert routes(one) == {}
