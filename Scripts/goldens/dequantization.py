#!/usr/bin/env python3
"""Writes Tests/CheckpointsTests/Goldens/dequantization.safetensors: what PyPI `gguf` makes of blocks.

    pip install gguf safetensors numpy
    Scripts/goldens/dequantization.py

For every format: random blocks (any quants; scales any finite halves, subnormal ones and zeros
among them) as `<format>.bytes`, the library's float32 as `<format>.floats`; and for Q8_0 floats
with the bytes that the library's quantiser gives.
"""
import pathlib

import gguf
import numpy as np
import safetensors.numpy
from gguf import GGMLQuantizationType as Type
from gguf import quants

OUT = pathlib.Path(__file__).resolve().parents[2] / "Tests/CheckpointsTests/Goldens"
SEED = 20260102
# Where a block's halves stand.
HALVES = {
    "F32": None, "F16": [0], "BF16": None, "Q4_0": [0], "Q4_1": [0, 2], "Q5_0": [0],
    "Q5_1": [0, 2], "Q8_0": [0], "Q4_K": [0, 2], "Q5_K": [0, 2], "Q6_K": [208],
    "Q2_K": [80, 82], "Q3_K": [108], "IQ4_NL": [0], "IQ4_XS": [0],
}


def blocks(name, generator):
    length, size = gguf.GGML_QUANT_SIZES[Type[name]]
    count = {1: 67, 32: 9, 256: 3}[length]
    data = generator.integers(0, 256, (count, size), dtype=np.uint64).astype(np.uint8)
    if HALVES[name] is None:
        # Exponents that keep the number finite.
        data[:, -1] &= 0xBF
        return data
    for at in HALVES[name]:
        bits = generator.integers(0, 0x7C00, count, dtype=np.uint64).astype("<u2")
        bits[0], bits[1] = 0x0001, 0x83FF  # subnormal
        if count > 3:
            bits[2], bits[3] = 0x8000, 0x7BFF  # minus zero; the greatest
        bits[4:] |= generator.integers(0, 2, len(bits[4:]), dtype=np.uint64).astype("<u2") << 15
        data[:, at:at + 2] = bits.view(np.uint8).reshape(count, 2)
    return data


def main():
    generator = np.random.default_rng(SEED)
    tensors = {}
    for name in HALVES:
        data = blocks(name, generator)
        if name == "F32":
            floats = data.copy().view("<f4").ravel()
        elif name == "F16":
            floats = data.copy().view("<f2").astype(np.float32).ravel()
        else:
            floats = quants.dequantize(data, Type[name]).ravel()
        assert np.isfinite(floats).all(), name
        tensors[f"{name}.bytes"] = data.ravel()
        tensors[f"{name}.floats"] = floats.astype(np.float32)
    values = generator.standard_normal((8, 32)).astype(np.float32)
    values[1] *= 1e-6
    values[2] *= 1e5
    values[3] = 0
    values[4] = np.arange(32) - 15.5      # halves among the quotients
    values[4, 0] = 127
    values[5, 3] = -4000
    values[6, :] = 2.0 ** -13
    tensors["quantise.floats"] = values.ravel()
    tensors["quantise.Q8_0"] = quants.quantize(values, Type.Q8_0).ravel()
    made = {
        "script": "Scripts/goldens/dequantization.py", "seed": str(SEED),
        "gguf": __import__("importlib.metadata", fromlist=["version"]).version("gguf"),
        "numpy": np.__version__,
    }
    safetensors.numpy.save_file(tensors, OUT / "dequantization.safetensors", made)


if __name__ == "__main__":
    main()
