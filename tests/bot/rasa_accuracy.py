"""How often the model knows what is asked, on phrases it has not seen; run in the Rasa environment.

``python -m tests.bot.rasa_accuracy MODEL [--wrong]`` prints JSON and fails below the floors.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import sys
import time
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import yaml

from tests.bot.writings import writings

HERE = Path(__file__).parent

# Per cent of phrases whose best intent is the right one. Two or three points under what was measured.
FLOORS = {
    "heldout": {"marks": 90.0, "no_marks": 90.0, "chat": 87.0},
    "heldout_tuning": {"marks": 94.0, "chat": 90.0},
}


async def measure(model: Path) -> tuple[dict, list[str]]:
    import structlog
    from rasa.core.agent import Agent

    # Rasa writes every message it reads on standard output unless it is told not to.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    agent = Agent.load(str(model))
    figures: dict = {}
    wrong: list[str] = []
    for name, floors in FLOORS.items():
        groups = yaml.safe_load((HERE / f"{name}.yml").read_text(encoding="utf-8"))
        intents = [intent for intent, phrases in groups.items() for _ in phrases]
        phrases = [phrase for group in groups.values() for phrase in group]
        for writing, texts in writings(phrases).items():
            if writing not in floors:
                continue
            right = kept = 0
            started = time.process_time()
            for text, intent in zip(texts, intents, strict=True):
                parsed = await agent.parse_message(text)
                answer = parsed["intent"]["name"]
                best = next(row["name"] for row in parsed["intent_ranking"] if row["name"] != "nlu_fallback")
                right += best == intent
                # Text the assistant is not for may as well be not understood.
                kept += answer == intent or (answer == "nlu_fallback" and intent == "out_of_scope")
                if best != intent:
                    wrong.append(f"{name}/{writing}: {intent} read as {best}: {text}")
            figures[f"{name}/{writing}"] = {
                "phrases": len(texts),
                "right": round(100 * right / len(texts), 1),
                "right_and_sure": round(100 * kept / len(texts), 1),
                "cpu_ms": round(1000 * (time.process_time() - started) / len(texts), 1),
                "floor": floors[writing],
            }
    return figures, wrong


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("model", type=Path)
    parser.add_argument("--wrong", action="store_true", help="list what was misread, on standard error")
    arguments = parser.parse_args()
    figures, wrong = asyncio.run(measure(arguments.model))
    if arguments.wrong:
        print("\n".join(wrong), file=sys.stderr)
    print(json.dumps(figures, indent=1))
    if any(figure["right"] < figure["floor"] for figure in figures.values()):
        sys.exit(1)


if __name__ == "__main__":
    main()
