"""Figures as SVG, drawn by matplotlib: an estimate with its interval, a target as a line with its source.

Pages show them as pictures from our own address, so the strict policy of the pages holds; what stands in the
picture stands in a table beside it as well. Told apart by place and shape, not by colour.
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from gateway.public.assets import STATIC

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_FONT = STATIC / "vendor" / "be-vietnam-pro-400.ttf"
_WIDTH = 7.2  # inches at 100 dots: the width of the citizens' column


@dataclass(frozen=True)
class Ink:
    """Colours of one theme, from ``tokens.css``."""

    ink: str
    soft: str
    line: str
    mark: str


LIGHT = Ink(ink="#1b2421", soft="#4a5551", line="#e2dccf", mark="#0b5751")
DARK = Ink(ink="#e8eeeb", soft="#b3c0bb", line="#2d3835", mark="#8fd6cb")


@dataclass(frozen=True)
class Estimate:
    """One line of a chart, in percent. ``decided``: a verdict stands; else it is drawn hollow."""

    name: str
    index: float
    lower: float
    upper: float
    n: int
    decided: bool = True


@dataclass(frozen=True)
class Line:
    """A target: where it stands and what it is called."""

    value: float
    label: str


_ONE_AT_A_TIME = asyncio.Lock()


async def drawn(draw: Any, *arguments: Any, **named: Any) -> bytes:
    """Run one of the drawings below beside the event loop; one at a time, they need a whole core."""
    async with _ONE_AT_A_TIME:
        found: bytes = await asyncio.to_thread(draw, *arguments, **named)
    return found


def intervals(
    rows: Sequence[Estimate], targets: Sequence[Line], *, ink: Ink = LIGHT, kind: str = "svg"
) -> bytes:
    """Rows from top to bottom, each a point on its interval, n beside it; targets as lines through all."""
    height = 0.9 + 0.42 * max(1, len(rows)) + 0.22 * len(targets)
    figure, axes = _paper(height, ink)
    for place, row in enumerate(reversed(rows)):
        axes.plot([row.lower, row.upper], [place, place], color=ink.mark, linewidth=2, solid_capstyle="butt")
        face = ink.mark if row.decided else "none"
        axes.plot(
            [row.index], [place], "o", markersize=8, color=ink.mark, markerfacecolor=face, markeredgewidth=2
        )
        axes.text(101, place, f"{_number(row.index)} %, n = {row.n}", va="center", fontsize=9, color=ink.ink)
    for place, target in enumerate(targets):
        axes.axvline(target.value, color=ink.soft, linewidth=1.2, linestyle=(0, (4, 3)), zorder=0)
        top = len(rows) - 0.3 + 0.55 * place
        axes.text(target.value, top, target.label, ha="right", va="bottom", fontsize=8.5, color=ink.soft)
    lowest = min([row.lower for row in rows] + [target.value for target in targets], default=0)
    axes.set_xlim(max(0, 10 * ((lowest - 3) // 10)), 100)
    axes.set_ylim(-0.6, len(rows) - 0.2 + 0.55 * len(targets))
    axes.set_yticks(range(len(rows)), [row.name for row in reversed(rows)])
    axes.set_xlabel("% người trả lời hài lòng (mức 4 và 5), khoảng tin cậy 95 %", fontsize=9, color=ink.soft)
    axes.grid(axis="x", color=ink.line, linewidth=0.8)
    return _saved(figure, kind)


def months(
    points: Sequence[Estimate], targets: Sequence[Line], *, ink: Ink = LIGHT, kind: str = "svg"
) -> bytes:
    """Twelve months from left to right, each a point on its interval."""
    from matplotlib.ticker import MaxNLocator

    figure, axes = _paper(3.2, ink)
    for place, point in enumerate(points):
        axes.plot([place, place], [point.lower, point.upper], color=ink.mark, linewidth=2)
        axes.plot([place], [point.index], "o", markersize=6, color=ink.mark)
    for target in targets:
        axes.axhline(target.value, color=ink.soft, linewidth=1.2, linestyle=(0, (4, 3)), zorder=0)
    words = "\n".join(f"- - -  {target.label}" for target in targets)
    axes.set_title(words, loc="left", fontsize=8.5, color=ink.soft)
    lowest = min([point.lower for point in points] + [target.value for target in targets], default=0)
    axes.set_ylim(max(0, 10 * ((lowest - 3) // 10)), 100)
    axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.set_xlim(-0.5, max(0.5, len(points) - 0.5))
    axes.set_xticks(range(len(points)), [f"{point.name}\nn = {point.n}" for point in points], fontsize=8)
    axes.set_ylabel("% hài lòng", fontsize=9, color=ink.soft)
    axes.grid(axis="y", color=ink.line, linewidth=0.8)
    return _saved(figure, kind)


@cache
def _fonts() -> Any:
    from matplotlib import font_manager

    font_manager.fontManager.addfont(str(_FONT))
    return font_manager.FontProperties(fname=str(_FONT)).get_name()


def _paper(height: float, ink: Ink) -> tuple[Figure, Axes]:
    import matplotlib as mpl
    from matplotlib.figure import Figure

    # Letters as outlines: a picture cannot load the page's font.
    mpl.rcParams.update({"font.family": _fonts(), "svg.fonttype": "path", "svg.hashsalt": "motcua"})
    figure = Figure(figsize=(_WIDTH, height), layout="constrained")
    figure.patch.set_alpha(0)
    axes = figure.add_subplot()
    axes.patch.set_alpha(0)
    axes.tick_params(colors=ink.ink, labelsize=9, length=0)
    for side in axes.spines.values():
        side.set_visible(False)
    return figure, axes


def _saved(figure: Figure, kind: str) -> bytes:
    out = io.BytesIO()
    plain = {"Date": None, "Creator": None} if kind == "svg" else {}
    figure.savefig(out, format=kind, metadata=plain, dpi=160)
    return out.getvalue()


def _number(value: float) -> str:
    return f"{value:.1f}".replace(".", ",").removesuffix(",0")
