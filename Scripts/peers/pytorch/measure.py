#!/usr/bin/env python3
"""One measurement of PyTorch in a process of its own; one JSON object.

    python3 measure.py --peer tuned --work train --config small --repetitions 9
    python3 measure.py --peer tuned --work train --config small --serve

With --serve it prints a line when it is warm, then one line for each line it reads: the
milliseconds of one repetition. A driver so alternates several of them, A B A B, and pays for
import and compilation once.
"""
import argparse
import json
import resource
import statistics
import sys
import time

import peers
import shapes

WORKS = ("train", "distil-full", "distil-top", "label")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--peer", choices=peers.PEERS, default="stock")
    parser.add_argument("--work", choices=WORKS, default="train")
    parser.add_argument("--config", choices=shapes.SHAPES, default="small")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repetitions", type=int, default=9)
    parser.add_argument("--serve", action="store_true")
    return parser.parse_args()


def main():
    asked = arguments()
    peers.restart(asked.peer, asked.threads)
    import torch

    from works import work_named

    torch.set_num_threads(asked.threads)
    torch.manual_seed(1)
    shape = shapes.shape_named(asked.config, asked.set)
    _, bf16, compiled = peers.PEERS[asked.peer]
    # A whole model of many layers takes minutes to compile, one block of it seconds.
    part = "" if not compiled else "model" if shape.layers <= 8 else "blocks"
    work = work_named(asked.work, shape, bf16, part)

    def repeat():
        start = time.perf_counter()
        value = work()
        return (time.perf_counter() - start) * 1000, value

    first, value = repeat()
    for _ in range(2):
        repeat()

    def report(times, value):
        median = statistics.median(times)
        return {
            "peer": asked.peer, "work": asked.work, "config": shape.name,
            "milliseconds": {"median": median, "best": min(times), "first": first},
            "tokens_per_second": shape.tokens / median * 1000,
            "peak_rss_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
            "loss": value, "threads": asked.threads, "repetitions": len(times),
            "versions": {"torch": torch.__version__, "python": sys.version.split()[0]},
        }

    def say(line):
        print(json.dumps(line), flush=True)

    if asked.serve:
        say({"ready": True, **report([first], value)})
        for _ in sys.stdin:
            milliseconds, value = repeat()
            say(report([milliseconds], value))
    else:
        runs = [repeat() for _ in range(asked.repetitions)]
        say(report([milliseconds for milliseconds, _ in runs], runs[-1][1]))


if __name__ == "__main__":
    main()
