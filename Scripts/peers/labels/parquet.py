#!/usr/bin/env python3
"""Rows of DistillKit's Parquet as the JSON Lines that `retort labels check` reads.

    parquet.py CODEC.json FILE.parquet... > rows.jsonl

CODEC.json holds the settings of the codec that wrote the rows (d, k, exact_k, exact_dtype,
polynomial_terms, term_dtype, residual_bins, delta_encoding, normalize_t); they become the first line.
"""
import json, sys

import pyarrow.parquet

print(json.dumps({"compression": json.load(open(sys.argv[1]))}))
for path in sys.argv[2:]:
    for batch in pyarrow.parquet.ParquetFile(path).iter_batches(64):
        for row in batch.to_pylist():
            print(json.dumps(row))
