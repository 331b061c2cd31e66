"""What must stay hidden so that nobody's answer can be worked out, from one table or from several.

A cell under five answers is hidden. If only that cell were hidden, it could be had by subtracting its
neighbours from the total; so neighbours are hidden with it until what is hidden is at least two cells and
five answers. The same is true of time: a month that is hidden could be had by subtracting one period from
another. So it is decided once for every half month, and what is hidden then is shown only as part of a fixed
block of halves; whichever two periods are subtracted, what is left is whole halves or whole blocks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass

from feedback.index import HIDDEN_BELOW
from feedback.span import Slice


def hidden_cells[Key: Hashable](answers: Mapping[Key, int]) -> set[Key]:
    """Cells of a table with a visible total that may not be shown; ``answers`` counts each cell.

    Empty cells are shown as empty only where nothing beside them is hidden: else they stay hidden as well.
    """
    few = {cell for cell, n in answers.items() if 0 < n < HIDDEN_BELOW}
    if not few:
        return set()
    hidden = few | {cell for cell, n in answers.items() if n == 0}
    if len(few) < 2 or sum(answers[cell] for cell in few) < HIDDEN_BELOW:
        # One is enough: it has five answers at least.
        neighbours = (cell for cell, n in answers.items() if n >= HIDDEN_BELOW)
        smallest = min(neighbours, key=lambda cell: (answers[cell], str(cell)), default=None)
        hidden |= {smallest} if smallest is not None else set()
    return hidden


@dataclass(frozen=True)
class Release:
    """What of one cell may be counted: each block is all in a period, or it is left out of it."""

    blocks: tuple[frozenset[Slice], ...]

    def within(self, period: Collection[Slice]) -> frozenset[Slice]:
        inside = set(period)
        return frozenset(one for block in self.blocks if block <= inside for one in block)


def releases[Key: Hashable](
    answers: Mapping[Key, Mapping[Slice, int]], *, closed: Collection[Slice] = ()
) -> dict[Key, Release]:
    """What may be shown of each cell of a table whose totals are shown for every period.

    ``answers`` counts every cell in every half month of whole years: blocks never reach over a New Year, so
    that earlier years stay as they were. In the halves of ``closed`` the total itself is hidden, and so is
    every cell.
    """
    by_slice: dict[Slice, dict[Key, int]] = defaultdict(dict)
    for cell, slices in answers.items():
        for one, n in slices.items():
            by_slice[one][cell] = n
    hidden = {one: set(cells) if one in closed else hidden_cells(cells) for one, cells in by_slice.items()}
    return {
        cell: _blocks(slices, {one for one in slices if cell in hidden[one]})
        for cell, slices in answers.items()
    }


def release_alone(answers: Mapping[Slice, int]) -> Release:
    """The same for a count that stands in no table."""
    return _blocks(answers, {one for one, n in answers.items() if 0 < n < HIDDEN_BELOW})


def _blocks(answers: Mapping[Slice, int], hidden: Collection[Slice]) -> Release:
    blocks = [frozenset({one}) for one in answers if one not in hidden]
    block: list[Slice] = []
    for one in sorted(hidden):
        if block and block[-1].month[:4] != one.month[:4]:
            block = []
        block.append(one)
        said = [answers[each] for each in block if answers[each]]
        if len(said) >= 2 and sum(said) >= HIDDEN_BELOW:
            blocks.append(frozenset(block))
            block = []
    return Release(tuple(blocks))
