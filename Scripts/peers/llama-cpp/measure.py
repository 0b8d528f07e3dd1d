#!/usr/bin/env python3
"""llama.cpp writing tokens with a model of random weights, or one of yours; one JSON object a
measurement.

    python3 measure.py --programs "$(./build)" --config small --type bf16 --batch 16
    python3 measure.py --programs "$(./build)" --model SmolLM2-135M-Instruct.Q4_1.gguf --batch 16

Runs `llama-batched-bench`: prompts of 32 tokens, then 128 new ones for each sequence of the batch.
It draws tokens at random without sampling them from the logits, which costs it nothing. The
tokens per second are the new tokens over the time of prompts and new tokens together.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import measuring
import shapes
import write_gguf


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--programs", required=True, help="the folder that `build` prints")
    parser.add_argument("--config", choices=shapes.SHAPES, default="small")
    parser.add_argument("--type", choices=write_gguf.TYPES, default="f32")
    parser.add_argument("--model", help="a .gguf file instead")
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--prompt", type=int, default=32)
    parser.add_argument("--new", type=int, default=128)
    measuring.add_arguments(parser)
    return parser.parse_args()


def main():
    asked = arguments()
    model = asked.model or os.path.join(asked.programs, f"{asked.config}-{asked.type}.gguf")
    if not os.path.exists(model):
        write_gguf.write(model + ".part", shapes.SHAPES[asked.config], asked.type)
        os.rename(model + ".part", model)
    command = [
        os.path.join(asked.programs, "llama-batched-bench"), "-m", model,
        "-c", str(asked.batch * (asked.prompt + asked.new)), "-npp", str(asked.prompt),
        # The logger loses the last line now and then; a single sequence goes last, unread.
        "-ntg", str(asked.new), "-npl", f"{asked.batch},1", "-t", str(asked.threads),
        "--output-format", "jsonl",
    ]

    def repeat():
        for _ in range(4):
            run = subprocess.run(command, capture_output=True, text=True, check=False)
            lines = [line for line in run.stdout.splitlines() if line.startswith("{")]
            if run.returncode != 0:
                break
            if lines:
                line = json.loads(lines[0])
                assert line["pl"] == asked.batch, line
                return (line["t_pp"] + line["t_tg"]) * 1000, line["speed_tg"]
        raise SystemExit(f"llama-batched-bench: {run.stderr.strip()[-200:] or 'no figures'}")

    new = asked.batch * asked.new
    about = {
        "peer": "llama.cpp", "work": "generate",
        **({"model": os.path.basename(model)} if asked.model else
           {"config": asked.config, "type": asked.type}),
        "batch": asked.batch, "prompt": asked.prompt, "new": asked.new,
    }
    measuring.measure(
        asked, repeat, about,
        lambda ms, decoding: {"tokens_per_second": new / ms * 1000,
                              "decoding_tokens_per_second": decoding},
        times_itself=True)


if __name__ == "__main__":
    main()
