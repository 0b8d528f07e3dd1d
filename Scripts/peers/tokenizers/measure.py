#!/usr/bin/env python3
"""The `tokenizers` library on what `retort bench tokenizer --keep FOLDER` left; one JSON object.

    python3 measure.py FOLDER

Reads our tokenizer.json, encodes the same documents, and fails if an id differs. One thread, in
batches, which is its fastest way.
"""
import argparse
import json
import os
import pathlib
import sys

# Last, as this folder has the name of the package.
sys.path.append(str(pathlib.Path(__file__).resolve().parents[1]))
import measuring


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path)
    measuring.add_arguments(parser)
    asked = parser.parse_args()
    asked.threads = 1
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    os.environ["RAYON_NUM_THREADS"] = "1"
    from tokenizers import Tokenizer, __version__

    kept = json.loads((asked.folder / "documents.json").read_text())
    documents = kept["documents"]
    tokenizer = Tokenizer.from_file(str(asked.folder / "tokenizer.json"))
    size = sum(len(document.encode()) for document in documents)

    def encode():
        return tokenizer.encode_batch_fast(documents, add_special_tokens=False)

    found = [encoding.ids for encoding in encode()]
    wrong = sum(a != b for a, b in zip(found, kept["ids"], strict=True))
    if wrong:
        raise SystemExit(f"{wrong} of {len(documents)} documents have other ids than ours")
    about = {"peer": "tokenizers", "work": "encode", "same_ids": True,
             "versions": {"tokenizers": __version__}}
    measuring.measure(
        asked, encode, about, lambda ms, _: {"mb_per_second": size / ms / 1000, "bytes": size})


if __name__ == "__main__":
    main()
