"""The satisfaction ratios of Decision 766/QĐ-TTg (23/6/2022), group "mức độ hài lòng".

They are not a survey and never stand beside the survey index without saying so: they subtract the unhappy,
the reflected and the overdue from everything received, so whoever kept silent counts as satisfied. With few
complaints they lie near 100 however people feel. The survey index counts only those who answered.
"""

from __future__ import annotations


def reflections_on_time(handled_on_time: int, received: int) -> float | None:
    """Reflections handled on or before their date, in percent of those received within competence."""
    return _percent(handled_on_time, received)


def satisfaction_with_reflections(received: int, unhappy_or_overdue: int) -> float | None:
    """Percent of reflections left after those answered "not satisfied", reflected upon again, or overdue."""
    return _percent(received - unhappy_or_overdue, received)


def satisfaction_with_procedures(dossiers: int, unhappy_reflected_or_overdue: int) -> float | None:
    """Percent of dossiers left after the unhappy, those with a reflection about them, and the overdue.

    A dossier that is several of these is counted once.
    """
    return _percent(dossiers - unhappy_reflected_or_overdue, dossiers)


def _percent(part: int, whole: int) -> float | None:
    """``None`` where there is nothing to judge; ``ValueError`` for counts that do not fit together."""
    if not 0 <= part <= whole:
        raise ValueError(f"{part} of {whole} is not a part of it")
    return 100 * part / whole if whole else None
