#!/usr/bin/env python3
"""Whether our ids are those of the `tokenizers` library, over megabytes of mixed text.

    pip install tokenizers gguf
    python3 agreement.py --retort .build/release/retort FOLDER [--megabytes 10] [--gguf FILE …]
                         [--only NAME]

Collects text of this machine (many languages, code, emoji, digits) and made-up scalars into FOLDER;
trains a vocabulary under every family's configuration, encodes with both, with special tokens spelt
out and as text, and compares every id, and the bytes that come back. Each --gguf is read by us as it
is, by the library through a configuration put together here from its arrays, and through the
tokenizer.json that we write for it. One line a comparison; exit 1 on any difference.
"""
import argparse
import gzip
import json
import pathlib
import random
import subprocess
import sys
import time

# Last, as this folder has the name of the package.
sys.path.append(str(pathlib.Path(__file__).resolve().parent))
import families
import tokenizers
from tokenizers import models

ROOTS = ["/usr/share/doc", "/usr/share/i18n", "/usr/share/locale", "/usr/share/perl", "/usr/share/vim",
         "/usr/share/man", "/usr/include", "/usr/share/zoneinfo", "/usr/share/unicode"]
CHUNK = 3000


def readable(path):
    try:
        data = path.read_bytes()
        if path.suffix == ".gz":
            data = gzip.decompress(data)
    except (OSError, EOFError):
        return ""
    return data.decode("utf-8", "replace")


def system_texts(rng, wanted):
    """Chunks of files of this machine, those with other than Latin letters first."""
    paths = []
    for root in ROOTS + sys.path:
        root = pathlib.Path(root)
        if root.is_dir():
            paths += [p for p in root.rglob("*") if p.is_file() and p.stat().st_size < 4_000_000]
    rng.shuffle(paths)
    foreign, latin = [], []
    size = [0, 0]
    for path in paths:
        text = readable(path)
        for at in range(0, min(len(text), 60_000), CHUNK):
            chunk = text[at:at + CHUNK]
            is_foreign = sum(c > "\u02ff" for c in chunk) > len(chunk) / 20
            kind = foreign if is_foreign else latin
            if size[is_foreign] < wanted / 2:
                kind.append(chunk)
                size[is_foreign] += len(chunk.encode())
        if size[0] >= wanted / 2 and size[1] >= wanted / 2:
            break
    return foreign + latin


def made_texts(rng, wanted):
    """Scalars of every plane, marks, emoji with joiners, numbers, odd spaces, line ends, signs."""
    scalars = [c for c in range(1, 0x110000) if not 0xD800 <= c < 0xE000]
    blocks = [range(0x300, 0x370), range(0x370, 0x600), range(0x900, 0xE00), range(0x1100, 0x1200),
              range(0x3040, 0x3100), range(0x4E00, 0x9FFF), range(0xAC00, 0xD7A4),
              range(0x1F300, 0x1FAFF), range(0x1E00, 0x2070), range(0x20, 0x7F)]
    odd = ["\r\n", "\n\n", "\t", "  ", "\u00a0", "\u2003", "'s", "'LL", "'ſ", "\u200d", "\ufe0f", "▁", " ▁",
           "<s>", "</s>", "<unk>", "<bos>", "<0x41>", "<|im_start|>", "<|im_end|>", "<|eot_id|>",
           "<|endoftext|>", "<think>", "[INST]", "/", "...", "1234567", "3.14", "½", "٣", "�"]
    out, size = [], 0
    while size < wanted:
        pieces = []
        for _ in range(rng.randrange(1, 400)):
            kind = rng.randrange(5)
            if kind == 0:
                pieces.append(chr(rng.choice(scalars)))
            elif kind < 3:
                block = rng.choice(blocks)
                pieces += [chr(rng.choice(block)) for _ in range(rng.randrange(1, 12))]
            elif kind == 3:
                pieces.append(rng.choice(odd))
            else:
                pieces.append(str(rng.randrange(10 ** rng.randrange(1, 9))) + rng.choice(["", " ", ","]))
        out.append("".join(pieces))
        size += len(out[-1].encode())
    # Every scalar once, between letters and alone.
    for first in range(0, len(scalars), 500):
        out.append("".join(chr(c) + "a " for c in scalars[first:first + 500]))
    return out


def ours(retort, source, lines, *flags):
    started = time.monotonic()
    done = subprocess.run([retort, "tokenizer", "encode", str(source), str(lines), "--json", *flags],
                          capture_output=True, check=False)
    if done.returncode:
        raise SystemExit(f"retort: {done.stderr.decode()}")
    return [json.loads(line) for line in done.stdout.splitlines()], time.monotonic() - started


def compare(name, retort, source, tok, texts, lines):
    """Prints one line; returns how many texts differ."""
    size = sum(len(text.encode()) for text in texts)
    wrong = count = 0
    for parses in (True, False):
        tok.encode_special_tokens = not parses
        theirs = tok.encode_batch_fast(texts, add_special_tokens=False)
        found, seconds = ours(retort, source, lines, *(["--specials"] if parses else []))
        assert len(found) == len(theirs)
        for text, mine, other in zip(texts, found, theirs):
            count += len(mine)
            if mine != other.ids:
                wrong += 1
                if wrong < 4:
                    at = next((i for i, (a, b) in enumerate(zip(mine, other.ids)) if a != b), 0)
                    print(f"  {'specials' if parses else 'text'}: at {at}: ours {mine[at:at + 6]}, "
                          f"theirs {other.ids[at:at + 6]}: "
                          f"{tok.decode(other.ids[max(0, at - 4):at + 4], skip_special_tokens=False)!r}",
                          file=sys.stderr)
    print(json.dumps({"tokenizer": name, "megabytes": round(2 * size / 1e6, 1), "ids": count,
                      "texts": 2 * len(texts), "texts_that_differ": wrong,
                      "vocabulary": tok.get_vocab_size()}), flush=True)
    return wrong


def compare_decoding(name, retort, source, tok, texts, lines, folder):
    """The text that ids come back as, over the ids of texts without line ends."""
    few = [text.replace("\n", " ") for text in texts[::20]]
    rows = [tok.encode(text, add_special_tokens=False).ids for text in few]
    path = folder / "ids.txt"
    path.write_text("".join(" ".join(map(str, row)) + "\n" for row in rows))
    done = subprocess.run([retort, "tokenizer", "decode", str(source), str(path)],
                          capture_output=True, check=True)
    found = done.stdout.decode("utf-8", "replace").split("\n")[:-1]
    wrong = sum(a != tok.decode(row) for a, row in zip(found, rows))
    if len(found) != len(rows) or wrong:
        print(f"  {name}: {wrong} of {len(rows)} texts decode otherwise", file=sys.stderr)
    return wrong + abs(len(found) - len(rows))


def from_gguf(path):
    """The library's tokenizer for a GGUF file, put together from its arrays."""
    from gguf import GGUFReader
    reader = GGUFReader(path)
    def value(key, default=None):
        field = reader.fields.get("tokenizer.ggml." + key)
        return default if field is None else field.contents()
    tokens, types = value("tokens"), value("token_type")
    vocab = {text: number for number, text in enumerate(tokens)}
    special = families.specials(*[t for t, kind in zip(tokens, types) if kind in (2, 3)])
    added = [tokenizers.AddedToken(t, special=False, normalized=False)
             for t, kind in zip(tokens, types) if kind == 4]
    if value("model") == "gpt2":
        name = {"smollm": "smollm2", "gpt-2": "gpt2", "llama-bpe": "llama3", "qwen2": "qwen2",
                "tekken": "tekken"}[value("pre")]
        family = families.FAMILIES[name]
        model = models.BPE(vocab=vocab, merges=[tuple(m.split(" ")) for m in value("merges")],
                           ignore_merges=family.get("ignore_merges", False))
    else:
        name = "llama2" if value("add_space_prefix", True) else "gemma"
        skipped = {t for t, kind in zip(tokens, types) if kind in (2, 3, 4, 6)}
        scores = value("scores")
        merges = families.score_merges(vocab, skipped)
        merges.sort(key=lambda pair: -scores[vocab[pair[0] + pair[1]]])
        model = models.BPE(vocab=vocab, merges=merges, unk_token=tokens[value("unknown_token_id", 0)],
                           fuse_unk=True, byte_fallback=True)
    family = dict(families.FAMILIES[name], special=special, added=added)
    family.pop("begin", None)
    families.FAMILIES["gguf"] = family
    return name, families.configure("gguf", tokenizers.Tokenizer(model))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--retort", required=True)
    parser.add_argument("--megabytes", type=float, default=10)
    parser.add_argument("--vocabulary", type=int, default=12000)
    parser.add_argument("--gguf", action="append", default=[])
    parser.add_argument("--only", action="append", default=[])
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    rng = random.Random(7)
    wanted = asked.megabytes * 1e6
    texts = system_texts(rng, wanted * 0.7) + made_texts(rng, wanted * 0.3)
    rng.shuffle(texts)
    lines = asked.folder / "texts.jsonl"
    lines.write_text("".join(json.dumps(text) + "\n" for text in texts))
    (asked.folder / "text.txt").write_text("\n".join(texts), encoding="utf-8", newline="")
    print(json.dumps({"texts": len(texts), "megabytes":
                      round(sum(len(text.encode()) for text in texts) / 1e6, 1)}), flush=True)
    wrong = 0
    for name in families.FAMILIES:
        if asked.only and name not in asked.only:
            continue
        tok = families.build(name, texts[::6], asked.vocabulary)
        path = asked.folder / f"{name}.json"
        tok.save(str(path), pretty=False)
        wrong += compare(name, asked.retort, path, tok, texts, lines)
        tok.encode_special_tokens = False
        wrong += compare_decoding(name, asked.retort, path, tok, texts, lines, asked.folder)
    for source in asked.gguf:
        name, tok = from_gguf(source)
        label = f"{pathlib.Path(source).name} ({name})"
        wrong += compare(label, asked.retort, source, tok, texts, lines)
        tok.encode_special_tokens = False
        wrong += compare_decoding(label, asked.retort, source, tok, texts, lines, asked.folder)
        written = asked.folder / (pathlib.Path(source).name + ".json")
        subprocess.run([asked.retort, "tokenizer", "convert", source, "-o", written], check=True)
        wrong += compare(label + " as tokenizer.json", asked.retort, source,
                         tokenizers.Tokenizer.from_file(str(written)), texts, lines)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
