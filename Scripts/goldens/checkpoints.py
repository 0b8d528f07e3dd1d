#!/usr/bin/env python3
"""Writes Tests/TensorsTests/Goldens: files that the safetensors and numpy libraries made.

    pip install safetensors numpy
    Scripts/goldens/checkpoints.py [--check FILE.safetensors|FILE.npy ...]

With --check it reads files that we wrote with those libraries and prints what they hold.
"""
import pathlib
import sys

import numpy as np
import safetensors

OUT = pathlib.Path(__file__).resolve().parents[2] / "Tests/TensorsTests/Goldens"
SEED = 20260101
TYPES = {
    "F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4", "I16": "<i2",
    "I8": "|i1", "U32": "<u4", "U16": "<u2", "U8": "|u1", "BOOL": "|b1",
}
LIBRARY = {
    "F64": "float64", "F32": "float32", "F16": "float16", "BF16": "bfloat16", "I64": "int64",
    "I32": "int32", "I16": "int16", "I8": "int8", "U32": "uint32", "U16": "uint16",
    "U8": "uint8", "BOOL": "bool",
}


def array(name):
    """2 x 3 values that tell byte orders, signs and widths apart."""
    kind = np.dtype(TYPES[name])
    if kind.kind == "f":
        return np.array([[0.0, -1.5, 3.25], [-np.inf, 6.0e-8, 1000.0]], kind)
    if kind.kind == "b":
        return np.array([[True, False, True], [False, False, True]])
    top = np.iinfo(kind).max
    low = np.iinfo(kind).min
    return np.array([[0, 1, 2], [top, low, top // 3]], kind)


def bfloat16_bits(values):
    """The nearest upper half, by comparing exact distances; ties to the even one."""
    out = []
    for value in values:
        bits = int(np.float32(value).view(np.uint32))
        if (bits & 0x7FFFFFFF) >= 0x7F800000:
            out.append(bits >> 16 | (0x40 if bits & 0x7FFFFF else 0))
            continue
        low = bits >> 16
        def number(half):
            # Beyond the greatest finite value stands 2^128.
            if half & 0x7FFF == 0x7F80:
                return 2.0**128 * (-1 if half >> 15 else 1)
            return float(np.uint32(half << 16).view(np.float32))
        down = abs(float(value) - number(low))
        up = abs(number(low + 1) - float(value))
        out.append(low if down < up or down == up and low % 2 == 0 else low + 1)
    return np.array(out, np.uint16)


def rounding_inputs():
    """Random bit patterns, random float16 values moved by half a step, and the edges."""
    generator = np.random.default_rng(SEED)
    anything = generator.integers(0, 1 << 32, 600, dtype=np.uint64).astype(np.uint32)
    halves = generator.integers(0, 0x7C00, 400, dtype=np.uint64).astype(np.uint16)
    value = halves.view(np.float16).astype(np.float64)
    above = (halves + 1).astype(np.uint16).view(np.float16).astype(np.float64)
    above[~np.isfinite(above)] = 65536
    middle = ((value + above) / 2).astype(np.float32)
    near = [np.nextafter(middle, np.float32(way)) for way in (0, np.inf)]
    edges = np.array(
        [0.0, -0.0, 65504, 65519.996, 65520, -65520, 65536, np.inf, -np.inf, 2**-24, 2**-25,
         2**-25 * 1.0000001, 2**-14, 2**-14 * 0.9999999, 1e-45, -1e-45, 3.3895314e38, 3.4e38],
        np.float32)
    values = np.concatenate([anything.view(np.float32), middle, -middle, *near, edges])
    return values[~np.isnan(values)]


def save(name, tensors, metadata):
    """A file from {name: (dtype, shape, bytes)}; by pointers, since numpy has no bfloat16."""
    buffers = {n: np.frombuffer(b, np.uint8) for n, (_, _, b) in tensors.items()}
    specs = {
        n: safetensors.TensorSpec(
            dtype=d, shape=list(shape), data_ptr=buffers[n].ctypes.data, data_len=len(b))
        for n, (d, shape, b) in tensors.items()
    }
    (OUT / name).write_bytes(bytes(safetensors.serialize(specs, metadata)))


def write():
    OUT.mkdir(parents=True, exist_ok=True)
    made = {
        "script": "Scripts/goldens/checkpoints.py", "seed": str(SEED),
        "numpy": np.__version__, "safetensors": safetensors.__version__,
    }
    arrays = {name: array(name) for name in TYPES}
    tensors = {name: (LIBRARY[name], a.shape, a.tobytes()) for name, a in arrays.items()}
    tensors["BF16"] = ("bfloat16", (3,), np.array([0x3F80, 0xC020, 0xFF80], np.uint16).tobytes())
    tensors["scalar"] = ("float32", (), np.float32(7).tobytes())
    tensors["empty"] = ("float32", (0, 5), b"")
    save("library.safetensors", tensors, made)

    values = rounding_inputs()
    with np.errstate(over="ignore"):
        halves = values.astype(np.float16)
    save("rounding.safetensors", {
        "values": ("float32", values.shape, values.tobytes()),
        "float16": ("float16", values.shape, halves.tobytes()),
        "bfloat16": ("bfloat16", values.shape, bfloat16_bits(values).tobytes()),
    }, made)
    for name, a in arrays.items():
        np.save(OUT / f"{name}.npy", a)
    np.save(OUT / "scalar.npy", np.float32(7))
    np.save(OUT / "line.npy", np.arange(5, dtype="<u2"))


def check(path):
    if path.endswith(".npy"):
        a = np.load(path, allow_pickle=False)
        print(path, a.dtype, a.shape, a.ravel()[:6])
        return
    with safetensors.safe_open(path, "numpy") as f:
        print(path, f.metadata())
        for name in f.keys():
            if f.get_slice(name).get_dtype() == "BF16":
                print(" ", name, "BF16", f.get_slice(name).get_shape())
            else:
                a = f.get_tensor(name)
                print(" ", name, a.dtype, a.shape, a.ravel()[:6])


if __name__ == "__main__":
    if sys.argv[1:2] == ["--check"]:
        for file in sys.argv[2:]:
            check(file)
    else:
        write()
