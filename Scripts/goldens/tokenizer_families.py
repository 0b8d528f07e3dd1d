#!/usr/bin/env python3
"""Small tokenizers of every family that is read, and what the `tokenizers` library does with them.

    pip install tokenizers
    Scripts/goldens/tokenizer_families.py

Writes Tests/TokenizationTests/Goldens/Families: texts.json, for each family its tokenizer.json and the
ids of every text, normalization.json and cuts.json.
"""
import json
import pathlib
import random
import sys

import tokenizers
from tokenizers import AddedToken, Regex, models, normalizers, pre_tokenizers

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDER = ROOT / "Tests/TokenizationTests/Goldens/Families"
# Last, as one of its folders has the name of the package.
sys.path.append(str(ROOT / "Scripts/peers/tokenizers"))
sys.path.append(str(ROOT / "Scripts/goldens"))
import families
import tokenizer as own

SIZE = 700


def write(name, value):
    (FOLDER / name).write_text(
        json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")


def texts():
    rng = random.Random(3)
    out = own.strings()[:180] + own.sentences(rng, 20)
    out += [
        "don't I'LL we'Re THEY'VE it'ſ 'Tis", "ABCdefGHIjkl McDonald iPhone LaTeX ÀÉÎõü ǅ ʰa ªb",
        "漢字かなカナ한국어 한국어 ไทย हिन्दी", "e\u0301 e\u0323\u0302 \u1100\u1161\u11a8 \uac00\u11a8 \u212b",
        "x  \n\n  y\r\n\r\n z\t\n", "a/b//c\n/", "12345678 1,234.5 ٣٤٥ ½", "    if x:\n        return y\n",
        "🙂🙃 👩‍👩‍👧 🇩🇪", "\u00a0a\u2003b \u3000c", "▁a▁▁b ▁", "<unk> <s>x</s> <0x41>", "\n\n\n\n\n\n\n",
        "<|im_start|>user\nhi<|im_end|>\n", "<think>\nno\n</think>", "[INST] hi [/INST]yes</s>",
        "<|start_header_id|>user<|end_header_id|>\n\nhi<|eot_id|>", "<bos><start_of_turn>user\nhi<end_of_turn>",
        "<|endoftext|>", " <|endoftext|> ", "<|begin_of_text|>a<|end_of_text|>", "a<s> b</s>  c", "\0\x01\x7f",
        "\u20d0\u0301", "Ⅷ² ⁵₃", "ǆ ɐ ㌀ ﷽", "\U0001d400\U0001d7d8 \U00020000",
    ]
    return out


def compact(rows, default):
    """Only what differs from the default, by place."""
    return {str(i): row for i, row in enumerate(rows) if row != default[i]}


def write_family(name, all_texts):
    tok = families.build(name, own.sentences(random.Random(1), 3000) + all_texts * 2, SIZE)
    (FOLDER / f"{name}.json").write_text(tok.to_str(pretty=False) + "\n", encoding="utf-8")
    ids = [tok.encode(text, add_special_tokens=False).ids for text in all_texts]
    around = tok.encode("a", add_special_tokens=True).ids
    decoded = [tok.decode(row) for row in ids]
    tok.encode_special_tokens = True
    as_text = [tok.encode(text, add_special_tokens=False).ids for text in all_texts]
    write(f"{name}-ids.json", {
        "made_by": f"Scripts/goldens/tokenizer_families.py, tokenizers {tokenizers.__version__}",
        "ids": ids, "as_text": compact(as_text, ids), "decoded": compact(decoded, all_texts),
        "around_a": around})
    print(name, tok.get_vocab_size(), sum(map(len, ids)))


def write_normalization():
    rng = random.Random(4)
    nfc, nfd = normalizers.NFC().normalize_str, normalizers.NFD().normalize_str
    marks = [c for c in range(0x300, 0x1F000) if not 0xD800 <= c < 0xE000
             and (nfd(chr(c) + "\u0334") != chr(c) + "\u0334" or nfc(chr(c)) != chr(c))]
    made = [chr(c) for c in range(0xC0, 0x3000) if nfd(chr(c)) != chr(c)]
    hangul = [chr(rng.randrange(0xAC00, 0xD7A4)) for _ in range(40)] + list("\u1100\u1161\u11a8\u11a7")
    pools = [[chr(c) for c in marks], made, [nfd(x) for x in made], hangul,
             [nfd(x) for x in hangul], list("aeiouAEIOUyk \n")]
    rows = []
    for _ in range(600):
        text = "".join(rng.choice(rng.choice(pools)) for _ in range(rng.randrange(1, 9)))
        rows.append([text, nfc(text)])
    # Every scalar that the form changes, and every one that decomposes, taken apart.
    for first in range(0, len(marks), 40):
        text = "".join(chr(c) + "a" for c in marks[first:first + 40])
        rows.append([text, nfc(text)])
    for first in range(0, len(made), 40):
        text = "a".join(nfd(x) for x in made[first:first + 40])
        rows.append([text, nfc(text)])
    write("normalization.json", rows)


def write_cuts(all_texts):
    """Pieces, as their texts: for every expression and every way of splitting."""
    expressions = {"gpt2": families.GPT2, "llama3": families.LLAMA3, "qwen2": families.QWEN2,
                   "tekken": families.TEKKEN}
    rng = random.Random(5)
    edges = [first for first, _ in own.runs() if not 0xD7FF <= first < 0xE001]
    more = ["".join(f"a{chr(c)}B{chr(c)}1{chr(c)}! {chr(c)}\n" for c in edges[i:i + 24])
            for i in range(0, len(edges), 24 * 6)]
    pool = list("aBcD'sTlLreVE 12 \n\r\t/!.-漢ʰ\u0301\u00a0")
    more += ["".join(rng.choice(pool) for _ in range(rng.randrange(1, 24))) for _ in range(300)]
    rows = {}
    for name, expression in expressions.items():
        split = pre_tokenizers.Split(Regex(expression), "isolated", invert=False)
        rows[name] = [[len(p.encode()) for p, _ in split.pre_tokenize_str(text)]
                      for text in all_texts + more]
    behaviors = {}
    strings = ["a b  c", " a", "a ", "  ", " ", "", "abc", "a   b c  ", "▁a b"]
    for behavior in ("removed", "isolated", "merged_with_previous", "merged_with_next", "contiguous"):
        split = pre_tokenizers.Split(" ", behavior, invert=False)
        behaviors["".join(w.capitalize() for w in behavior.split("_"))] = [
            [p for p, _ in split.pre_tokenize_str(text)] for text in strings]
    metaspace = {
        scheme: {str(cut).lower(): [[p for p, _ in pre_tokenizers.Metaspace(
            families.SPACE, prepend_scheme=scheme, split=cut).pre_tokenize_str(text)]
            for text in strings] for cut in (False, True)}
        for scheme in ("always", "first", "never")}
    digits = {str(individual).lower(): [
        [p for p, _ in pre_tokenizers.Digits(individual).pre_tokenize_str(text)]
        for text in ["a12b", "1", "12", "a", "", "1a2", "½a٣٤"]] for individual in (False, True)}
    write("cuts.json", {"more": more, "expressions": rows, "strings": strings,
                        "behaviors": behaviors, "metaspace": metaspace, "digits": digits})


def write_added():
    """Added tokens with every property; a word-level model would hide nothing between them."""
    texts = ["a<x>b", " <x> ", "a <l> b", "a  <r>  b", "<x><x>", "<xy>", "word", "a word b", "swords",
             "wordword", "word,word", "  <l><l>  <r>", "<r>   <l>", "é word", "wordé", "_word", "word_",
             "²word", "<x", "x>", "Ⅳword", "<N>a", "a <N>b", "<s>", "a<s>b <x>", "\u3000<l>\u2003<r>\u00a0c"]
    tok = tokenizers.Tokenizer(models.BPE(
        vocab={c: i for i, c in enumerate("abc<>xyzlrwod sN,_▁\u00e9")}, merges=[], unk_token=None))
    tok.normalizer = normalizers.Replace(" ", "▁")
    tok.decoder = tokenizers.decoders.Fuse()
    tok.add_special_tokens([AddedToken("<s>", normalized=False)])
    tok.add_tokens([
        AddedToken("<x>", normalized=False), AddedToken("<xy>", normalized=False),
        AddedToken("<l>", normalized=False, lstrip=True),
        AddedToken("<r>", normalized=False, rstrip=True),
        AddedToken("word", normalized=False, single_word=True), AddedToken(" <N>", normalized=True)])
    rows = []
    for text in texts:
        tok.encode_special_tokens = False
        parsed = tok.encode(text).ids
        tok.encode_special_tokens = True
        rows.append([text, parsed, tok.encode(text).ids])
    (FOLDER / "added.json").write_text(tok.to_str(pretty=False) + "\n", encoding="utf-8")
    write("added-ids.json", rows)


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    everything = texts()
    write("texts.json", everything)
    for family in families.FAMILIES:
        write_family(family, everything)
    write_normalization()
    write_cuts(everything)
    write_added()
