"""Cross-validation of the understanding on its own training data; run in the Rasa environment.

``python -m tests.bot.cross_validation [--wrong]`` prints JSON and fails below the floors. The very components
of the pipeline are trained on four fifths and asked about the fifth, as it was written and without tone
marks. Phrases that share most of their words stay on one side, or a model would be praised for remembering.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import yaml
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components
from sklearn.model_selection import StratifiedGroupKFold

from core.text.words import words
from tests.bot.writings import writings

ROOT = Path(__file__).resolve().parents[2]
FOLDS = 5
# Phrases whose words are alike in this share are near-duplicates.
ALIKE = 0.6
# Per cent of held-out phrases whose best intent is right, two or three points under what was measured. Words
# of control ("thôi", "có") have nothing alike to learn from once their group is held out: they pull it down.
FLOORS = {"marks": 73.0, "no_marks": 73.0}
# No facet and no task may be lost behind a good mean.
FLOOR_OF_AN_INTENT = 60.0


def examples() -> tuple[list[str], list[str], set[str]]:
    """Every training phrase with its intent, in the order of the files, and the intents that only control."""
    texts, intents, control = [], [], set()
    for path in sorted((ROOT / "bot/data/nlu").rglob("*.yml")):
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            if path.parent.name == "control":
                control.add(block["intent"])
            for line in block["examples"].splitlines():
                texts.append(line.removeprefix("- ").strip())
                intents.append(block["intent"])
    return texts, intents, control


def groups(texts: list[str]) -> np.ndarray:
    """A number for each phrase; near-duplicates, and their near-duplicates, have the same."""
    found = [{word.text for word in words(text)} for text in texts]
    index = {word: place for place, word in enumerate(sorted(set().union(*found)))}
    rows = [row for row, tokens in enumerate(found) for _ in tokens]
    columns = [index[word] for tokens in found for word in tokens]
    table = csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(texts), len(index)))
    shared = (table @ table.T).tocoo()
    sizes = table.sum(axis=1).A1
    alike = shared.data / (sizes[shared.row] + sizes[shared.col] - shared.data) >= ALIKE
    pairs = csr_matrix((shared.data[alike], (shared.row[alike], shared.col[alike])), shape=(len(texts),) * 2)
    return connected_components(pairs, directed=False)[1]


class Understanding:
    """Tokenizer, featurizer and classifier as ``config.yml`` sets them, trained without the rest of Rasa."""

    def __init__(self, folder: Path) -> None:
        from rasa.engine.graph import ExecutionContext, GraphSchema
        from rasa.engine.storage.local_model_storage import LocalModelStorage
        from rasa.engine.storage.resource import Resource
        from rasa.nlu.featurizers.sparse_featurizer.count_vectors_featurizer import CountVectorsFeaturizer

        from bot.components.classifier import WeightedIntentClassifier
        from bot.components.tokenizer import FoldingTokenizer

        kinds = {
            "bot.components.tokenizer.FoldingTokenizer": FoldingTokenizer,
            "CountVectorsFeaturizer": CountVectorsFeaturizer,
            "bot.components.classifier.WeightedIntentClassifier": WeightedIntentClassifier,
        }
        storage = LocalModelStorage.create(folder)
        context = ExecutionContext(GraphSchema({}))
        pipeline = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))["pipeline"]
        self._parts = []
        for step in pipeline:
            kind = kinds.get(step["name"])
            if kind is None:
                continue
            config = {**kind.get_default_config(), **{k: v for k, v in step.items() if k != "name"}}
            resource = Resource(step["name"])
            self._parts.append(
                (kind, config, storage, resource, context)
                if kind is WeightedIntentClassifier
                else kind(config)
                if kind is FoldingTokenizer
                else kind.create(config, storage, resource, context)
            )

    def train(self, texts: list[str], intents: list[str]) -> None:
        from rasa.shared.nlu.training_data.training_data import TrainingData

        data = TrainingData([_message(t, i) for t, i in zip(texts, intents, strict=True)])
        tokenizer, featurizer, (kind, config, storage, resource, context) = self._parts
        tokenizer.process_training_data(data)
        featurizer.train(data)
        featurizer.process_training_data(data)
        kind.create(config, storage, resource, context).train(data)
        self._classifier = kind.load(config, storage, resource, context)

    def intents(self, texts: list[str]) -> list[str]:
        messages = [_message(text) for text in texts]
        tokenizer, featurizer, _ = self._parts
        messages = featurizer.process(tokenizer.process(messages))
        return [message.get("intent")["name"] for message in self._classifier.process(messages)]


def _message(text: str, intent: str | None = None):
    from rasa.shared.nlu.training_data.message import Message

    return Message(data={"text": text, **({"intent": intent} if intent else {})})


def measure() -> tuple[dict, list[str]]:
    texts, intents, control = examples()
    together = groups(texts)
    copies = {name: texts_of for name, texts_of in writings(texts).items() if name in FLOORS}
    right = {name: np.zeros(len(texts), dtype=bool) for name in copies}
    wrong: list[str] = []
    folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=7).split(texts, intents, together)
    for number, (taught, asked) in enumerate(folds):
        with tempfile.TemporaryDirectory() as scratch:
            model = Understanding(Path(scratch))
            model.train([texts[i] for i in taught], [intents[i] for i in taught])
            for name, written in copies.items():
                for i, found in zip(asked, model.intents([written[i] for i in asked]), strict=True):
                    right[name][i] = found == intents[i]
                    if found != intents[i]:
                        wrong.append(f"{number}/{name}: {intents[i]} read as {found}: {written[i]}")
    of = np.array(intents)
    figures = {
        name: {
            "phrases": len(texts),
            "groups": int(together.max()) + 1,
            "right": round(100 * float(hits.mean()), 1),
            "floor": FLOORS[name],
            "by_intent": {
                intent: round(100 * float(hits[of == intent].mean()), 1)
                for intent in sorted(set(intents) - control)
            },
        }
        for name, hits in right.items()
    }
    return figures, wrong


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--wrong", action="store_true", help="list what was misread, on standard error")
    arguments = parser.parse_args()
    started = time.process_time()
    figures, wrong = measure()
    if arguments.wrong:
        print("\n".join(wrong), file=sys.stderr)
    print(json.dumps({**figures, "cpu_s": round(time.process_time() - started, 1)}, indent=1))
    short = [
        f"{name}: {figure['right']} below {figure['floor']}"
        for name, figure in figures.items()
        if figure["right"] < figure["floor"]
    ]
    short += [
        f"{name}, {intent}: {value} below {FLOOR_OF_AN_INTENT}"
        for name, figure in figures.items()
        for intent, value in figure["by_intent"].items()
        if value < FLOOR_OF_AN_INTENT
    ]
    if short:
        print("\n".join(short), file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
