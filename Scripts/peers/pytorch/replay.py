#!/usr/bin/env python3
"""Replays whole trainings of Retort in PyTorch, from its archives and start weights, and compares the
series of losses.

    pip install torch safetensors numpy        # and the program `zstd`
    python3 Scripts/peers/pytorch/replay.py [--retort .build/release/retort] [--steps 60] [--into DIR]

A small pipeline makes a set, a teacher, its labels as `full` and as `hidden`, a checkpoint to start
from, and one training of each kind below, all in the same order of batches. For each, PyTorch reads the
archive of labels (zstd, tar, npy), the order (npy) and the start (safetensors), takes the same steps
(AdamW, clipping, schedule as the settings say), and must log the same losses: no step may differ by more
than 1e-4 nat. What differs is the order of float32 sums, and what those differences grow to. Prints a
table; exit code 1 beyond the bound.
"""
import argparse
import glob
import io
import json
import math
import pathlib
import subprocess
import sys
import tarfile
import tempfile

import numpy
import torch
import torch.nn.functional as F
from safetensors.torch import load_file

import losses
import model

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import shapes

TOLERANCE = 1e-4
RANK, ALPHA = 4, 8.0

# name, kind, label set, further settings
TRAININGS = [
    ("hard", "train", "full", ""),
    ("full", "distil", "full", ""),
    ("hidden", "distil", "hidden", ""),
    ("temperature-2", "distil", "full", "temperature: 2, "),
    ("mix-half", "distil", "full", "mix: 0.5, "),
    ("temperature-and-mix", "distil", "hidden", "temperature: 3, mix: 0.25, "),
    ("micro-batched", "distil", "full", "micro_batch: 3, "),
    ("adapter", "distil", "full", f"adapter: {{rank: {RANK}, alpha: {ALPHA}}}, "),
]
STEPS = """steps: {steps}, batch: 16, learning_rate: 0.002, warmup: 10, weight_decay: 0.1, log_every: 1"""
PIPELINE = """
pipeline: replay
seed: 5
stages:
  - name: problems
    kind: generate
    with: {{families: {{sum-reduce: {{levels: 2..3}}}}, count: 400}}
  - name: teacher
    kind: train
    from: [problems]
    with:
      tokenizer: {{vocab_size: 300}}
      model: {{hidden_size: 64, intermediate_size: 160, num_hidden_layers: 2, num_attention_heads: 4, num_key_value_heads: 2}}
      steps: 200
      batch: 32
      learning_rate: 0.004
  - name: labels-full
    kind: label
    from: [problems, teacher]
    with: {{encoding: full}}
  - name: labels-hidden
    kind: label
    from: [problems, teacher]
    with: {{encoding: hidden}}
  - name: order
    kind: curriculum
    from: [labels-full]
    with: {{order: random, steps: {steps}, batch: 16}}
  - name: base
    kind: train
    from: [labels-full, order]
    with: {{model: {{hidden_size: 32, intermediate_size: 80, num_hidden_layers: 2, num_attention_heads: 4, num_key_value_heads: 2}}, steps: {steps}, batch: 16, learning_rate: 0.0005}}
  # What an adapter of this seed starts from: nothing is learnt.
  - name: adapter-start
    kind: distil
    from: [labels-full, adapter-order]
    with: {{model: {{from: base}}, adapter: {{rank: {rank}, alpha: {alpha}}}, steps: 1, batch: 16, learning_rate: 0, weight_decay: 0, seed: 11}}
  - name: adapter-order
    kind: curriculum
    from: [labels-full]
    with: {{order: random, steps: 1, batch: 16}}
"""


class Stages:
    """The folders of a run by the names of their stages."""

    def __init__(self, run):
        self.run = run

    def __getitem__(self, name):
        found = [path for path in glob.glob(f"{self.run}/stages/{name}-*")
                 if len(path) == len(f"{self.run}/stages/{name}-") + 12]
        if len(found) != 1:
            raise SystemExit(f"{self.run}: expected one stage {name}, found {len(found)}")
        return pathlib.Path(found[0])

    def settings(self, name):
        return json.loads((self[name] / "manifest.json").read_text())["stage"]["configuration"]


def samples_of(folder):
    """The samples of a set in its order: tokens, mask, and rows of labels."""
    found = []
    for shard in sorted(folder.glob("data-*.tar.zst")):
        raw = subprocess.run(["zstd", "-dcq", shard], check=True, capture_output=True).stdout
        sample = {}
        with tarfile.open(fileobj=io.BytesIO(raw)) as archive:
            for member in archive:
                key, _, field = member.name.partition(".")
                if sample.get("key") != key:
                    sample = {"key": key}
                    found.append(sample)
                if field.endswith("npy"):
                    sample[field] = numpy.load(io.BytesIO(archive.extractfile(member).read()))
    return found


class Labels:
    """Logarithms of a set's distributions, up to a constant in each row."""

    def __init__(self, folder):
        self.samples = samples_of(folder)
        readout = folder / "readout.safetensors"
        self.readout = load_file(readout)["readout.weight"].float() if readout.exists() else None

    def rows(self, sample):
        if self.readout is None:
            return torch.from_numpy(sample["logp.npy"]).float()
        return torch.from_numpy(sample["hidden.npy"]).float() @ self.readout.T


class Adapted(torch.nn.Module):
    """A matrix that stays, and a low-rank product beside each of the matrices it is made of."""

    def __init__(self, linear, pairs, scale):
        super().__init__()
        self.register_buffer("frozen", linear.weight.detach().clone())
        self.a = torch.nn.ParameterList(torch.nn.Parameter(a.clone()) for a, _ in pairs)
        self.b = torch.nn.ParameterList(torch.nn.Parameter(b.clone()) for _, b in pairs)
        self.scale = scale

    def forward(self, x):
        added = torch.cat([b @ a for a, b in zip(self.a, self.b)])
        return F.linear(x, self.frozen + self.scale * added)


def adapt(decoder, folder):
    """Puts the adapter in the place of every matrix of the layers; nothing else learns."""
    tensors = load_file(folder / "adapter_model.safetensors")
    settings = json.loads((folder / "adapter_config.json").read_text())
    scale = settings["lora_alpha"] / settings["r"]
    for p in decoder.parameters():
        p.requires_grad_(False)

    def pairs(layer, *words):
        prefix = f"base_model.model.model.layers.{layer}."
        return [(tensors[f"{prefix}{word}.lora_A.weight"], tensors[f"{prefix}{word}.lora_B.weight"])
                for word in words]

    for layer, block in enumerate(decoder.blocks):
        attention, inner = block.attention, block.feed_forward
        attention.projections = Adapted(
            attention.projections, pairs(layer, *(f"self_attn.{x}_proj" for x in "qkv")), scale)
        attention.output = Adapted(attention.output, pairs(layer, "self_attn.o_proj"), scale)
        inner.gate_up = Adapted(
            inner.gate_up, pairs(layer, "mlp.gate_proj", "mlp.up_proj"), scale)
        inner.down = Adapted(inner.down, pairs(layer, "mlp.down_proj"), scale)
    return [p for p in decoder.parameters() if p.requires_grad]


def rate(settings, step):
    peak, warmup, steps = settings["learning_rate"], settings["warmup"], settings["steps"]
    if step <= warmup:
        return peak * step / warmup
    share, progress = settings["final_rate"], (step - warmup) / (steps - warmup)
    return peak * (share + (1 - share) * (1 + math.cos(math.pi * progress)) / 2)


def batch_of(labels, members, soft):
    """Padded tokens, the places of targets, the next tokens there, and the labels' rows there."""
    length = max(len(m["tokens.npy"]) for m in members) - 1
    tokens = torch.zeros(len(members), length, dtype=torch.long)
    places, following, rows = [], [], []
    for row, member in enumerate(members):
        ids = torch.from_numpy(member["tokens.npy"].astype(numpy.int64))
        tokens[row, : len(ids) - 1] = ids[:-1]
        targets = numpy.flatnonzero(member["mask.npy"][1:])
        places.append(torch.from_numpy(targets) + row * length)
        following.append(ids[1:][targets])
        if soft:
            rows.append(labels.rows(member)[targets])
    return tokens, torch.cat(places), torch.cat(following), torch.cat(rows) if soft else None


def replay(stages, name, labels, adapter):
    settings = stages.settings(name)
    start = stages["base"] / "model"
    config = json.loads((start / "config.json").read_text())
    longest = max(len(sample["tokens.npy"]) for sample in labels.samples)
    decoder = model.Decoder(shapes.shape_of(config, settings["batch"], longest))
    model.load(decoder, load_file(start / "model.safetensors"))
    if adapter:
        learnt = adapt(decoder, stages["adapter-start"] / "adapter")
        groups = [{"params": learnt, "weight_decay": settings["weight_decay"]}]
    else:
        learnt = list(decoder.parameters())
        groups = [
            {"params": [p for p in learnt if p.dim() == 2], "weight_decay": settings["weight_decay"]},
            {"params": [p for p in learnt if p.dim() != 2], "weight_decay": 0.0},
        ]
    optimizer = torch.optim.AdamW(
        groups, lr=0.0, betas=(settings["beta1"], settings["beta2"]), eps=settings["epsilon"])
    objective = settings["objective"]
    soft = objective["name"] != "hard"
    order = numpy.load(stages["order"] / "order.npy")
    found = []
    for step in range(1, settings["steps"] + 1):
        first = (step - 1) * settings["batch"]
        members = [labels.samples[i] for i in order[first : first + settings["batch"]]]
        tokens, places, following, rows = batch_of(labels, members, soft)
        logits = decoder(tokens)[places]
        if soft:
            loss = losses.full(logits, following, rows, objective["temperature"], objective["mix"])
        else:
            loss = losses.hard(logits, following)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        norm = torch.sqrt(sum((p.grad.double() ** 2).sum() for p in learnt)).item()
        if norm > settings["clip"]:
            for p in learnt:
                p.grad.mul_(settings["clip"] / norm)
        for group in optimizer.param_groups:
            group["lr"] = rate(settings, step)
        optimizer.step()
        found.append(loss.item())
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--retort", default=".build/release/retort")
    parser.add_argument("--steps", type=int, default=60)
    parser.add_argument("--into", help="run folder; default: a temporary one")
    asked = parser.parse_args()
    torch.set_num_threads(1)
    work = pathlib.Path(tempfile.mkdtemp())
    run = asked.into or work / "run"
    text = PIPELINE.format(steps=asked.steps, rank=RANK, alpha=ALPHA)
    for name, kind, labels, settings in TRAININGS:
        steps = STEPS.format(steps=asked.steps)
        text += (f"  - name: {name}\n    kind: {kind}\n    from: [labels-{labels}, order]\n"
                 f"    with: {{model: {{from: base}}, {settings}{steps}, seed: 11}}\n")
    (work / "replay.yaml").write_text(text)
    subprocess.run(
        [asked.retort, "run", work / "replay.yaml", "--into", run, "--quiet"], check=True)
    stages = Stages(run)
    sets = {name: Labels(stages[f"labels-{name}"]) for name in ("full", "hidden")}
    worst = 0.0
    print("| training | first loss | last loss, ours | PyTorch's | largest difference, nat | at step |")
    print("|---|---|---|---|---|---|")
    for name, _, labels, _ in TRAININGS:
        lines = (stages[name] / "metrics.jsonl").read_text().splitlines()
        ours = [line["loss"] for line in map(json.loads, lines) if "loss" in line]
        theirs = replay(stages, name, sets[labels], name == "adapter")
        if len(ours) != len(theirs):
            raise SystemExit(f"{name}: {len(ours)} losses of ours, {len(theirs)} of PyTorch's")
        difference, step = max((abs(a - b), place + 1) for place, (a, b) in enumerate(zip(ours, theirs)))
        worst = max(worst, difference) if math.isfinite(difference) else math.inf
        print(f"| {name} | {ours[0]:.6f} | {ours[-1]:.6f} | {theirs[-1]:.6f} | {difference:.1e} | {step} |")
    print(f"{len(TRAININGS)} trainings of {asked.steps} steps; the largest difference is {worst:.1e} nat, "
          f"the bound {TOLERANCE:.0e}")
    return 0 if worst <= TOLERANCE else 1


if __name__ == "__main__":
    sys.exit(main())
