#!/usr/bin/env python3
"""One measurement of PyTorch in a process of its own; one JSON object.

    python3 measure.py --peer tuned --work train --config small --repetitions 9
    python3 measure.py --peer tuned --work train --config small --serve

With --serve a driver alternates several of them, A B A B, and pays for import and compilation once.
"""
import argparse
import pathlib
import sys

import ways

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import measuring
import shapes

WORKS = ("train", "distil-full", "distil-top", "label")
# A whole model of many layers takes minutes to compile, one block of it seconds.
LAYERS_COMPILED_AS_ONE = 8


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--peer", choices=ways.WAYS, default="stock")
    parser.add_argument("--work", choices=WORKS, default="train")
    parser.add_argument("--config", choices=shapes.SHAPES, default="small")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE")
    measuring.add_arguments(parser)
    return parser.parse_args()


def main():
    asked = arguments()
    ways.restart(asked.peer, asked.threads)
    import torch

    from works import work_named

    torch.set_num_threads(asked.threads)
    torch.manual_seed(1)
    shape = shapes.shape_named(asked.config, asked.set)
    way = ways.WAYS[asked.peer]
    part = "model" if shape.layers <= LAYERS_COMPILED_AS_ONE else "blocks"
    work = work_named(asked.work, shape, way.bf16, part if way.compiled else "")
    about = {
        "peer": asked.peer, "work": asked.work, "config": shape.name,
        "versions": {"torch": torch.__version__, "python": sys.version.split()[0]},
    }

    def rates(milliseconds, value):
        rate = shape.tokens / milliseconds * 1000
        # It stores nothing: all its labelling is making rows.
        rows = {"rows_tokens_per_s": rate} if asked.work == "label" else {}
        return {"tokens_per_second": rate, **rows, "loss": value}

    measuring.measure(asked, work, about, rates)


if __name__ == "__main__":
    main()
