#!/usr/bin/env python3
"""Writes Tests/ModelSupport/Goldens/Architectures: tiny random models of `transformers`, one of each
architecture and form of position, with logits and last hidden states computed in float64 from
float32 weights.

    pip install torch transformers safetensors && Scripts/goldens/architectures.py

A file holds the weights (`weight.` before each name), `tokens`, `logits` and `hidden`; its metadata
the config.json that save_pretrained would write. It also holds `following` tokens and the gradient of
the mean cross-entropy to them (`gradient.`). Norms, softmax and rotary angles are float32 inside
transformers, whatever the model's type: that, not the sums, bounds how close another can come.
"""
import pathlib
import sys

# statistics.py beside this file is not the library's.
sys.path.pop(0)

import torch
import transformers
from safetensors.torch import save_file
from transformers import (
    Gemma3ForCausalLM, Gemma3TextConfig, GPT2Config, GPT2LMHeadModel, LlamaConfig,
    LlamaForCausalLM, MistralConfig, MistralForCausalLM, Olmo2Config, Olmo2ForCausalLM, Qwen2Config,
    Qwen2ForCausalLM, Qwen3Config, Qwen3ForCausalLM)

HERE = pathlib.Path(__file__).resolve().parents[2] / "Tests/ModelSupport/Goldens/Architectures"
SEED = 22
VOCABULARY = 29
# One sequence within every window, one of one token, one over the edges of the kernels' blocks.
LENGTHS = [5, 1, 45]

DECODER = dict(
    vocab_size=VOCABULARY, hidden_size=16, intermediate_size=24, num_hidden_layers=2,
    num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=64,
    tie_word_embeddings=False)
LLAMA3 = dict(
    rope_type="llama3", factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0,
    original_max_position_embeddings=32, rope_theta=500.0)
LINEAR = dict(rope_type="linear", factor=4.0, rope_theta=10000.0)
YARN = dict(
    rope_type="yarn", factor=4.0, original_max_position_embeddings=16, rope_theta=1000.0)

MODELS = {
    "llama-llama3": lambda: LlamaForCausalLM(LlamaConfig(
        **DECODER, head_dim=8, rope_parameters=LLAMA3)),
    "llama-linear": lambda: LlamaForCausalLM(LlamaConfig(
        **{**DECODER, "tie_word_embeddings": True}, rope_parameters=LINEAR)),
    "llama-yarn": lambda: LlamaForCausalLM(LlamaConfig(
        **DECODER, head_dim=16, rope_parameters=YARN)),
    "llama-bias": lambda: LlamaForCausalLM(LlamaConfig(
        **DECODER, attention_bias=True, mlp_bias=True)),
    "mistral": lambda: MistralForCausalLM(MistralConfig(**DECODER, sliding_window=7)),
    "qwen2": lambda: Qwen2ForCausalLM(Qwen2Config(
        **{**DECODER, "tie_word_embeddings": True, "num_hidden_layers": 3},
        use_sliding_window=True, sliding_window=9, max_window_layers=1)),
    "qwen3": lambda: Qwen3ForCausalLM(Qwen3Config(**DECODER, head_dim=12)),
    "gpt2": lambda: GPT2LMHeadModel(GPT2Config(
        vocab_size=VOCABULARY, n_embd=24, n_layer=2, n_head=3, n_positions=64)),
    "gemma3": lambda: Gemma3ForCausalLM(Gemma3TextConfig(
        **{**DECODER, "tie_word_embeddings": True, "num_hidden_layers": 4}, head_dim=8,
        sliding_window=6, query_pre_attn_scalar=12,
        layer_types=["sliding_attention", "full_attention"] * 2,
        rope_parameters={
            "full_attention": dict(rope_type="linear", factor=2.0, rope_theta=20000.0),
            "sliding_attention": dict(rope_type="default", rope_theta=300.0)})),
    "olmo2": lambda: Olmo2ForCausalLM(Olmo2Config(**DECODER, eos_token_id=2)),
}


def write(name, make):
    torch.manual_seed(SEED)
    net = make().eval()
    net.config._attn_implementation = "eager"
    # PyTorch gives the row of a padding token no gradient; no token of ours is one.
    net.get_input_embeddings().padding_idx = None
    gemma = name.startswith("gemma")
    with torch.no_grad():
        for key, p in net.named_parameters():
            norm = ("norm" in key or ".ln_" in key) and key.endswith("weight")
            p.copy_(torch.randn_like(p) * 0.3 + (1 if norm and not gemma else 0))
    weights = {"weight." + k: v.clone().contiguous() for k, v in net.state_dict().items()
               if not (k == "lm_head.weight" and net.config.tie_word_embeddings)}
    net = net.double()
    tokens = torch.randint(VOCABULARY, (sum(LENGTHS),))
    logits, hidden, start = [], [], 0
    for length in LENGTHS:
        out = net(tokens[None, start:start + length], output_hidden_states=True)
        logits.append(out.logits[0])
        hidden.append(out.hidden_states[-1][0])
        start += length
    logits = torch.cat(logits)
    following = torch.randint(VOCABULARY, (sum(LENGTHS),))
    torch.nn.functional.cross_entropy(logits, following).backward()
    more = {"gradient." + k: p.grad.float() for k, p in net.named_parameters()}
    more["following"] = following.int()
    save_file(
        {**weights, **more, "tokens": tokens.int(), "logits": logits.detach().float(),
         "hidden": torch.cat(hidden).detach().float()},
        HERE / f"{name}.safetensors",
        metadata={
            "config": net.config.to_json_string(), "lengths": " ".join(map(str, LENGTHS)),
            "made_by": "Scripts/goldens/architectures.py", "seed": str(SEED),
            "versions": f"torch {torch.__version__}, transformers {transformers.__version__}"})


if __name__ == "__main__":
    HERE.mkdir(parents=True, exist_ok=True)
    for name, make in MODELS.items():
        write(name, make)
