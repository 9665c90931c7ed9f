"""What kinds of rule are called, in both languages; their value follows."""

from __future__ import annotations

from holin.rules import KIND_WORDS

TEXTS_RULES: dict[str, tuple[str, str]] = {f"rule.{kind}": words for kind, words in KIND_WORDS.items()}
