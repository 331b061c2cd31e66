"""The words the model sees: folded, chat spelling and dialect written out, dossier codes as one token."""

from __future__ import annotations

from typing import Any, Dict, List, Text

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.training_data.message import Message

from core.text.dossier_code import find_dossier_codes
from core.text.words import words

# Stands for any dossier code, so that no code's digits teach the model anything.
CODE_TOKEN = "madossier"  # noqa: S105


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class FoldingTokenizer(Tokenizer):
    """Cuts and folds a message with the same code as the facet rules; offsets point into the message."""

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        return {
            "intent_tokenization_flag": False,
            "intent_split_symbol": "_",
            "token_pattern": None,
            "prefix_separator_symbol": None,
        }

    def tokenize(self, message: Message, attribute: Text) -> List[Token]:
        text = message.get(attribute)
        codes = find_dossier_codes(text)
        tokens = [Token(CODE_TOKEN, code.start, code.end) for code in codes]
        tokens += [
            Token(word.text, word.start, word.end)
            for word in words(text)
            if not any(code.start <= word.start < code.end for code in codes)
        ]
        # A message of signs alone (":)", "???") still needs one token.
        return sorted(tokens, key=lambda token: token.start) or [Token(text, 0)]
