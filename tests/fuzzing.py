"""How hard tests with made-up input try: a little in the suite, as long as wanted by ``MOTCUA_FUZZ``.

``MOTCUA_FUZZ=20`` tries twenty times as many examples, and wants an answer within a second of processor time.
In the suite the wait only tells what is slow from what never ends: input made to hurt takes minutes or for
ever, while a second would be a test of the machine (garbage of a whole suite, a neighbour on the core).
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

FACTOR = int(os.environ.get("MOTCUA_FUZZ", "1"))
PATIENCE_SECONDS = 60.0 if FACTOR == 1 else 1.0


def trying(examples: int) -> settings:
    return settings(
        max_examples=examples * FACTOR,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=FACTOR == 1,  # in the suite the same input every day; a long run looks further
        print_blob=False,
    )
