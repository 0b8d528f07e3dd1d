#!/usr/bin/env python3
"""Asks the `tokenizers` library how it splits and encodes, and writes down the answers.

    pip install tokenizers
    Scripts/goldens/tokenizer.py classes     Sources/Tokenization/Unicode/ScalarClasses.generated.swift
    Scripts/goldens/tokenizer.py goldens     Tests/TokenizationTests/Goldens
    Scripts/goldens/tokenizer.py check TOKENIZER.json IDS.jsonl
        IDS.jsonl holds lines {"text": ..., "ids": [...]} that we encoded; the library must agree.
"""
import json
import pathlib
import random
import sys

import tokenizers
from tokenizers import decoders, models, pre_tokenizers, trainers

ROOT = pathlib.Path(__file__).resolve().parents[2]
CLASSES = ROOT / "Sources/Tokenization/Unicode/ScalarClasses.generated.swift"
GOLDENS = ROOT / "Tests/TokenizationTests/Goldens"
SPECIALS = ["<|pad|>", "<|sep|>", "<|eos|>"]
DIGITS = pre_tokenizers.Digits(individual_digits=True)
BYTES = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
OTHER, LETTER, NUMBER, SPACE = range(4)


def scalar_class(c):
    """The class of one scalar, from what the library joins it with."""
    if len(DIGITS.pre_tokenize_str("a" + chr(c))) == 2:
        return NUMBER
    for friend, name in (("a", LETTER), ("!", OTHER)):
        if len(BYTES.pre_tokenize_str(friend + chr(c))) == 1:
            return name
    return SPACE


def runs():
    """(first scalar, class) of every run beyond ASCII; surrogates count as `other`."""
    out = []
    for c in range(0x80, 0x110000):
        name = OTHER if 0xD800 <= c < 0xE000 else scalar_class(c)
        if not out or out[-1][1] != name:
            out.append((c, name))
    return out


def write_classes():
    words = [f"0x{first << 2 | name:X}," for first, name in runs()]
    lines, line = [], "   "
    for word in words:
        if len(line) + 1 + len(word) > 100:
            lines.append(line)
            line = "   "
        line += " " + word
    lines.append(line)
    CLASSES.write_text(
        "// Written by Scripts/goldens/tokenizer.py from the behaviour of tokenizers "
        f"{tokenizers.__version__}.\n// Do not edit.\n\n"
        "extension ScalarClass {\n"
        "  /// Runs of scalars of one class from U+0080 on, ascending: first scalar << 2 | class.\n"
        "  static let runs: [UInt32] = [\n" + "\n".join(lines) + "\n  ]\n}\n")


def sentences(rng, count):
    """Made-up text: sums, steps and a few words of several scripts."""
    words = ("write carry move swap the box cup key pen where is it's don't we'll naïve über "
             "straße привет мир число 漢字 数 ありがとう مرحبا שלום héllo x=-3 [a] {b} ...").split()
    out = []
    for _ in range(count):
        kind = rng.randrange(3)
        if kind == 0:
            out.append("+".join(str(rng.randrange(10)) for _ in range(rng.randrange(2, 8))))
        elif kind == 1:
            a, b = rng.randrange(10**6), rng.randrange(10**6)
            out.append(f"{a}+{b}\n7+5+0=12 write 2 carry 1\nAnswer: {a + b}")
        else:
            out.append(" ".join(rng.choice(words) for _ in range(rng.randrange(1, 9))))
    return out


def train():
    tok = tokenizers.Tokenizer(models.BPE())
    tok.pre_tokenizer = pre_tokenizers.Sequence([DIGITS, BYTES])
    tok.decoder = decoders.ByteLevel()
    tok.train_from_iterator(
        sentences(random.Random(1), 3000),
        trainers.BpeTrainer(
            vocab_size=600, min_frequency=2, special_tokens=SPECIALS, show_progress=False,
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    return tok


def strings():
    rng = random.Random(2)
    fixed = [
        "", " ", "  ", "a", " a", "  a", "a ", "a  ", "\n", "\n\na", " \n a", "\t\tx", "a\u00a0 b",
        "it's we'll they're I'd I'm you've can't", "'s's 'S 'll'", "'", "''s", "!'s", " 's", "12 345",
        "a1b2", "1 2", "1  2", "x  7", "  7", "½²Ⅷ٣", "a½b", "e\u0301", "\U0001F600\U0001F3FD!",
        "\u200b\u200d", "\u3000x", "\u2028\u2029x", "\x1c\x85 a", "\0", "<|", "+-*/=", "Answer: 432",
        "a" * 300, "ab" * 200, " " * 100, "carry" * 60 + " write" * 60, "\u180e", "\ufeff",
    ]
    runs_first = [first for first, _ in runs() if not 0xD7FF <= first < 0xE001]
    pools = [
        list("abcXYZ '"), list("0123456789 +=-"), list(" \t\n\r\u00a0\u2003a1!"),
        [chr(c) for c in runs_first], [chr(c - 1) for c in runs_first if c > 0x80],
        list("'strevlmd "), list("漢字ابجд́ñ"),
    ]
    out = list(fixed)
    for _ in range(400):
        pool = rng.choice(pools) if rng.random() < 0.6 else sum(pools, [])
        out.append("".join(rng.choice(pool) for _ in range(rng.randrange(1, 30))))
    for first in range(0, len(runs_first), 24):
        out.append("".join(f"a{chr(c)}1{chr(c)}!{chr(c)} {chr(c)}"
                           for c in runs_first[first:first + 24]))
    return out + sentences(rng, 60)


def write_goldens():
    GOLDENS.mkdir(parents=True, exist_ok=True)
    tok = train()
    tok.save(str(GOLDENS / "library-tokenizer.json"), pretty=False)
    with open(GOLDENS / "library-ids.jsonl", "w", encoding="utf-8", newline="\n") as f:
        for text in strings():
            # Every byte is one character of a piece.
            pieces = [len(p) for p, _ in tok.pre_tokenizer.pre_tokenize_str(text)]
            ids = tok.encode(text).ids
            f.write(json.dumps({"text": text, "pieces": pieces, "ids": ids},
                               separators=(",", ":")) + "\n")


def check(tokenizer_path, ids_path):
    tok = tokenizers.Tokenizer.from_file(tokenizer_path)
    right = wrong = 0
    for line in open(ids_path, encoding="utf-8"):
        row = json.loads(line)
        theirs = tok.encode(row["text"]).ids
        back = tok.decode(row["ids"])
        if theirs == row["ids"] and back == row["text"]:
            right += 1
        else:
            wrong += 1
            print("differs:", repr(row["text"])[:200], row["ids"][:40], theirs[:40])
    print(f"{right} agree, {wrong} differ; vocabulary {tok.get_vocab_size()}")
    return wrong


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["classes"]:
            write_classes()
        case ["goldens"]:
            write_goldens()
        case ["check", tokenizer_path, ids_path]:
            sys.exit(1 if check(tokenizer_path, ids_path) else 0)
        case _:
            sys.exit(__doc__)
