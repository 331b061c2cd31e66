"""Variables that look like ours and that nothing reads: a slip of the pen leaves the default in force."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping

from pydantic import BaseModel

from core.settings import Settings
from gateway.doctor.finding import Finding, Level

_PREFIX = "MOTCUA_"
# Read from the environment itself, by commands and between our processes.
_BESIDE = frozenset(
    "ACTIONS_URL API_KEY ENV_FILE LOCAL_TOKEN METRICS_DIR RASA_URL SANDBOX_ACCOUNTS SANDBOX_KEY".split()
)


def variable_findings(environment: Mapping[str, str]) -> Iterator[Finding]:
    """Of a group (``MOTCUA_ZALO__…``) wrong names are refused when settings are read."""
    known = {name.upper() for name in Settings.model_fields} | _BESIDE
    groups = {
        name.upper()
        for name, field in Settings.model_fields.items()
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)
    }
    for variable in sorted(environment):
        name = variable.removeprefix(_PREFIX)
        if not variable.startswith(_PREFIX) or name in known or name.partition("__")[0] in groups:
            continue
        near = difflib.get_close_matches(name, known, n=1)
        yield Finding(
            f"settings.{variable}", Level.WEAK, f"{variable} không phải biến nào, nên không có tác dụng",
            f"có phải {_PREFIX}{near[0]}?" if near else "bỏ đi, hoặc xem lại chính tả",
        )  # fmt: skip
