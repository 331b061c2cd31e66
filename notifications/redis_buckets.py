"""Buckets that all workers share through Redis. What Redis forgets is a full bucket, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from notifications.buckets import Hold, Limits, MemoryWardens, Wanted, Wardens

log = structlog.get_logger()

# One round trip for a whole batch. KEYS: every bucket of every message in turn. ARGV: how many messages; for
# each the number of its buckets and its cost; then for each bucket its rate and its size. Time is Redis's.
# Answered for each message: seconds to wait, and the bucket that holds it (1 is the provider's, 0 none).
_TAKE = """
local clock = redis.call('TIME')
local now = tonumber(clock[1]) + tonumber(clock[2]) / 1000000
local messages, key, waits, resting = tonumber(ARGV[1]), 0, {}, {}
local rates = 1 + 2 * messages
for m = 1, messages do
  local buckets, cost = tonumber(ARGV[2 * m]), tonumber(ARGV[2 * m + 1])
  local wait, held, levels = 0, 0, {}
  if buckets > 0 and resting[KEYS[key + 1]] then
    wait, held = resting[KEYS[key + 1]], 1
  end
  for b = 1, held == 0 and buckets or 0 do
    local rate = tonumber(ARGV[rates + 2 * (key + b) - 1])
    local size = tonumber(ARGV[rates + 2 * (key + b)])
    local known = redis.call('HMGET', KEYS[key + b], 'level', 'at')
    local level = size
    if known[1] then
      local passed = math.max(0, now - tonumber(known[2]))
      level = math.min(size, tonumber(known[1]) + passed * rate)
    end
    local missing = (math.min(cost, size) - level) / rate
    if missing >= 0.000001 then
      wait, held = missing, b
      break
    end
    levels[b] = {level, rate, size}
  end
  if held == 1 then
    resting[KEYS[key + 1]] = wait
  elseif held == 0 then
    for b = 1, buckets do
      local left = levels[b][1] - cost
      -- Lua would print 14 digits of the time and lose the microseconds.
      local written = string.format('%.6f', now)
      redis.call('HSET', KEYS[key + b], 'level', string.format('%.17g', left), 'at', written)
      redis.call('PEXPIRE', KEYS[key + b], math.ceil(1000 * (levels[b][3] - left) / levels[b][2]) + 1000)
    end
  end
  waits[m] = {tostring(wait), held}
  key = key + buckets
end
return waits
"""
_PREFIX = "motcua:bucket:"


class RedisWardens:
    """Falls back to buckets of this process while Redis does not answer."""

    def __init__(self, redis: Redis, limits: Limits, *, fallback: Wardens | None = None) -> None:
        self._limits = limits
        self._take = redis.register_script(_TAKE)
        self._fallback = fallback or MemoryWardens(limits)

    async def take(self, wanted: Sequence[Wanted]) -> list[Hold | None]:
        buckets = [self._limits.buckets(one) for one in wanted]
        if not any(buckets):
            return [None] * len(wanted)
        keys = [f"{_PREFIX}{name}" for found in buckets for name, _ in found]
        messages = [
            part for one, found in zip(wanted, buckets, strict=True) for part in (len(found), float(one.cost))
        ]
        rates = [part for found in buckets for _, rate in found for part in (rate.per_second, rate.burst)]
        try:
            waits = await self._take(keys=keys, args=[len(wanted), *messages, *rates])
        except (RedisError, OSError, TimeoutError) as error:
            log.warning("buckets of this process alone", error=type(error).__name__)
            return await self._fallback.take(wanted)
        return [Hold(float(wait), everybody=held == 1) if held else None for wait, held in waits]
