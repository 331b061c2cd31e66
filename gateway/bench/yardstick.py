"""A fixed piece of work, done now and then beside a measurement: what a second of the processor was worth.

A core that is shared with other machines, or whose sister is busy, does a third less in the same second of
processor time. Who compares what two arrangements cost must know what the same work cost beside each.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
from pathlib import Path

from gateway.bench import samples

_BODIES = 400
"""Some 300 KB: more than a core keeps next to itself, so that being interrupted costs here too."""
_PIECE = 40
_REST_SECONDS = 0.05


def done(file: Path) -> int:
    """Pieces of work that the yardstick with this file has finished."""
    return int.from_bytes(file.read_bytes(), "little")


def run(file: Path) -> None:
    bodies = [samples.as_body([samples.event(number)]) for number in range(_BODIES)]
    written = os.open(file, os.O_WRONLY | os.O_CREAT)
    count = 0
    while True:
        for number in range(count * _PIECE, (count + 1) * _PIECE):
            read = json.loads(bodies[number % _BODIES])
            hashlib.sha256(json.dumps(read, sort_keys=True).encode()).hexdigest()
        count += 1
        os.pwrite(written, count.to_bytes(8, "little"), 0)
        time.sleep(_REST_SECONDS)


if __name__ == "__main__":
    run(Path(sys.argv[1]))
