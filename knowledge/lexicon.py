"""What citizens write, in the words of the law: the editable part of retrieval (``content/lexicon/*.yaml``).

Abbreviations and chat spelling are written out word by word, dialect phrase by phrase; daily concepts
("sổ đỏ") name the legal words that are looked up beside the citizen's own, never instead of them. Everything
works on folded text. ``core.text.shorthand`` is the other, frozen list, which the language model was trained
with.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from pydantic import BaseModel, ConfigDict, Field, model_validator

from core.text.fold import fold
from core.yaml_shape import ContentShapeError, parse_shape

_WORD = re.compile(r"[0-9a-z]+(?:[./-][0-9a-z]+)*")
_NEAR = 3
# What may follow the last word of a question without being part of it.
_TAIL = frozenset("a ah ha hen he nha nhe nhi vay z v the ta ad em anh chi bac oi do di minh".split())
# Left out when concepts are looked for: "mất cái sổ đỏ", "làm giùm giấy độc thân".
_FILLERS = frozenset({"cai", "cuon", "chiec", "gium", "dum", "giup"})


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Reading(_Shape):
    """One meaning of an ambiguous word: all conditions given must hold; without any it always does."""

    means: str = Field(min_length=1)
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    not_before: tuple[str, ...] = ()
    at_end: bool = False

    @model_validator(mode="after")
    def _neighbours_are_folded(self) -> Reading:
        for word in (*self.before, *self.after, *self.near, *self.not_before):
            if fold(word) != word or " " in word:
                raise ValueError(f"chữ đứng cạnh '{word}': viết một chữ, không dấu, chữ thường")
        return self

    def holds(self, tokens: Sequence[str], index: int) -> bool:
        left = tokens[index - 1] if index else ""
        right = tokens[index + 1] if index + 1 < len(tokens) else ""
        around = (*tokens[max(0, index - _NEAR) : index], *tokens[index + 1 : index + 1 + _NEAR])
        return (
            (not self.before or left in self.before)
            and (not self.after or right in self.after)
            and (not self.near or any(word in self.near for word in around))
            and left not in self.not_before
            and (not self.at_end or _at_end(tokens, index + 1))
        )


class WordFile(_Shape):
    """``abbreviations.yaml`` and ``teencode.yaml``."""

    words: dict[str, str] = {}
    ambiguous: dict[str, tuple[Reading, ...]] = {}

    @model_validator(mode="after")
    def _keys_are_single_folded_words(self) -> WordFile:
        for word in (*self.words, *self.ambiguous):
            if not re.fullmatch(r"[0-9a-z]+", word):
                raise ValueError(f"chữ viết tắt '{word}': viết liền, không dấu, chữ thường")
        for word in self.words.keys() & self.ambiguous.keys():
            raise ValueError(f"'{word}' có ở cả words và ambiguous: chỉ để một chỗ")
        for word, means in self.words.items():
            if fold(means) == word:
                raise ValueError(f"'{word}' được đổi thành chính nó: bỏ dòng này")
        return self


class DialectPhrase(_Shape):
    """A phrase of the region and the common word for it; ``at_end`` only as the last words of a question."""

    says: str = Field(min_length=1)
    means: str = Field(min_length=1)
    at_end: bool = False


class DialectFile(_Shape):
    """``dialect.yaml``."""

    phrases: tuple[DialectPhrase, ...]


class Concept(_Shape):
    """Legal words and the daily phrases for them."""

    concept: str = Field(min_length=1)
    says: tuple[str, ...] = Field(min_length=1)


class SynonymFile(_Shape):
    """``synonyms.yaml``."""

    concepts: tuple[Concept, ...]


_FILES: dict[str, type[WordFile] | type[DialectFile] | type[SynonymFile]] = {
    "abbreviations.yaml": WordFile,
    "teencode.yaml": WordFile,
    "dialect.yaml": DialectFile,
    "synonyms.yaml": SynonymFile,
}


class Lexicon:
    """Everything the files say, ready for look-up. Immutable after construction."""

    def __init__(
        self,
        words: Iterable[WordFile] = (),
        dialect: Iterable[DialectPhrase] = (),
        concepts: Iterable[Concept] = (),
    ) -> None:
        self._words: dict[str, list[str]] = {}
        self._ambiguous: dict[str, tuple[Reading, ...]] = {}
        for file in words:
            self._words |= {word: _tokens(fold(means)) for word, means in file.words.items()}
            self._ambiguous |= file.ambiguous
        self._dialect = _by_first_word(
            ((tuple(_tokens(fold(phrase.says))), phrase) for phrase in dialect),
        )
        said: dict[tuple[str, ...], list[str]] = {}
        for concept in concepts:
            for phrase in concept.says:
                key = tuple(_without_fillers(self.expand_tokens(_tokens(fold(phrase)))))
                named = said.setdefault(key, [])
                if concept.concept not in named:
                    named.append(concept.concept)
        self._concepts = _by_first_word(said.items())

    def expand_tokens(self, tokens: Sequence[str]) -> list[str]:
        """Folded words with abbreviations, chat spelling and dialect written out; others as they were."""
        found: list[str] = []
        index = 0
        while index < len(tokens):
            phrase = self._dialect_at(tokens, index)
            if phrase is not None:
                length, means = phrase
                found.extend(means)
                index += length
                continue
            found.extend(self._one(tokens, index))
            index += 1
        return found

    def expand(self, folded: str) -> str:
        """``expand_tokens`` for a folded sentence."""
        return " ".join(self.expand_tokens(_tokens(folded)))

    def short_ways(self) -> dict[str, list[str]]:
        """Folded words and the ways in which people shorten them, long ones first."""
        found: dict[str, list[str]] = {}
        for word, means in self._words.items():
            found.setdefault(" ".join(means), []).append(word)
        return dict(sorted(found.items(), key=lambda item: -len(item[0])))

    def concepts(self, folded: str) -> list[str]:
        """The legal words, folded, for the daily phrases in a folded and expanded sentence, each once."""
        return [fold(name) for name in self._named(folded)]

    def concepts_in(self, text: str) -> list[str]:
        """The same for a sentence as it was typed, as the law writes them."""
        return self._named(self.expand(fold(text)))

    def _named(self, folded: str) -> list[str]:
        tokens = _without_fillers(_tokens(folded))
        found: dict[str, None] = {}
        index = 0
        while index < len(tokens):
            for key, named in self._concepts.get(tokens[index], ()):
                if tuple(tokens[index : index + len(key)]) == key:
                    found |= dict.fromkeys(named)
                    index += len(key)
                    break
            else:
                index += 1
        return list(found)

    def _dialect_at(self, tokens: Sequence[str], index: int) -> tuple[int, list[str]] | None:
        for key, phrase in self._dialect.get(tokens[index], ()):
            if tuple(tokens[index : index + len(key)]) != key:
                continue
            if not phrase.at_end or _at_end(tokens, index + len(key)):
                return len(key), _tokens(fold(phrase.means))
        return None

    def _one(self, tokens: Sequence[str], index: int) -> list[str]:
        token = tokens[index]
        for reading in self._ambiguous.get(token, ()):
            if reading.holds(tokens, index):
                return _tokens(fold(reading.means))
        return self._words.get(token, [token])


def parse_lexicon_file(text: str, source: str) -> WordFile | DialectFile | SynonymFile:
    """One file of ``content/lexicon``; its name says which."""
    name = source.rsplit("/", 1)[-1]
    if name not in _FILES:
        raise ContentShapeError.one(
            source, "", "không rõ tệp này ghi gì", f"đặt tên tệp là một trong: {', '.join(_FILES)}"
        )
    return parse_shape(_FILES[name], text, source)


def parse_lexicon(files: Mapping[str, str]) -> Lexicon:
    """The lexicon of several files, by path: ``{"lexicon/dialect.yaml": text, …}``."""
    parsed = [parse_lexicon_file(text, source) for source, text in sorted(files.items())]
    return Lexicon(
        words=[file for file in parsed if isinstance(file, WordFile)],
        dialect=[phrase for file in parsed if isinstance(file, DialectFile) for phrase in file.phrases],
        concepts=[one for file in parsed if isinstance(file, SynonymFile) for one in file.concepts],
    )


def _tokens(folded: str) -> list[str]:
    return _WORD.findall(folded)


def _without_fillers(tokens: Iterable[str]) -> list[str]:
    return [token for token in tokens if token not in _FILLERS]


def _at_end(tokens: Sequence[str], index: int) -> bool:
    return all(token in _TAIL for token in tokens[index:])


def _by_first_word[Value](
    rows: Iterable[tuple[tuple[str, ...], Value]],
) -> dict[str, list[tuple[tuple[str, ...], Value]]]:
    """Rows by the first word of their key, the longest key first."""
    found: dict[str, list[tuple[tuple[str, ...], Value]]] = {}
    for key, value in sorted(rows, key=lambda row: -len(row[0])):
        if key:
            found.setdefault(key[0], []).append((key, value))
    return found
