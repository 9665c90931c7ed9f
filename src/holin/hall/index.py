"""The index of a catalogue: every distinct word once with the products that have it, and every facet as a number.

A text is split at blanks only, so that a word found inside a longer one, or Chinese without breaks, is found by looking
through the distinct words: far fewer than the products, and one long text to look through.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from holin.hall.alloys import plain_alloy
from holin.hall.catalogue import Catalogue
from holin.hall.footprint import Footprint
from holin.hall.rows import Exhibitor, Product
from holin.hall.words import WORDS, Category, Count, Form, Material, Use

Index = NDArray[np.int32]
Floats = NDArray[np.float64]

WHOLE, NAMED, WITHIN = 4, 2, 1
"""What a word is worth: it stands as such in name, alloy or id; is part of one there; stands elsewhere."""

FACETS = ("category", "material", "form", "alloy", "exhibitor", "use")
SINGLE = FACETS[:-1]
BREAK = "\n"


def folded(text: str) -> str:
    """Return a text as it is compared: compatibility forms and letter cases made one, blanks made single."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def words_of(text: str) -> list[str]:
    """Return the words of a text: what stands between blanks."""
    return folded(text).split()


def naming_text(product: Product) -> str:
    """Return the text that names a product."""
    return " ".join((product.id, product.name, product.name_zh, product.alloy, plain_alloy(product.alloy)))


def other_text(product: Product, exhibitor: Exhibitor) -> str:
    """Return what else a product is found by: temper, choices in both languages, who makes it."""
    choices: list[StrEnum] = [product.category, product.material, product.form, *product.uses]
    said = [w for c in choices for w in (c.value, *WORDS[type(c)][c.value])]
    more = (product.temper, product.batch, exhibitor.id, exhibitor.name, exhibitor.name_zh)
    return " ".join((*said, *more))


@dataclass(frozen=True, kw_only=True, eq=False)
class Vocabulary:
    """Distinct words, one long text of them, and the products (CSR) of each; words of names, or all others.

    `letters` are the code points of the text, `starts` and `lengths` where each word stands in it.
    """

    text: str
    letters: NDArray[np.uint32]
    starts: Index
    lengths: Index
    first: Index
    products: Index


@dataclass(frozen=True, kw_only=True, eq=False)
class HallIndex:
    """All that a search needs: two vocabularies, codes of facets, use bits, figures (NaN: not known)."""

    size: int
    naming: Vocabulary
    other: Vocabulary
    codes: Mapping[str, Index]
    values: Mapping[str, tuple[str, ...]]
    use_bits: NDArray[np.uint64]
    total: Mapping[Count, Floats]
    green_share: Floats
    recycled_share: Floats
    lexicon: tuple[str, ...]


def index_of(catalogue: Catalogue, known: Mapping[str, Footprint | None]) -> HallIndex:
    """Return the index of a catalogue with its footprints. A maker's own figure is no count, and is in none."""
    products = catalogue.products
    naming = [words_of(naming_text(p)) for p in products]
    other_of: dict[str, list[str]] = {}
    other = []
    for p in products:
        text = other_text(p, catalogue.exhibitor_of[p.exhibitor])
        if text not in other_of:
            other_of[text] = words_of(text)
        other.append(other_of[text])
    codes: dict[str, Index] = {}
    values: dict[str, tuple[str, ...]] = {}
    for facet in SINGLE:
        found = [_facet(p, facet) for p in products]
        values[facet] = _order(facet, found)
        code = {v: k for k, v in enumerate(values[facet])}
        codes[facet] = np.array([code[v] for v in found], dtype=np.int32)
    uses = tuple(Use)
    values["use"] = tuple(u.value for u in uses)
    bit = {u: 1 << k for k, u in enumerate(uses)}
    prints = [known.get(p.id) for p in products]
    own = [None if f is None or f.from_maker else f for f in prints]
    return HallIndex(
        size=len(products),
        naming=_vocabulary(naming),
        other=_vocabulary(other),
        codes=codes,
        values=values,
        use_bits=np.array([sum(bit[u] for u in set(p.uses)) for p in products], dtype=np.uint64),
        total={c: np.array([np.nan if f is None else f.total_t_per_t(c) for f in own], dtype=float) for c in Count},
        green_share=np.array([np.nan if f is None else f.green_share for f in own], dtype=float),
        recycled_share=np.array([np.nan if f is None else f.recycled_share for f in prints], dtype=float),
        lexicon=_lexicon(),
    )


def _facet(product: Product, facet: str) -> str:
    if facet == "alloy":
        return plain_alloy(product.alloy)
    return str(getattr(product, facet))


def _order(facet: str, found: Iterable[str]) -> tuple[str, ...]:
    fixed = {"category": Category, "material": Material, "form": Form}.get(facet)
    return tuple(sorted(set(found))) if fixed is None else tuple(c.value for c in fixed)


def _vocabulary(documents: Sequence[Sequence[str]]) -> Vocabulary:
    number: dict[str, int] = {}
    pairs = [number.setdefault(word, len(number)) for words in documents for word in dict.fromkeys(words)]
    sizes = [len(dict.fromkeys(words)) for words in documents]
    product = np.repeat(np.arange(len(documents), dtype=np.int32), sizes)
    of_word = np.array(pairs, dtype=np.int32)
    order = np.argsort(of_word, kind="stable")
    lengths = np.array([len(w) for w in number], dtype=np.int32)
    starts = np.concatenate(([1], 1 + np.cumsum(lengths + 1)))[: len(lengths)].astype(np.int32)
    first = np.searchsorted(of_word[order], np.arange(len(number) + 1)).astype(np.int32)
    text = BREAK + BREAK.join(number) + BREAK
    letters = np.frombuffer(text.encode("utf-32-le", errors="surrogatepass"), dtype="<u4")
    return Vocabulary(
        text=text, letters=letters, starts=starts, lengths=lengths, first=first, products=product[order]
    )  # fmt: skip


def _lexicon() -> tuple[str, ...]:
    """Return the Chinese words of the choices, longest first: where a query without blanks may be split."""
    said = {folded(zh) for of in WORDS.values() for _, zh in of.values()}
    return tuple(sorted(said, key=lambda w: (-len(w), w)))


CHINESE = re.compile("[\u3400-\u9fff]")


def terms_of(index: HallIndex, query: str) -> list[str]:
    """Return the terms of a query, all of which a product must have.

    A term is what stands between blanks. Chinese that no word has as a whole is split at the words of the choices:
    汽车轮毂 is found as 汽车 and 轮毂.
    """
    terms: list[str] = []
    for term in words_of(query):
        if CHINESE.search(term) and term not in index.naming.text and term not in index.other.text:
            terms += split_at_words(term, index.lexicon)
        else:
            terms.append(term)
    return list(dict.fromkeys(terms))


def split_at_words(term: str, lexicon: Sequence[str]) -> list[str]:
    """Return a term cut at the longest words of a lexicon, and what is left between them."""
    parts: list[str] = []
    rest = k = 0
    while k < len(term):
        word = next((w for w in lexicon if term.startswith(w, k)), None)
        if word is None:
            k += 1
            continue
        parts += [term[rest:k]] if rest < k else []
        parts.append(word)
        k = rest = k + len(word)
    return [*parts, *([term[rest:]] if rest < len(term) else [])]


def found_words(vocabulary: Vocabulary, term: str) -> tuple[Index, Index]:
    """Return which words have a term in them, and which of those are the term itself."""
    letters = vocabulary.letters
    at = np.flatnonzero(letters[: len(letters) - len(term) + 1] == ord(term[0]))
    for k, letter in enumerate(term[1:], start=1):
        at = at[letters[at + k] == ord(letter)]
    inside = np.unique(np.searchsorted(vocabulary.starts, at, side="right") - 1)
    return inside.astype(np.int32), inside[vocabulary.lengths[inside] == len(term)].astype(np.int32)


def products_of(vocabulary: Vocabulary, words: Index) -> Index:
    """Return the products that have any of some words; one may come more than once."""
    if not len(words):
        return np.empty(0, dtype=np.int32)
    first, last = vocabulary.first[words], vocabulary.first[words + 1]
    counts = last - first
    offsets = np.repeat(first - np.concatenate(([0], np.cumsum(counts)[:-1])), counts)
    found: Index = vocabulary.products[offsets + np.arange(int(counts.sum()))]
    return found
