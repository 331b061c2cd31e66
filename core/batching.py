"""Many callers, one piece of work: what comes while it is under way goes into the next one together."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence


class Batcher[Item, Answer]:
    """``work`` gets up to ``most`` items and gives an answer, or an error, for each in their order.

    When ``work`` itself fails, each item is tried alone, so that one cannot spoil it for the others.
    """

    def __init__(
        self,
        work: Callable[[Sequence[Item]], Awaitable[Sequence[Answer | Exception]]],
        *,
        most: int,
        size: Callable[[Item], int] = lambda _item: 1,
    ) -> None:
        self._work, self._most, self._size = work, most, size
        self._waiting: deque[tuple[Item, asyncio.Future[Answer]]] = deque()
        self._running: asyncio.Task[None] | None = None

    async def submit(self, item: Item) -> Answer:
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, answer))
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._run())
        return await answer

    async def _run(self) -> None:
        while self._waiting:
            batch = [self._waiting.popleft()]
            size = self._size(batch[0][0])
            while self._waiting and size + self._size(self._waiting[0][0]) <= self._most:
                batch.append(self._waiting.popleft())
                size += self._size(batch[-1][0])
            await self._do(batch)

    async def _do(self, batch: list[tuple[Item, asyncio.Future[Answer]]]) -> None:
        try:
            answers = await self._work([item for item, _ in batch])
        except Exception as error:
            if len(batch) == 1:
                _tell(batch[0][1], error)
            else:
                for one in batch:
                    await self._do([one])
            return
        for (_, future), answer in zip(batch, answers, strict=True):
            _tell(future, answer)


def _tell[Answer](future: asyncio.Future[Answer], answer: Answer | Exception) -> None:
    if future.done():  # whoever asked has gone away
        return
    if isinstance(answer, Exception):
        future.set_exception(answer)
    else:
        future.set_result(answer)
