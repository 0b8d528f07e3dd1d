#!/usr/bin/env python3
"""Writes a model of one of our shapes with random weights as a GGUF file for llama.cpp.

    pip install gguf && python3 write_gguf.py --config small --type bf16 small-bf16.gguf

It has no vocabulary: llama.cpp's benches draw token ids at random.
"""
import argparse
import pathlib
import sys

import gguf
import numpy

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import shapes

TYPES = {
    "f32": (gguf.GGMLQuantizationType.F32, gguf.LlamaFileType.ALL_F32),
    "bf16": (gguf.GGMLQuantizationType.BF16, gguf.LlamaFileType.MOSTLY_BF16),
    "q8_0": (gguf.GGMLQuantizationType.Q8_0, gguf.LlamaFileType.MOSTLY_Q8_0),
}


def tensors(shape):
    """Names of GGUF and shapes, rows first, as PyTorch has them. The readout is the embedding."""
    queries = shape.heads * shape.width
    keys = shape.key_value_heads * shape.width
    yield "token_embd.weight", (shape.vocabulary, shape.hidden)
    for layer in range(shape.layers):
        block = f"blk.{layer}."
        yield block + "attn_norm.weight", (shape.hidden,)
        yield block + "attn_q.weight", (queries, shape.hidden)
        yield block + "attn_k.weight", (keys, shape.hidden)
        yield block + "attn_v.weight", (keys, shape.hidden)
        yield block + "attn_output.weight", (shape.hidden, queries)
        yield block + "ffn_norm.weight", (shape.hidden,)
        yield block + "ffn_gate.weight", (shape.intermediate, shape.hidden)
        yield block + "ffn_up.weight", (shape.intermediate, shape.hidden)
        yield block + "ffn_down.weight", (shape.hidden, shape.intermediate)
    yield "output_norm.weight", (shape.hidden,)


def write(path, shape, type_name):
    quantization, file_type = TYPES[type_name]
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name(f"{shape.name}-{type_name}")
    writer.add_file_type(file_type)
    writer.add_vocab_size(shape.vocabulary)
    writer.add_context_length(2048)
    writer.add_embedding_length(shape.hidden)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.intermediate)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.key_value_heads)
    writer.add_key_length(shape.width)
    writer.add_value_length(shape.width)
    writer.add_rope_dimension_count(shape.width)
    writer.add_rope_freq_base(shape.rotary_base)
    writer.add_layer_norm_rms_eps(shape.norm_epsilon)
    writer.add_tokenizer_model("no_vocab")
    stream = numpy.random.default_rng(1)
    for name, size in tensors(shape):
        if len(size) == 1:
            writer.add_tensor(name, numpy.ones(size, numpy.float32))
            continue
        values = stream.standard_normal(size, numpy.float32) * numpy.float32(0.02)
        if type_name == "f32":
            writer.add_tensor(name, values)
        else:
            packed = gguf.quants.quantize(values, quantization)
            writer.add_tensor(name, packed, raw_dtype=quantization)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--config", choices=shapes.SHAPES, default="small")
    parser.add_argument("--type", choices=TYPES, default="f32")
    parser.add_argument("file")
    asked = parser.parse_args()
    write(asked.file, shapes.SHAPES[asked.config], asked.type)


if __name__ == "__main__":
    main()
