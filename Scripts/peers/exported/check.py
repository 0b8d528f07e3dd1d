#!/usr/bin/env python3
"""Exports a model and holds what others make of it against what we make of it.

    Scripts/peers/install                       # transformers and llama.cpp
    python3 check.py --random                   # a model of random weights, 0.5 M parameters
    python3 check.py --random qwen3             # of another family: models.py lists them
    python3 check.py runs/quickstart/stages/teacher-*/model --prompt 9+8+2+5 --prompt 1+2+3

F32: llama.cpp (F32 cache, one token at a time), `transformers.generate` and `retort model generate`
must write the same ids, up to the first position where the two likeliest logits of transformers
differ by less than 1e-3, and logits that are at most 1e-3 apart. F16, Q8_0, BF16: the largest
difference of logits to our own, which may be a tenth, three quarters and a third of their deviation,
and how often the likeliest token is the same. The tokenizers of llama.cpp and of transformers must give our
ids on every text. Exit 1 if something differs that must not.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import numpy

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
sys.path.append(str(HERE))
from llama import Llama
from models import FAMILIES, make

GAP = 1e-3
# Largest differences, as shares of the deviation of the logits.
LIMITS = {"f16": 0.1, "bf16": 0.34, "q8_0": 0.75}
# llama.cpp looks GELU up in a table of halves.
GELU, GELU_GAP = ("gpt2", "gemma3_text"), 1e-2
TEXTS = [
    "Compute 12345 + 678 = ", "  two  spaces\n\n\tTab", "Ünïcode: 日本語 😀 don't I'LL", "a b  \r\n c",
    "x  5 and   12\n  7. done", "f(x)=3x^2-4.50, 1/2 ≤ ½ ² ٣", "Step 1: 12×3=36\nStep 2:  36+4=40",
    "<|pad|><|sep|> <|eos|>", "    def f(a, b):\n\treturn a+b  # sum\n", "e\u0301 \u200b\u00a0\u2028x",
    "ΑΒΓ αβγ ЖЗИ العربية हिन्दी ไทย", "1234567890 ①② Ⅷ 一二三", "'s 't 're 've 'm 'll 'd 'S", "9+8+2+5",
    "7+2+5\n7+7\n4\nAnswer: 4", "\x00\x01\x7f", "🏳️‍🌈👩‍👩‍👧‍👦🇩🇪", "", " ", "\n", "word" * 50,
]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", nargs="?", help="a folder in Hugging Face's layout")
    parser.add_argument("--random", nargs="?", const="llama", choices=FAMILIES, metavar="FAMILY",
                        help="make a model of random weights: " + ", ".join(FAMILIES))
    parser.add_argument("--prompt", action="append", help="a problem; may be given again")
    parser.add_argument("--new", type=int, default=48)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--retort", default=str(ROOT / ".build/release/retort"))
    parser.add_argument("--probe", help="the program that `build` prints")
    asked = parser.parse_args()
    if (asked.model is None) == (asked.random is None):
        parser.error("name a model's folder, or say --random")
    return asked


def run(*command, **options):
    found = subprocess.run(
        [os.fspath(part) for part in command], capture_output=True, check=False, **options)
    if found.returncode != 0:
        raise SystemExit(f"{command[0]}: {found.stderr.decode(errors='replace').strip()[-500:]}")
    return found.stdout


def random_model(retort, folder, family):
    """Random weights, and a tokenizer learned from our prompts."""
    lines = (ROOT / "Corpora/prompts/handwritten.txt").read_bytes()
    folder.mkdir()
    run(retort, "tokenizer", "train", "-", "--vocab-size", "1000", "-o", folder / "tokenizer.json",
        input=lines)
    vocabulary = len(json.loads((folder / "tokenizer.json").read_bytes())["model"]["vocab"])
    make(family, vocabulary).save_pretrained(folder)
    return folder


class Ours:
    def __init__(self, retort, model, scratch):
        self.retort, self.model, self.scratch = retort, model, scratch

    def logits(self, ids):
        numpy.save(self.scratch / "ids.npy", numpy.asarray(ids, numpy.int32))
        run(self.retort, "model", "logits", self.model, "--tokens", self.scratch / "ids.npy", "-o",
            self.scratch / "logits.npy")
        return numpy.load(self.scratch / "logits.npy")

    def text(self, prompt, count):
        line = run(self.retort, "model", "generate", self.model, "--prompt", prompt,
                   "--max-new-tokens", str(count), "--json")
        return json.loads(line)["solution"]


def first_close(logits):
    """The first row whose two likeliest logits are nearly equal; None where there is none."""
    top = numpy.sort(logits, axis=1)[:, -2:]
    close = numpy.nonzero(top[:, 1] - top[:, 0] < GAP)[0]
    return int(close[0]) if len(close) else None


def until_eos(ids, eos):
    return ids[: ids.index(eos)] if eos in ids else ids


def main():
    asked = arguments()
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    torch.set_num_threads(asked.threads)
    probe = asked.probe or run(HERE / "build").decode().strip()
    wrong = []
    with tempfile.TemporaryDirectory() as name:
        scratch = pathlib.Path(name)
        model = (random_model(asked.retort, scratch / "random", asked.random) if asked.random
                 else pathlib.Path(asked.model))
        exported = {}
        for form, kind in [("gguf", "f32"), ("gguf", "f16"), ("gguf", "q8_0"),
                           ("safetensors", "f32"), ("safetensors", "f16"),
                           ("safetensors", "bf16")]:
            exported[form, kind] = scratch / f"{form}-{kind}"
            run(asked.retort, "model", "export", model, "--format", form, "--type", kind, "-o",
                exported[form, kind])

        ours = Ours(asked.retort, model, scratch)
        theirs = AutoModelForCausalLM.from_pretrained(
            exported["safetensors", "f32"], dtype=torch.float32, attn_implementation="eager").eval()
        tokenizer = AutoTokenizer.from_pretrained(exported["safetensors", "f32"])
        llama = Llama(probe, exported["gguf", "f32"], asked.threads)
        eos = llama.eos
        print(f"{model}: vocabulary {llama.vocabulary}, eos {eos}")

        # The ids of texts: ours, llama.cpp's, transformers'.
        import tokenizers
        reference = tokenizers.Tokenizer.from_file(str(model / "tokenizer.json"))
        # For some types of models transformers brings a normalizer of its own.
        is_foreign = theirs.config.model_type == "qwen2"
        texts = TEXTS + [line for line in (
            ROOT / "Corpora/prompts/handwritten.txt").read_text().splitlines() if line]
        compared = 0
        for text in texts:
            mine = json.loads(run(
                asked.retort, "tokenizer", "encode", model / "tokenizer.json", "-", "--json",
                input=json.dumps(text).encode() + b"\n"))
            if llama.tokenize(text.encode()) != mine:
                wrong.append(f"llama.cpp tokenizes {text!r} otherwise")
            # Text that spells a special token is text for us and llama.cpp, not for transformers.
            if "<|" not in text and not is_foreign and tokenizer(text, add_special_tokens=False).input_ids != mine:
                wrong.append(f"transformers tokenizes {text!r} otherwise")
            compared += 1
        print(f"tokenizers: {compared} texts, "
              f"{sum('tokenizes' in line for line in wrong)} differ")

        # Greedy ids of F32.
        prompts = asked.prompt or ["1+2+3", "9+8+2+5", "Why is the sky blue?", "Write a poem",
                                   "List three fruits", "0", "How do bees make honey?", "7+7"]
        # Ours end a problem with a token of their own.
        is_ours = reference.token_to_id("<|sep|>") == 1
        sequences, largest, compared_ids = [], 0.0, 0
        for prompt in prompts:
            ids = tokenizer(prompt, add_special_tokens=False).input_ids + [1] * is_ours
            with torch.inference_mode():
                found = theirs.generate(
                    torch.tensor([ids]), attention_mask=torch.ones(1, len(ids)), do_sample=False,
                    min_new_tokens=None, max_new_tokens=asked.new, eos_token_id=eos, pad_token_id=0,
                    temperature=None, top_p=None, top_k=None)[0].tolist()[len(ids):]
            other = llama.greedy(ids, len(found))
            sequence = ids + found
            rows = slice(len(ids) - 1, len(sequence) - 1)
            mine = ours.logits(sequence)
            with torch.inference_mode():
                torchs = theirs(torch.tensor([sequence])).logits[0].float().numpy()
            llamas = llama.logits(sequence)
            close = first_close(torchs[rows])
            limit = len(found) if close is None else close
            compared_ids += limit
            our_ids = mine[rows].argmax(axis=1).tolist()
            # What our generator writes, with its own cache and kernels.
            same_text = not is_ours or close is not None or ours.text(
                prompt, len(found)) == reference.decode(
                    until_eos(found, eos), skip_special_tokens=True)
            for who, theirs_ids in (("llama.cpp", other), ("retort", our_ids)):
                if theirs_ids[:limit] != found[:limit]:
                    wrong.append(f"{prompt!r}: {who} writes other ids than transformers")
            if not same_text:
                wrong.append(f"{prompt!r}: `retort model generate` writes another text")
            differences = [float(abs(a - b).max()) for a, b in
                           ((mine, torchs), (mine, llamas), (torchs, llamas))]
            largest = max(largest, *differences)
            limits = [GAP] + [GELU_GAP if theirs.config.model_type in GELU else GAP] * 2
            if any(found > limit for found, limit in zip(differences, limits)):
                wrong.append(f"{prompt!r}: F32 logits differ by {differences}")
            print(f"{prompt!r}: {len(found)} ids, equal up to {limit}, two best within {GAP} first at "
                  f"{'no position' if close is None else close}; |logit differences| "
                  f"retort-transformers {differences[0]:.1e}, retort-llama.cpp {differences[1]:.1e}, "
                  f"transformers-llama.cpp {differences[2]:.1e}")
            sequences.append((sequence, mine))
        llama.close()
        print(f"F32: largest difference {largest:.1e}")
        if compared_ids == 0:
            wrong.append("no id could be compared: every prompt begins with a close call")

        # The other types, on the same sequences.
        for form, kind in exported:
            if kind == "f32":
                continue
            if form == "gguf":
                peer = Llama(probe, exported[form, kind], asked.threads)
                logits_of = peer.logits
            else:
                loaded = AutoModelForCausalLM.from_pretrained(
                    exported[form, kind], dtype=torch.float32,
                    attn_implementation="eager").eval()
                with torch.inference_mode():
                    def logits_of(ids):
                        return loaded(torch.tensor([ids])).logits[0].float().numpy()
            worst, spread, agree, total = 0.0, 0.0, 0, 0
            with torch.inference_mode():
                for sequence, mine in sequences:
                    found = logits_of(sequence)
                    worst = max(worst, float(abs(found - mine).max()))
                    spread = max(spread, float(mine.std()))
                    agree += int((found.argmax(axis=1) == mine.argmax(axis=1)).sum())
                    total += len(sequence)
            size = sum(f.stat().st_size for f in [exported[form, kind]] if f.is_file())
            print(f"{form} {kind}: largest logit difference {worst:.1e}, likeliest token equal at "
                  f"{agree} of {total} positions" + (f", {size} bytes" if size else ""))
            if worst > LIMITS[kind] * spread:
                wrong.append(f"{form} {kind}: logits differ by {worst:.1e}, they deviate by {spread:.1e}")
    for line in wrong:
        print("WRONG " + line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
