"""Yuclid (PyPI: newclid, py-yuclid, pyyaml) on the problems of a file, one process a problem.

    python3 measure.py FILE [--all-tables]       a JSON object per problem, then one of totals

Newclid's front end reads the problem and draws it; the time is that of the `yuclid` process alone,
start included. Files in AlphaGeometry's dialect are rewritten first (five rules, see `rewritten`).
"""
import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

NEW_LAST = {"parallelogram": 1, "square": 2}


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


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("file")
    parser.add_argument("--all-tables", action="store_true", help="with lengths and squares")
    parser.add_argument("--time", type=float, default=60)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()

    from newclid.jgex.formulation import JGEXFormulation
    from newclid.jgex.problem_builder import JGEXProblemBuilder
    os.environ["PATH"] = os.path.dirname(sys.executable) + ":" + os.environ["PATH"]
    from py_yuclid.yuclid_adapter import _write_yuclid_setup

    yuclid = shutil.which("yuclid")
    flags = ["--mode", "ddar", "--disable-ar-sin", "--use-json", "--log-level", "warning"]
    if not asked.all_tables:
        flags += ["--disable-ar-dist", "--disable-ar-squared", "--disable-eqn-statements"]
    lines = [line for line in open(asked.file).read().split("\n") if line and line[0] != "#"]
    solved, times = 0, []
    for name, text in zip(lines[::2], lines[1::2]):
        row = {"problem": name, "proved": False, "seconds": None, "reason": ""}
        try:
            formulation = JGEXFormulation.from_text("p\n" + rewritten(text))
            setup = JGEXProblemBuilder(rng=asked.seed, problem=formulation).build()
            with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
                file.write("\n".join(_write_yuclid_setup(setup)))
                file.flush()
                start = time.perf_counter()
                result = subprocess.run(
                    [yuclid, *flags, "--input-file", file.name], capture_output=True, text=True,
                    timeout=asked.time)
                row["seconds"] = time.perf_counter() - start
            if result.returncode == 0:
                row["reason"] = json.loads(result.stdout)["status"]
                row["proved"] = row["reason"] == "solved"
            else:
                row["reason"] = f"exit {result.returncode}"
        except subprocess.TimeoutExpired:
            row["seconds"], row["reason"] = asked.time, "timeout"
        except Exception as error:  # the front end has many ways to refuse
            row["reason"] = f"{type(error).__name__}: {str(error)[:120]}"
        solved += row["proved"]
        if row["seconds"] is not None:
            times.append(row["seconds"])
        print(json.dumps(row), flush=True)
    print(json.dumps({
        "solved": solved, "problems": len(lines) // 2,
        "seconds_median": statistics.median(times) if times else None,
        "seconds_total": sum(times)}))


main()
