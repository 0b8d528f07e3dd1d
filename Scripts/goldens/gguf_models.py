#!/usr/bin/env python3
"""Writes Tests/CheckpointsTests/Goldens/Models: tiny random models as safetensors and as GGUF.

    pip install transformers torch accelerate gguf safetensors
    Scripts/goldens/gguf_models.py [--check FILE.gguf FILE.safetensors]

For every architecture: `<name>.safetensors`, the state of a `transformers` model with its config
in the metadata, and `<name>.gguf`, written with PyPI `gguf` (its name table; rows of `llama`'s q
and k interleaved, GPT-2's matrices transposed, 1 added to Gemma's norms). `transformers` must read
each GGUF back into the same weights, else the script fails. Also `values.gguf`: metadata of every
type and tensors of several, for the reader alone; `written.gguf`: the formats that we write.

With --check, `transformers` reads a GGUF that we wrote and compares it with the safetensors; of
any GGUF, PyPI `gguf` reads all values and tensors.
"""
import json
import pathlib
import shutil
import sys
import tempfile

# A script beside this one has the name of a standard module that torch imports.
HERE = pathlib.Path(__file__).resolve().parent
sys.path = [p for p in sys.path if pathlib.Path(p).resolve() != HERE]

import gguf
import numpy as np
import safetensors
import safetensors.torch
import torch
import transformers

OUT = HERE.parents[1] / "Tests/CheckpointsTests/Goldens/Models"
SEED = 20260103
COMMON = dict(
    vocab_size=24, hidden_size=16, intermediate_size=20, num_hidden_layers=2,
    num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=64,
    bos_token_id=1, eos_token_id=2,
)
LLAMA3 = dict(rope_type="llama3", factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0,
              original_max_position_embeddings=8192)
MODELS = {
    "llama": transformers.LlamaConfig(
        **COMMON, tie_word_embeddings=True, rope_theta=10000.0, rms_norm_eps=1e-5),
    "llama3": transformers.LlamaConfig(
        **{**COMMON, "num_attention_heads": 1, "num_key_value_heads": 1, "head_dim": 32},
        tie_word_embeddings=False, rope_theta=500000.0, rms_norm_eps=1e-5, rope_scaling=LLAMA3),
    "qwen2": transformers.Qwen2Config(
        **COMMON, tie_word_embeddings=False, rope_theta=1e6, rms_norm_eps=1e-6),
    "qwen3": transformers.Qwen3Config(
        **COMMON, head_dim=8, tie_word_embeddings=True, rope_theta=1e6, rms_norm_eps=1e-6),
    "gpt2": transformers.GPT2Config(
        vocab_size=24, n_embd=16, n_layer=2, n_head=4, n_positions=64, n_inner=64,
        bos_token_id=1, eos_token_id=2),
    "gemma3": transformers.Gemma3TextConfig(
        **{**COMMON, "num_hidden_layers": 7}, head_dim=4, sliding_window=8,
        query_pre_attn_scalar=4, rope_theta=1e6, rms_norm_eps=1e-6),
}
ARCH = {"llama3": "llama"}


def interleaved(w, heads):
    """Rows (head, half, pair) as (head, pair, half)."""
    split = w.reshape(heads, 2, w.shape[0] // heads // 2, *w.shape[1:])
    return split.swapaxes(1, 2).reshape(w.shape)


def add_keys(writer, name, c):
    """The keys that llama.cpp's converter writes."""
    if name == "gpt2":
        writer.add_context_length(c.n_positions)
        writer.add_embedding_length(c.n_embd)
        writer.add_feed_forward_length(c.n_inner)
        writer.add_block_count(c.n_layer)
        writer.add_head_count(c.n_head)
        writer.add_layer_norm_eps(c.layer_norm_epsilon)
        return
    writer.add_context_length(c.max_position_embeddings)
    writer.add_embedding_length(c.hidden_size)
    writer.add_feed_forward_length(c.intermediate_size)
    writer.add_block_count(c.num_hidden_layers)
    writer.add_head_count(c.num_attention_heads)
    writer.add_head_count_kv(c.num_key_value_heads)
    writer.add_layer_norm_rms_eps(c.rms_norm_eps)
    writer.add_vocab_size(c.vocab_size)
    rope = c.rope_parameters
    writer.add_rope_freq_base(rope.get("full_attention", rope).get("rope_theta"))
    width = getattr(c, "head_dim", None) or c.hidden_size // c.num_attention_heads
    if name in ("qwen3", "gemma3", "llama3"):
        writer.add_key_length(width)
        writer.add_value_length(width)
    if name in ("llama", "llama3"):
        writer.add_rope_dimension_count(width)
    if name == "gemma3":
        writer.add_sliding_window(c.sliding_window)


def rope_divisors(c):
    """Frequencies of plain rotation over those that transformers computes."""
    from transformers.modeling_rope_utils import ROPE_INIT_FUNCTIONS
    scaled, _ = ROPE_INIT_FUNCTIONS["llama3"](c, "cpu")
    width = c.head_dim
    plain = 1.0 / (c.rope_parameters["rope_theta"] ** (torch.arange(0, width, 2) / width))
    return (plain / scaled).numpy().astype(np.float32)


def write_gguf(path, name, model):
    arch = ARCH.get(name, name)
    c = model.config
    writer = gguf.GGUFWriter(path, arch)
    add_keys(writer, name, c)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    number = next(k for k, v in gguf.MODEL_ARCH_NAMES.items() if v == arch)
    names = gguf.get_tensor_name_map(number, 8)
    tied = model.get_output_embeddings().weight is model.get_input_embeddings().weight
    for key, value in model.state_dict().items():
        if key == "lm_head.weight" and tied:
            continue
        w = value.numpy().astype(np.float32)
        stem = names.get_name(key, try_suffixes=(".weight", ".bias"))
        assert stem, key
        if arch == "llama" and "q_proj" in key:
            w = interleaved(w, c.num_attention_heads)
        if arch == "llama" and "k_proj" in key:
            w = interleaved(w, c.num_key_value_heads)
        if arch == "gpt2" and w.ndim == 2 and ("c_" in key):
            w = np.ascontiguousarray(w.T)
        if arch == "gemma3" and key.endswith("norm.weight"):
            w = w + 1
        writer.add_tensor(stem, w)
    if name == "llama3":
        writer.add_tensor("rope_freqs.weight", rope_divisors(c))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def compare(gguf_path, state, config=None):
    """That transformers reads the GGUF into this state; Gemma's norms lose a rounding.

    Of Qwen3 it does not read the width of a head, of GPT-2 not the positions: there the config is
    given.
    """
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(gguf_path, folder + "/model.gguf")
        model = transformers.AutoModelForCausalLM.from_pretrained(
            folder, gguf_file="model.gguf", dtype=torch.float32,
            **({"config": config} if config else {}))
    found = model.state_dict()
    for key, value in state.items():
        error = (found[key].float() - value).abs().max().item()
        assert error <= 2e-7, f"{gguf_path}: {key}: {error}"
    return model.config


def write_models():
    for name, config in MODELS.items():
        torch.manual_seed(SEED)
        model = transformers.AutoModelForCausalLM.from_config(config).float()
        with torch.no_grad():
            for p in model.parameters():
                p.copy_(torch.randn_like(p))
        state = {k: v.contiguous() for k, v in model.state_dict().items()}
        if model.get_output_embeddings().weight is model.get_input_embeddings().weight:
            state.pop("lm_head.weight", None)
        write_gguf(OUT / f"{name}.gguf", name, model)
        compare(OUT / f"{name}.gguf", state, config if name in ("qwen3", "gpt2") else None)
        fields = {k: v for k, v in config.to_dict().items() if not k.startswith("_")}
        safetensors.torch.save_file(state, OUT / f"{name}.safetensors", {
            "config": json.dumps(fields), "script": "Scripts/goldens/gguf_models.py",
            "seed": str(SEED), "transformers": transformers.__version__,
        })
        print(name, sum(v.numel() for v in state.values()), "weights")


def write_values():
    writer = gguf.GGUFWriter(OUT / "values.gguf", "llama")
    writer.add_custom_alignment(64)
    writer.add_uint8("t.uint8", 250)
    writer.add_int8("t.int8", -120)
    writer.add_uint16("t.uint16", 65000)
    writer.add_int16("t.int16", -32000)
    writer.add_uint32("t.uint32", 4_000_000_000)
    writer.add_int32("t.int32", -2_000_000_000)
    writer.add_uint64("t.uint64", 2**63 + 5)
    writer.add_int64("t.int64", -(2**62))
    writer.add_float32("t.float32", 1e-5)
    writer.add_float64("t.float64", 1.0e-300)
    writer.add_bool("t.true", True)
    writer.add_bool("t.false", False)
    writer.add_string("t.string", "Grüße, 世界")
    writer.add_array("t.strings", ["a", "", "Ġtoken", "日本"])
    writer.add_array("t.ints", [3, -1, 7])
    writer.add_array("t.floats", [0.5, -2.25])
    writer.add_array("t.bools", [True, False, True])
    generator = np.random.default_rng(SEED)
    for kind in ("F32", "F16", "BF16", "Q8_0", "Q4_0", "Q4_1", "Q5_0", "Q5_1"):
        number = gguf.GGMLQuantizationType[kind]
        w = generator.standard_normal((3, 64)).astype(np.float32)
        data = gguf.quants.quantize(w, number)
        writer.add_tensor(f"w.{kind}", data, raw_dtype=number)
    writer.add_tensor("w.cube", np.arange(24, dtype=np.float32).reshape(2, 3, 4))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def write_plain():
    """The formats that we write, by the library: to be taken apart and written again."""
    writer = gguf.GGUFWriter(OUT / "written.gguf", "llama")
    writer.add_array("t.strings", ["a", "", "日本"])
    writer.add_float32("t.float32", 0.1)
    generator = np.random.default_rng(SEED + 1)
    for kind in ("F32", "F16", "Q8_0"):
        number = gguf.GGMLQuantizationType[kind]
        w = generator.standard_normal((5, 96)).astype(np.float32)
        writer.add_tensor(f"w.{kind}", gguf.quants.quantize(w, number), raw_dtype=number)
    writer.add_tensor("w.line", np.arange(7, dtype=np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def check(path, reference=None):
    reader = gguf.GGUFReader(path)
    for key, field in reader.fields.items():
        if not key.startswith("GGUF."):
            value = field.contents()
            print(f"{key} = {str(value)[:100]}")
    for t in reader.tensors:
        w = gguf.quants.dequantize(t.data, t.tensor_type)
        print(t.name, t.tensor_type.name, list(w.shape), float(np.abs(w).max()))
    if reference:
        with safetensors.safe_open(reference, "pt") as f:
            compare(path, {k: f.get_tensor(k).float() for k in f.keys()})
        print("transformers reads the weights of", reference)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--check"]:
        check(*sys.argv[2:])
    else:
        OUT.mkdir(parents=True, exist_ok=True)
        write_values()
        write_plain()
        write_models()
