"""Yuclid (PyPI: newclid, py-yuclid, pyyaml): problems in its dialect, and one timed run.

Newclid's front end reads the problem and draws it; none of that is timed. A file in AlphaGeometry's
dialect is rewritten first (five rules, see `rewritten`).
"""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import datetime

NEW_LAST = {"parallelogram": 1, "square": 2}
FLAGS = ["--mode", "ddar", "--use-json", "--log-level", "info", "--disable-ar-sin"]
# How Newclid calls it: angles and ratios alone.
AS_NEWCLID = ["--disable-ar-dist", "--disable-ar-squared", "--disable-eqn-statements"]


def problems(path):
    """Names and texts of a problem file."""
    lines = [line for line in open(path).read().split("\n") if line and line[0] != "#"]
    return list(zip(lines[::2], lines[1::2]))


def rewritten(text):
    """A problem of AlphaGeometry's dialect in Newclid's."""
    setup, goal = text.split(" ? ")
    clauses = []
    for clause in setup.split(";"):
        points, constructions = clause.split("=")
        points = points.split()
        parts = []
        for construction in constructions.split(","):
            name, *arguments = construction.split()
            if not any(point in arguments for point in points):
                arguments = points + arguments
            if name in NEW_LAST and arguments[-len(points):] == points:
                arguments = points + arguments[: -len(points)]
            name = {"eq_trapezoid": "iso_trapezoid"}.get(name, name)
            if name == "s_angle" and re.fullmatch(r"-?\d+", arguments[-1]):
                arguments[-1] += "o"
            if name == "rconst" and len(arguments) == 6:
                arguments = arguments[:4] + ["/".join(arguments[4:])]
            parts.append(" ".join([name] + arguments))
        clauses.append(" ".join(points) + " = " + ", ".join(parts))
    return "; ".join(clauses) + " ? " + goal


def setup(text, seed):
    """Yuclid's input for a problem: its points, drawn by Newclid, and what is assumed."""
    from newclid.jgex.formulation import JGEXFormulation
    from newclid.jgex.problem_builder import JGEXProblemBuilder
    os.environ["PATH"] = os.path.dirname(sys.executable) + ":" + os.environ["PATH"]
    from py_yuclid.yuclid_adapter import _write_yuclid_setup

    formulation = JGEXFormulation.from_text("p\n" + rewritten(text))
    built = JGEXProblemBuilder(rng=seed, problem=formulation).build()
    return "\n".join(_write_yuclid_setup(built))


def run(lines, limit, all_tables=False):
    """One process on a problem's input.

    Returns a dict: `reason`, `engine` (ms from the first line of its log that speaks of work to
    the last one: matching and deduction, by its own clock; neither its start nor the writing of
    the proof) and `process` (ms of the whole process).
    """
    flags = FLAGS + ([] if all_tables else AS_NEWCLID)
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write(lines)
        file.flush()
        start = time.perf_counter()
        try:
            result = subprocess.run(
                [shutil.which("yuclid"), *flags, "--input-file", file.name], capture_output=True,
                text=True, timeout=limit)
        except subprocess.TimeoutExpired:
            return {"reason": "timeout", "engine": limit * 1000, "process": limit * 1000}
        process = (time.perf_counter() - start) * 1000
    if result.returncode != 0:
        return {"reason": f"exit {result.returncode}", "engine": None, "process": process}
    stamps = [
        (datetime.fromisoformat(match[1]), match[2])
        for match in re.finditer(r"^\[([\d :.-]+)\] \[info\] (.*)$", result.stderr, re.M)]
    begin = next(stamp for stamp, text in stamps if text.startswith("Start initialization"))
    engine = (stamps[-1][0] - begin).total_seconds() * 1000
    return {
        "reason": json.loads(result.stdout)["status"], "engine": engine, "process": process}
