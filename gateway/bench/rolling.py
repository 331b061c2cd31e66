"""Two machines' worth of processes, restarted one after the other as in an upgrade, while events and
citizens' messages come in.

A process is asked to stop (SIGTERM), finishes what it is at, and starts again; then the next. The one-stop
system and the citizens' pages do what they do in life: what a gateway does not answer goes to the other one,
under the same name.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import aiohttp

from core.message import Outcome
from gateway.bench.crash import Diary, end, judge, post
from gateway.bench.kinds import Kind
from gateway.bench.machines import ready_file, start_two
from gateway.bench.world import TOKEN, World, answers, world
from gateway.supervisor import free_port

NAMES = ("gateway", "gateway-2", "planner", "planner-2", "worker", "worker-2")
_BATCH = 5
_PAUSE_SECONDS = 0.3
_POST_SECONDS = 10.0
_CITIZENS = 5
_THINKS_SECONDS = 0.2
"""From an answer to the citizen's next message."""
_GIVES_UP_SECONDS = 120.0


@dataclass
class Talk:
    """Of citizens' messages: how many were answered, how many got the card that asks to say it again."""

    asked: int = 0
    answered: int = 0
    cards: int = 0
    wrong: int = 0


async def measure(
    *,
    rounds: int = 3,
    names: Sequence[str] = NAMES,
    policy: dict[str, Any] | None = None,
    tell: Callable[[str], None],
) -> dict[str, Any]:
    """Each of ``names`` once a round. ``unanswered`` counts citizens' messages without any answer."""
    diary, talk, restarts = Diary(), Talk(), 0
    async with world(Kind.POSTGRESQL, redis=True) as made:
        port = free_port()
        await made.start("rasa", "gateway.bench.rasa_stub", "--port", str(port))
        await answers(f"http://127.0.0.1:{port}/webhooks/rest/")
        made.more["MOTCUA_RASA_URL"] = f"http://127.0.0.1:{port}"
        made.more["MOTCUA_TURNS_PER_MINUTE"] = "100000"  # these citizens write faster than any human being
        tell("starting two of each")
        events = await start_two(made, policy or {})
        turns = [url.replace("/v1/dossier-events", "/v1/turns") for url in events]
        over = asyncio.Event()
        posting = asyncio.create_task(_post(events, diary, over))
        talking = asyncio.create_task(_talk(turns, talk, over))
        try:
            for _ in range(rounds):
                for name in names:
                    await _restart(made, name, dict(zip(("gateway", "gateway-2"), turns, strict=True)))
                    restarts += 1
                    tell(f"{name} is back: {len(diary.acknowledged)} events, {talk.answered} answers")
            over.set()
            messages = await posting
            await talking
            await end(made)
        finally:
            posting.cancel()
            talking.cancel()
            talking.cancel()
        found = await judge(made, messages, diary)
    return {
        "restarts": restarts,
        "events": messages,
        "lost": found["lost"],
        "doubled": found["doubled"],
        "turns": talk.asked,
        "unanswered": talk.asked - talk.answered - talk.cards,
        "asked_to_say_again": talk.cards,
        "answered_with_another_ones_words": talk.wrong,
    }


async def _restart(made: World, name: str, addresses: dict[str, str]) -> None:
    if name in addresses:
        await made.stop(name)
        await made.restart(name)
        await answers(addresses[name].replace("/v1/turns", "/healthz"))
        return
    ready = ready_file(made, name)
    ready.unlink()
    await made.stop(name)
    await made.restart(name)
    await made.at_work(name, ready)


async def _post(gateways: Sequence[str], diary: Diary, over: asyncio.Event) -> int:
    """Batch after batch until it is over; how many events there were."""
    number = 0
    while not over.is_set():
        await post(
            gateways, number + _BATCH, diary, first=number, batch=_BATCH, pause=_PAUSE_SECONDS,
            patience=_POST_SECONDS,
        )  # fmt: skip
        number += _BATCH
    return number


async def _talk(gateways: Sequence[str], talk: Talk, over: asyncio.Event) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    limit = aiohttp.ClientTimeout(total=30)
    async with aiohttp.ClientSession(headers=headers, timeout=limit) as client:

        async def citizen(number: int) -> None:
            doors = itertools.cycle([*gateways[number % 2 :], *gateways[: number % 2]])
            for place in itertools.count():
                if over.is_set():
                    return
                words = f"câu {number} {place}."
                body = {"text": words, "conversation": f"citizen-{number}", "external_id": words}
                talk.asked += 1
                try:
                    async with asyncio.timeout(_GIVES_UP_SECONDS):
                        said = await _said(client, doors, body)
                except TimeoutError:
                    continue
                if said["outcome"] == Outcome.ANSWER:
                    talk.answered += 1
                    talk.wrong += said["text"] != words
                else:
                    talk.cards += bool(said["text"])
                await asyncio.sleep(_THINKS_SECONDS)

        await asyncio.gather(*(citizen(number) for number in range(_CITIZENS)))


async def _said(
    client: aiohttp.ClientSession, doors: itertools.cycle[str], body: dict[str, str]
) -> dict[str, Any]:
    """Until a gateway answers, as the page does."""
    while True:
        try:
            async with client.post(next(doors), json=body) as answer:
                if answer.status == 200:
                    found: dict[str, Any] = await answer.json()
                    return found
                if answer.status < 500:
                    raise RuntimeError(f"{answer.status}: {await answer.text()}")
        except (aiohttp.ClientError, TimeoutError):
            pass
        await asyncio.sleep(0.2)
