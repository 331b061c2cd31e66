"""How hard tests with made-up input try: a little in the suite, as long as wanted by ``MOTCUA_FUZZ``.

``MOTCUA_FUZZ=20`` tries twenty times as many examples.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

FACTOR = int(os.environ.get("MOTCUA_FUZZ", "1"))


def trying(examples: int) -> settings:
    return settings(
        max_examples=examples * FACTOR,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=FACTOR == 1,  # in the suite the same input every day; a long run looks further
        print_blob=False,
    )
