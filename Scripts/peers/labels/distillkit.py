#!/usr/bin/env python3
"""DistillKit's published forms of the likeliest tokens beside ours, on the same rows.

    distillkit.py SET [--rows 512]      SET: a label set of `encoding: hidden` (float16)

DistillKit is on no package index: what is compared is its form, as its README describes it, with bytes by
its own arithmetic. `recommended`: the 128 likeliest in order, the first 16 logarithms in bfloat16, the
others by least squares on rank^0..4 and its root, ids of ceil(log2 V) bits. `budget`: 50, the first
in bfloat16, three terms; which three it does not say, so that the best of several is shown. Ours:
`topk` with exact and with rounded logarithms; the bytes of a set are the certificate's, not this
script's. Errors are the root of the mean squared length of decoded - teacher, what is left out shared
evenly; KL in nats. Needs NumPy and the program zstd.
"""
import argparse, io, json, math, pathlib, subprocess, sys, tarfile

import numpy


def members(folder, name):
    manifest = json.loads((folder / "manifest.json").read_text())
    for shard in manifest["archive"]["shards"]:
        raw = subprocess.run(["zstd", "-dcq", folder / shard["file"]], capture_output=True, check=True)
        for member in (tar := tarfile.open(fileobj=io.BytesIO(raw.stdout))):
            if member.name.endswith("." + name):
                yield tar.extractfile(member).read()


def targets(folder):
    """States of the rows whose next token is a target, (rows, d)."""
    rows = []
    for hidden, mask in zip(members(folder, "hidden.npy"), members(folder, "mask.npy")):
        states, flags = numpy.load(io.BytesIO(hidden)), numpy.load(io.BytesIO(mask))
        rows.append(states[flags[1:] == 1].astype(numpy.float32))
    return numpy.concatenate(rows)


def readout(folder):
    data = (folder / "readout.safetensors").read_bytes()
    size = int.from_bytes(data[:8], "little")
    facts = json.loads(data[8:8 + size])["readout.weight"]
    a, b = facts["data_offsets"]
    raw = data[8 + size + a:8 + size + b]
    if facts["dtype"] == "BF16":
        halves = numpy.frombuffer(raw, numpy.uint16).astype(numpy.uint32) << 16
        return halves.view(numpy.float32).reshape(facts["shape"])
    kind = {"F32": numpy.float32, "F16": numpy.float16}[facts["dtype"]]
    return numpy.frombuffer(raw, kind).astype(numpy.float32).reshape(facts["shape"])


def bfloat(values):
    bits = numpy.asarray(values, numpy.float32).view(numpy.uint32)
    return (((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16) << 16).astype(numpy.uint32).view(numpy.float32)


def figures(p, ids, q):
    """Squared length of the difference, and the divergence."""
    q = q / max(1, q.sum())
    share = max(0.0, 1 - q.sum()) / (len(p) - len(ids))
    others = numpy.delete(p, ids)
    error = ((q - p[ids]) ** 2).sum() + ((share - others) ** 2).sum()
    kl = (p[ids] * numpy.log(p[ids] / numpy.maximum(q, 1e-30))).sum()
    kl += (others * numpy.log(numpy.maximum(others, 1e-38) / max(share, 1e-38))).sum()
    return error, kl


def fit(count, exact, terms):
    """Decodes as DistillKit does: some exact, the others by a curve over their ranks."""
    ranks = numpy.arange(1, count - exact + 1, dtype=numpy.float64)
    design = numpy.stack([numpy.sqrt(ranks) if t == "root" else ranks ** t for t in terms], 1)
    scale = numpy.abs(design).max(0)
    inverse = numpy.linalg.pinv(design / scale)

    def decode(logs):
        curve = (design / scale) @ (inverse @ logs[exact:]).astype(numpy.float32)
        return numpy.exp(numpy.concatenate([bfloat(logs[:exact]), curve]).astype(numpy.float64))
    return count, decode


def rounded(count, step):
    """Ours: whole steps, or as they are; the mass of the others is stored."""
    def decode(logs):
        values = numpy.exp((numpy.round(logs / step) * step if step else logs).astype(numpy.float64))
        return values / values.sum() * numpy.exp(logs.astype(numpy.float64)).sum()
    return count, decode


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("set", type=pathlib.Path)
    parser.add_argument("--rows", type=int, default=512)
    given = parser.parse_args()
    weights, states = readout(given.set), targets(given.set)
    some = numpy.random.default_rng(1).choice(len(states), min(given.rows, len(states)), replace=False)
    bits = math.ceil(math.log2(len(weights)))
    forms = {
        f"recommended, {(128 * bits + 7) // 8 + 32 + 24} bytes": [fit(128, 16, [0, 1, 2, 3, 4, "root"])],
        f"budget, {(50 * bits + 7) // 8 + 2 + 12} bytes": [
            fit(50, 1, terms) for terms in ([0, 1, "root"], [0, 1, 2], [0, "root", 2], [1, "root", 2])],
        "ours, k 128, exact": [rounded(128, 0)],
        "ours, k 128, steps of 1/8": [rounded(128, 1 / 8)],
        "ours, k 50, exact": [rounded(50, 0)],
        "ours, k 50, steps of 1/4": [rounded(50, 1 / 4)],
    }
    sums = {name: [numpy.zeros(2) for _ in kinds] for name, kinds in forms.items()}
    for row in some:
        logits = (states[row] @ weights.T).astype(numpy.float64)
        logs = logits - logits.max()
        logs -= math.log(numpy.exp(logs).sum())
        p, order = numpy.exp(logs), numpy.argsort(-logs, kind="stable")[:128]
        for name, kinds in forms.items():
            for place, (count, decode) in enumerate(kinds):
                ids = order[:count]
                sums[name][place] += figures(p, ids, decode(logs[ids]))
    print(f"{len(some)} rows of {len(weights)} tokens")
    for name, kinds in sums.items():
        error, kl = min((numpy.sqrt(s[0] / len(some)), s[1] / len(some)) for s in kinds)
        print(f"{name:32} gradient error {error:.4f}   KL {kl:.3f}")


if __name__ == "__main__":
    main()
