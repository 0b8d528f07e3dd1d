#!/usr/bin/env python3
"""Asks the `tokenizers` library what scalars are to its expressions and normalizers.

    pip install tokenizers
    Scripts/goldens/unicode_tables.py

Writes Sources/Tokenization/Unicode/*.generated.swift: general categories as \\p{Lu} and its like see
them, and what canonical composition needs. Taken from the library's behaviour, not from a version of
Unicode: the expressions and the normalizer each stand at a version of their own.
"""
import pathlib
import unicodedata

import tokenizers
from tokenizers import AddedToken, Regex, Tokenizer, models, normalizers

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDER = ROOT / "Sources/Tokenization/Unicode"
HEAD = ("// Written by Scripts/goldens/unicode_tables.py from the behaviour of tokenizers "
        f"{tokenizers.__version__}.\n// Do not edit.\n\n")
SCALARS = [c for c in range(0x110000) if not 0xD800 <= c < 0xE000]
CLASSES = [r"[\p{Lu}\p{Lt}]", r"\p{Ll}", r"[\p{Lm}\p{Lo}]", r"\p{M}", r"\p{N}", r"\s"]


def members(expression):
    """The scalars that an expression matches: what it removes from chunks of all of them."""
    replace = normalizers.Replace(Regex(expression), "")
    out = set()
    for first in range(0, len(SCALARS), 4096):
        chunk = SCALARS[first:first + 4096]
        left = set(replace.normalize_str("".join(map(chr, chunk))))
        out |= {c for c in chunk if chr(c) not in left}
    return out


def lines(words):
    out, line = [], "   "
    for word in words:
        if len(line) + 1 + len(word) > 100:
            out.append(line)
            line = "   "
        line += " " + word
    return "\n".join(out + [line]) + "\n"


def table(doc, name, words):
    return f"  /// {doc}\n  static let {name}: [UInt32] = [\n{lines(words)}  ]\n"


def write_categories():
    kind = [0] * 0x110000
    for number, expression in enumerate(CLASSES, 1):
        for c in members(expression):
            assert not kind[c], hex(c)
            kind[c] = number
    starts = [c for c in range(0x110000) if c == 0 or kind[c] != kind[c - 1]]
    words = [f"0x{c << 3 | kind[c]:X}," for c in starts]
    (FOLDER / "ScalarCategories.generated.swift").write_text(
        HEAD + "extension ScalarCategory {\n"
        + table("Runs of scalars of one category, ascending: first scalar << 3 | category.",
                "runs", words) + "}\n")
    print(len(starts), "runs of categories")


def write_words():
    """Beside which scalars an added token that must be a single word is none."""
    tok = Tokenizer(models.BPE())
    tok.add_tokens([AddedToken("Q", single_word=True, normalized=False)])
    word = [0] * 0x110000
    for c in SCALARS:
        if c != ord("Q"):
            word[c] = 0 if tok.encode(chr(c) + "Q").ids else 1
    word[ord("Q")] = 1
    starts = [c for c in range(0x110000) if c == 0 or word[c] != word[c - 1]]
    (FOLDER / "WordScalars.generated.swift").write_text(
        HEAD + "extension WordScalars {\n"
        + table("Runs, ascending: first scalar << 1 | 1 for parts of words.", "runs",
                [f"0x{c << 1 | word[c]:X}," for c in starts]) + "}\n")
    print(len(starts), "runs of word characters")


def combining_classes(nfd):
    """Every scalar that is not a starter: its combining class, found by how it is reordered."""
    probes = {}
    for c in SCALARS:
        x, ccc = chr(c), unicodedata.combining(chr(c))
        # A scalar younger than the library's Unicode never moves.
        if ccc and ccc not in probes and nfd(x) == x and any(
                nfd(x + y) == y + x or nfd(y + x) == x + y for y in "\u0334\u0300" if y != x):
            probes[ccc] = x
    order = sorted(probes)
    out = {}
    for c in SCALARS:
        x = chr(c)
        if nfd(x) != x:
            continue
        if x in probes.values():
            out[c] = next(k for k in probes if probes[k] == x)
            continue
        above = [k for k in order if nfd(x + probes[k]) == probes[k] + x]
        below = [k for k in order if nfd(probes[k] + x) == x + probes[k]]
        between = [k for k in order if k not in above and k not in below]
        if not above and not below:
            continue
        assert len(between) == 1, (hex(c), between)
        out[c] = between[0]
    return out


def write_composition():
    nfd = normalizers.NFD().normalize_str
    nfc = normalizers.NFC().normalize_str
    classes = combining_classes(nfd)
    hangul = range(0xAC00, 0xAC00 + 11172)
    decompositions, compositions = [], {}
    for c in SCALARS:
        x = chr(c)
        full = nfd(x)
        if full == x or c in hangul:
            continue
        decompositions.append((c, [ord(y) for y in full]))
        # c is what its decomposition becomes again: it is composed of all but the last, and the last.
        if nfc(full) == x:
            first = nfc(full[:-1])
            assert len(first) == 1, hex(c)
            pair = (ord(first), ord(full[-1]))
            assert pair not in compositions
            compositions[pair] = c
    # The last scalar of a decomposition need not be the one composed last; the pairs tell.
    for (a, b), c in compositions.items():
        assert nfc(chr(a) + chr(b)) == chr(c), hex(c)
    ccc = sorted(classes.items())
    words = [f"0x{c << 8 | k:X}," for c, k in ccc]
    flat = []
    for c, parts in decompositions:
        flat.append(f"0x{c << 3 | len(parts):X},")
        flat += [f"0x{p:X}," for p in parts]
    pairs = []
    for (a, b), c in sorted(compositions.items()):
        pairs += [f"0x{a:X},", f"0x{b:X},", f"0x{c:X},"]
    (FOLDER / "CanonicalTables.generated.swift").write_text(
        HEAD + "extension CanonicalTables {\n"
        + table("Scalars that are not starters: scalar << 8 | combining class.", "classes", words)
        + "\n" + table("Full decompositions but Hangul's: scalar << 3 | length, then the scalars.",
                       "decompositions", flat)
        + "\n" + table("Pairs that compose: first, second, composed.", "compositions", pairs) + "}\n")
    print(len(ccc), "classes,", len(decompositions), "decompositions,", len(compositions), "pairs")


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    write_categories()
    write_words()
    write_composition()
