"""What must stay hidden so that nobody's answer can be worked out from a table.

A cell under five answers is hidden. If only that cell is hidden, it can be had by subtracting its neighbours
from the total; so neighbours are hidden with it until what is hidden is at least two cells and five answers.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping

from feedback.index import HIDDEN_BELOW


def hidden_cells[Key: Hashable](answers: Mapping[Key, int]) -> set[Key]:
    """Cells of a table with a visible total that may not be shown; ``answers`` counts each cell.

    Empty cells are shown as empty only where nothing beside them is hidden: else they stay hidden as well.
    """
    few = {cell for cell, n in answers.items() if 0 < n < HIDDEN_BELOW}
    if not few:
        return set()
    by_size = sorted((n, str(cell), cell) for cell, n in answers.items() if n >= HIDDEN_BELOW)
    hidden = set(few)
    for _, _, neighbour in by_size:
        if len(hidden) >= 2 and sum(answers[cell] for cell in hidden) >= HIDDEN_BELOW:
            break
        hidden.add(neighbour)
    return hidden | {cell for cell, n in answers.items() if n == 0}
