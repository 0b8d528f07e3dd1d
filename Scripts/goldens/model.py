#!/usr/bin/env python3
"""Writes Tests/ModelSupport/Goldens/llama-{tied,untied}.safetensors: weights, logits and every
gradient of a tiny Llama of `transformers`, computed in float64 from float32 weights.

    pip install torch transformers && python3 Scripts/goldens/model.py

With a folder that we wrote, prints the largest difference between its logits here and ours:

    python3 Scripts/goldens/model.py FOLDER TOKENS.npy LOGITS.npy
"""
import pathlib
import sys

import torch
import torch.nn.functional as F
import transformers
from safetensors.torch import save_file
from transformers import LlamaConfig, LlamaForCausalLM

HERE = pathlib.Path(__file__).resolve().parents[2] / "Tests/ModelSupport/Goldens"
SEED = 21
LENGTHS = [5, 1, 9]
VOCABULARY = 23
TEMPERATURE, MIX = 2.0, 0.75


def model(tied):
    config = LlamaConfig(
        vocab_size=VOCABULARY, hidden_size=16, intermediate_size=24, num_hidden_layers=2,
        num_attention_heads=4, num_key_value_heads=2, head_dim=4, max_position_embeddings=32,
        rms_norm_eps=1e-5, rope_theta=10000.0, tie_word_embeddings=tied,
        attn_implementation="eager")
    net = LlamaForCausalLM(config)
    with torch.no_grad():
        for name, p in net.named_parameters():
            p.copy_(torch.randn_like(p) * 0.3 + (1 if "norm" in name else 0))
    return net.double()


def write(name, tied):
    net = model(tied)
    rows = sum(LENGTHS)
    tokens = torch.randint(VOCABULARY, (rows,))
    following = torch.randint(VOCABULARY, (rows,))
    weights = (torch.arange(rows) % 4 != 1).double()
    targets = F.log_softmax(torch.randn(rows, VOCABULARY) * 2, 1)
    targets[3, 4] = -1e30
    logits, start = [], 0
    for length in LENGTHS:
        logits.append(net(tokens[None, start:start + length]).logits[0])
        start += length
    logits = torch.cat(logits)
    ce = F.cross_entropy(logits, following, reduction="none")
    p = F.softmax(targets.double() / TEMPERATURE, 1)
    kl = F.kl_div(F.log_softmax(logits / TEMPERATURE, 1), p, reduction="none").sum(1)
    count = weights.sum()
    hard = (weights * ce).sum() / count
    soft = (weights * (MIX * TEMPERATURE**2 * kl + (1 - MIX) * ce)).sum() / count
    out = {"tokens": tokens.int(), "following": following.int(), "weights": weights.float(),
           "targets": targets.float(), "logits": logits.float(),
           "losses": torch.stack([hard, soft]).float()}
    named = list(net.named_parameters())
    for kind, loss in (("hard", hard), ("soft", soft)):
        found = torch.autograd.grad(loss, [p for _, p in named], retain_graph=True)
        for (tensor, _), gradient in zip(named, found):
            out[f"{kind}.{tensor}"] = gradient.float()
    for tensor, p in named:
        out[f"weight.{tensor}"] = p.detach().float()
    about = {"script": "Scripts/goldens/model.py", "seed": str(SEED),
             "torch": torch.__version__.split("+")[0], "transformers": transformers.__version__}
    save_file({k: v.contiguous() for k, v in out.items()}, HERE / f"{name}.safetensors", about)


def compare(folder, tokens, logits):
    import numpy

    net = LlamaForCausalLM.from_pretrained(folder, dtype=torch.float32)
    ids = torch.tensor(numpy.load(tokens).astype("int64"))[None]
    found = net(ids).logits[0].detach().numpy()
    ours = numpy.load(logits)
    print("largest difference", abs(found - ours).max(), "of", abs(found).max())


if __name__ == "__main__":
    if len(sys.argv) == 4:
        compare(*sys.argv[1:])
    else:
        torch.manual_seed(SEED)
        HERE.mkdir(parents=True, exist_ok=True)
        write("llama-tied", True)
        write("llama-untied", False)
