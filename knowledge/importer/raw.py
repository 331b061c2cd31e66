"""A record of any export after its cells are apart and before they are typed."""

from __future__ import annotations

from dataclasses import dataclass, field

from knowledge.schemas import LegalDocument, SubmissionChannel


@dataclass(frozen=True)
class RawFee:
    """One fee as the source states it.

    ``stated``: "free", "none" (nothing said), "amount" (``amount`` in đồng), "foreign" (another currency).
    """

    stated: str
    amount: int | None = None
    words: str = ""
    name: str | None = None
    note: str = ""


@dataclass(frozen=True)
class RawMethod:
    """One row of the table of ways to file."""

    channel: SubmissionChannel
    time: str
    fees: tuple[RawFee, ...]
    note: str = ""


@dataclass(frozen=True)
class RawPaper:
    """One row of the table of papers; counts are ``None`` when the source gives none."""

    name: str
    originals: int = 0
    copies: int = 0
    form_name: str | None = None
    group: str | None = None


@dataclass
class RawProcedure:
    """The cells of one record, apart and cleaned."""

    code: str
    name: str
    source: str
    levels: str = ""
    field_name: str = ""
    decision: str | None = None
    kind: str | None = None
    applicants: str = ""
    authority: str | None = None
    agency: str | None = None
    receiving_address: str | None = None
    url: str | None = None
    summary: str | None = None
    keywords: str | None = None
    steps: str = ""
    conditions: str = ""
    results: tuple[str, ...] = ()
    methods: tuple[RawMethod, ...] = ()
    papers: tuple[RawPaper, ...] = ()
    legal: tuple[LegalDocument, ...] = ()
    extra: dict[str, str] = field(default_factory=dict)
