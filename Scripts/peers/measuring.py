"""Times repetitions of a piece of work and prints them as JSON: what all scripts here share."""
import json
import resource
import statistics
import sys
import time


def add_arguments(parser):
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repetitions", type=int, default=9)
    parser.add_argument(
        "--serve", action="store_true",
        help="print a line when warm, then one for each line read: the number of repetitions")


def say(line):
    print(json.dumps(line), flush=True)


def measure(asked, repeat, about, rates, times_itself=False):
    """Runs `repeat` warm, then as often as asked, once or for every line of standard input.

    about: what stands in every line. rates(milliseconds, value): figures of a median and of what
    `repeat` returned last. With --serve each turn begins with a repetition that is not counted, as
    other processes have emptied the caches in between.
    times_itself: `repeat` returns milliseconds and a value; it needs no warming.
    """

    def once():
        if times_itself:
            return repeat()
        start = time.perf_counter()
        value = repeat()
        return (time.perf_counter() - start) * 1000, value

    def report(runs):
        times = [milliseconds for milliseconds, _ in runs]
        median = statistics.median(times)
        return {
            **about, "milliseconds": {"median": median, "best": min(times), "first": first},
            **rates(median, runs[-1][1]), "peak_rss_mib": peak_rss_mib(),
            "threads": asked.threads, "repetitions": len(times),
        }

    def warm():
        if not times_itself:
            once()

    first, _ = once()
    warm()
    if not asked.serve:
        warm()
        say(report([once() for _ in range(asked.repetitions)]))
        return
    say({"ready": True, **about, "milliseconds": {"first": first}})
    for line in sys.stdin:
        warm()
        say(report([once() for _ in range(int(line))]))


def peak_rss_mib():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
