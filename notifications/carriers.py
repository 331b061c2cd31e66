"""Which provider carries a message inside a rung: the healthy ones, most of the time.

A rung names a route; a route may have several providers. Each provider's share follows from how it has
answered lately. One that fails is left with a trickle by which its recovery is noticed. What it knows is of
this process alone: a few dozen calls teach it anew after a restart.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from wire.provider import About, Ambiguous, Outcome, Provider, Rejected

Routes = Mapping[str, Sequence[str]]
"""By the name that rungs use, the providers that can carry it; without an entry the provider of that name."""


class InOrder(tuple[str, ...]):
    """Providers of a route that are no equals (in price, or in whose country they stand): each gets only what
    the ones before it are too sick to carry. Those of any other route share its messages evenly."""


_TRICKLE = 0.02
_BACK_A_MINUTE = 0.10
_MEMORY = 0.06
_SICK_ABOVE, _WELL_BELOW = 0.25, 0.08
_SLOW_SECONDS = 5.0
_COUNTED = math.inf


@dataclass
class Health:
    """``failing``: the share of bad answers, newer ones counting more."""

    failing: float = 0.0
    sick: bool = False
    last_failure: float = 0.0
    under_way: dict[str, float] = field(default_factory=dict)

    def note(self, *, bad: bool, at: float) -> None:
        self.failing += _MEMORY * (float(bad) - self.failing)
        if bad:
            self.last_failure = at
        if self.failing > _SICK_ABOVE:
            self.sick = True
        elif self.failing < _WELL_BELOW:
            self.sick = False

    def weight(self, at: float) -> float:
        if not self.sick:
            return 1.0
        return min(1.0, _TRICKLE + _BACK_A_MINUTE * (at - self.last_failure) / 60)


class Carriers:
    """``clock``: seconds that only go forward."""

    def __init__(
        self,
        providers: Mapping[str, Provider],
        routes: Routes | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
        draw: Callable[[], float] = random.random,
    ) -> None:
        self._providers = providers
        self._routes = routes or {}
        self._clock, self._draw = clock, draw
        self._health = {name: Health() for name in providers}

    def names(self, route: str) -> list[str]:
        """Providers with an account that can carry this route."""
        return [name for name in self._routes.get(route, (route,)) if name in self._providers]

    def provider(self, name: str) -> Provider:
        return self._providers[name]

    def routes(self) -> list[str]:
        """Every name that a rung may use."""
        return [*self._routes, *self._providers]

    def health(self, name: str) -> Health:
        return self._health[name]

    def pick(
        self, route: str, *, among: Sequence[str] | None = None, avoid: Collection[str] = ()
    ) -> Provider | None:
        """A provider of the route by its share, of ``among`` where that is given; one of ``avoid`` only if
        there is no other. None: no account."""
        names = self.names(route) if among is None else list(among)
        others = [name for name in names if name not in avoid]
        names = others or names
        if len(names) < 2:
            return self._providers[names[0]] if names else None
        at = self._clock()
        self._look_at_the_slow(names, at)
        weights = [self._health[name].weight(at) for name in names]
        if isinstance(self._routes.get(route), InOrder):
            chosen = (name for name, weight in zip(names, weights, strict=True) if self._draw() < weight)
            return self._providers[next(chosen, names[-1])]
        drawn = self._draw() * sum(weights)
        for name, weight in zip(names, weights, strict=True):
            drawn -= weight
            if drawn < 0:
                return self._providers[name]
        return self._providers[names[-1]]

    def begin(self, name: str, reference: str) -> None:
        self._health[name].under_way[reference] = self._clock()

    def done(self, name: str, reference: str, outcome: Outcome) -> None:
        health = self._health[name]
        since = health.under_way.pop(reference, _COUNTED)
        if since != _COUNTED:
            health.note(bad=_is_bad(outcome), at=self._clock())

    def busy(self, name: str) -> int:
        return len(self._health[name].under_way) if name in self._health else 0

    def _look_at_the_slow(self, names: Sequence[str], at: float) -> None:
        """A call that hangs is a failure long before it is called off: it counts now, and once."""
        for name in names:
            health = self._health[name]
            slow = [one for one, since in health.under_way.items() if at - since > _SLOW_SECONDS]
            for one in slow:
                health.under_way[one] = _COUNTED
                health.note(bad=True, at=at)


def _is_bad(outcome: Outcome) -> bool:
    """Whether an answer speaks against the provider: that it refuses one number or one text does not."""
    if isinstance(outcome, Rejected):
        return not outcome.permanent or outcome.about is About.ACCOUNT
    return isinstance(outcome, Ambiguous)
