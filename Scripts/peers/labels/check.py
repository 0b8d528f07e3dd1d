#!/usr/bin/env python3
"""Label files written by the tools themselves, through `retort labels check`.

    check.py RETORT FOLDER [--llama-perplexity PROGRAM --model MODEL.gguf --text FILE]

Writes into FOLDER, with PyTorch, zstandard, safetensors and NumPy: Megatron-LM's record (torch.save,
zstd, tar) with every type that it saves in, torch.save of logits, safetensors, .npy; with llama.cpp's
own program its --kl-divergence-base file. Each is written sound and with its rows one place late.
Fails unless the sound ones are found sound, and the others off by one.
"""
import argparse, io, json, pathlib, subprocess, sys, tarfile

import numpy, safetensors.torch, torch, zstandard

V, TEXTS, LENGTH = 97, 12, 40


def corpus():
    """Texts of a Markov chain, and its own rows: (TEXTS, LENGTH + 1) ids, (TEXTS, LENGTH, V)."""
    draw = torch.Generator().manual_seed(5)
    table = torch.log_softmax(torch.randn(V, V, generator=draw) * 3, -1)
    ids = torch.zeros(TEXTS, LENGTH + 1, dtype=torch.long)
    ids[:, 0] = torch.randint(0, V, (TEXTS,), generator=draw)
    for t in range(LENGTH):
        ids[:, t + 1] = torch.multinomial(table[ids[:, t]].exp(), 1, generator=draw)[:, 0]
    return ids, table[ids[:, :-1]]


def megatron(path, rows, kind, k=16):
    """A tar as the saver writes it: an iteration for each four texts, microbatches of two."""
    with tarfile.open(path, "w") as tar:
        def add(name, data):
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
        add("_meta.json", json.dumps({"hash": "0", "saver": {"k": k}}).encode())
        for step, start in enumerate(range(0, TEXTS, 4)):
            parts = {"values": [], "indices_low": [], "bit_17": []}
            for first in (start, start + 2):
                values, places = rows[first:first + 2].transpose(0, 1).topk(k, -1)
                parts["values"].append(values.to(kind))
                parts["indices_low"].append((places & 0xFFFF).to(torch.uint16))
                parts["bit_17"].append((places >> 16).to(torch.bool))
            buffer = io.BytesIO()
            torch.save(parts, buffer)
            add(f"{step}.pt.zst", zstandard.ZstdCompressor(level=3).compress(buffer.getvalue()))


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("retort")
    arguments.add_argument("folder", type=pathlib.Path)
    arguments.add_argument("--llama-perplexity")
    arguments.add_argument("--model")
    arguments.add_argument("--text")
    given = arguments.parse_args()
    folder = given.folder
    folder.mkdir(parents=True, exist_ok=True)
    ids, right = corpus()
    late = torch.cat([right[:, 1:], right[:, -1:]], 1)
    numpy.save(folder / "ids.npy", ids.numpy().astype(numpy.int64))
    numpy.save(folder / "first.npy", ids[0].numpy().astype(numpy.int32))
    failures = []

    def check(path, expected, *more):
        run = subprocess.run([given.retort, "labels", "check", str(path), "--json", *more],
                             capture_output=True, text=True)
        try:
            report = json.loads(run.stdout)
            found = [finding["name"] for finding in report["findings"]]
        except ValueError:
            found = [run.stderr.strip()]
        good = found == expected and run.returncode == (1 if expected else 0)
        print(f"{'ok  ' if good else 'FAIL'} {pathlib.Path(path).name}: {found or 'sound'}")
        if not good:
            failures.append(path)

    for rows, word, expected in [(right, "sound", []), (late, "late", ["off-by-one"])]:
        for name, kind in [("fp16", torch.float16), ("bf16", torch.bfloat16), ("fp32", torch.float32)]:
            path = folder / f"megatron-{word}-{name}.tar"
            megatron(path, rows, kind)
            check(path, expected, "--tokens", str(folder / "ids.npy"))
        path = folder / f"{word}.pt"
        torch.save({"logits": rows * 1 + 4, "input_ids": ids}, path)
        check(path, expected)
        path = folder / f"{word}.safetensors"
        safetensors.torch.save_file({"logprobs": rows.contiguous(), "input_ids": ids}, path)
        check(path, expected)
        path = folder / f"{word}.npy"
        numpy.save(path, rows[0].numpy())
        check(path, expected, "--tokens", str(folder / "first.npy"))
    path = folder / "big-endian.npy"
    numpy.save(path, right[0].numpy().astype(">f4"))
    check(path, ["byte-order"])
    path = folder / "stranger.pt"
    torch.save(torch.nn.Linear(2, 2), path)
    check(path, ["damaged"])
    if given.llama_perplexity:
        path = folder / "base.kld"
        subprocess.run([given.llama_perplexity, "-m", given.model, "-f", given.text, "-c", "256",
                        "--chunks", "2", "-t", "2", "--kl-divergence-base", str(path)],
                       check=True, capture_output=True)
        check(path, [], "--tokenizer", given.model)
        data = bytearray(path.read_bytes())
        context, vocabulary, chunks = numpy.frombuffer(data, "<i4", 3, 8)
        start = 20 + 4 * context * chunks
        row = 2 * (2 * ((vocabulary + 1) // 2) + 4)
        data[start:] = data[start + row:] + data[-row:]
        moved = folder / "base-late.kld"
        moved.write_bytes(data)
        check(moved, ["off-by-one"])
    sys.exit(1 if failures else 0)


main()
