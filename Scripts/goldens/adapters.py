#!/usr/bin/env python3
"""Writes Tests/ModelSupport/Goldens/Adapters: low-rank adapters of the models that architectures.py
wrote, by the library `peft`: A and B (`value.`), their gradients (`gradient.`) of the mean
cross-entropy, and logits, computed in float64 from float32 values.

    pip install torch transformers peft safetensors && Scripts/goldens/adapters.py
"""
import json
import pathlib
import sys

# statistics.py beside this file is not the library's.
sys.path.pop(0)

import peft
import torch
import transformers
from safetensors import safe_open
from safetensors.torch import save_file

HERE = pathlib.Path(__file__).resolve().parents[2] / "Tests/ModelSupport/Goldens"
SEED = 24
RANK, ALPHA = 3, 5
TARGETS = {
    "qwen3": ["q_proj", "v_proj", "down_proj"],
    "gpt2": ["c_attn", "c_fc"],
}


def write(name, targets):
    torch.manual_seed(SEED)
    with safe_open(HERE / "Architectures" / f"{name}.safetensors", "pt") as file:
        config = json.loads(file.metadata()["config"])
        lengths = [int(n) for n in file.metadata()["lengths"].split()]
        tensors = {key: file.get_tensor(key) for key in file.keys()}
    net = transformers.AutoModelForCausalLM.from_config(
        transformers.AutoConfig.for_model(**config), attn_implementation="eager")
    net.load_state_dict(
        {key[7:]: value for key, value in tensors.items() if key.startswith("weight.")}, strict=False)
    net.tie_weights()
    net = peft.get_peft_model(net, peft.LoraConfig(
        r=RANK, lora_alpha=ALPHA, target_modules=targets, fan_in_fan_out=name == "gpt2",
        task_type="CAUSAL_LM"))
    out = {}
    for key, p in net.named_parameters():
        if "lora_" in key:
            with torch.no_grad():
                p.copy_(torch.randn_like(p) * 0.3)
            out["value." + key.replace(".default", "")] = p.detach().float().clone()
    net = net.double().eval()
    logits, start = [], 0
    for length in lengths:
        logits.append(net(tensors["tokens"][None, start:start + length].long()).logits[0])
        start += length
    logits = torch.cat(logits)
    torch.nn.functional.cross_entropy(logits, tensors["following"].long()).backward()
    for key, p in net.named_parameters():
        if "lora_" in key:
            out["gradient." + key.replace(".default", "")] = p.grad.float()
    out["logits"] = logits.detach().float()
    save_file(
        {key: value.contiguous() for key, value in out.items()}, HERE / "Adapters" / f"{name}.safetensors",
        metadata={
            "rank": str(RANK), "alpha": str(ALPHA), "targets": " ".join(targets),
            "made_by": "Scripts/goldens/adapters.py", "seed": str(SEED),
            "versions": f"torch {torch.__version__}, transformers {transformers.__version__}, "
            f"peft {peft.__version__}"})


if __name__ == "__main__":
    (HERE / "Adapters").mkdir(parents=True, exist_ok=True)
    for name, targets in TARGETS.items():
        write(name, targets)
