"""Second opinion on `linear-system`: sympy solves; each row written must follow from the problem."""
import re

tool = "sympy"


def rows(problem):
    parts = problem.split(";")
    letters = "xyzw"[: len(parts)]
    return letters, [row(part, letters) for part in parts]


def row(text, letters):
    left, right = text.replace(" ", "").split("=")
    values = {letter: 0 for letter in letters}
    for sign, size, letter in re.findall(r"([+-]?)(\d*)([xyzw])", left):
        values[letter] += (-1 if sign == "-" else 1) * int(size or 1)
    return [values[letter] for letter in letters] + [int(right)]


def answer(problem):
    from sympy import Matrix, Rational

    letters, system = rows(problem)
    n = len(letters)
    reduced, pivots = Matrix(system).rref()
    if n in pivots:
        return "none"
    values = [Rational(0)] * n
    for index, column in enumerate(pivots):
        values[column] = reduced[index, n]
    text = ", ".join(f"{letter}={value}" for letter, value in zip(letters, values))
    free = [letters[column] for column in range(n) if column not in pivots]
    return text + ("; free " + ", ".join(free) if free else "")


def _judge(problem, solution):
    from fractions import Fraction

    letters, system = rows(problem)
    current = [list(r) for r in system]
    values = {}
    lines = solution.strip("\n").split("\n")
    for number, line in enumerate(lines[:-1], 1):
        line = re.sub(r"^\d+\) [a-z-]+( from [\d, ]+)?: ", "", line).replace(" ", "")
        change = re.fullmatch(r"R(\d)=(\d+)\*R(\d)([+-])(\d+)\*R(\d):(.*)", line)
        share = re.fullmatch(r"R(\d)=R(\d)/(\d+):(.*)", line)
        if change:
            target, p, again, sign, q, pivot, text = change.groups()
            if target != again or target == pivot:
                return f"line {number}: rows"
            q = int(q) if sign == "+" else -int(q)
            new = [int(p) * a + q * b for a, b in zip(current[int(target) - 1], current[int(pivot) - 1])]
            if new != row(text, letters):
                return f"line {number}: expected {new}"
            current[int(target) - 1] = new
        elif share:
            target, again, d, text = share.groups()
            new = row(text, letters)
            if target != again or [int(d) * a for a in new] != current[int(target) - 1]:
                return f"line {number}: expected the row divided by {d}"
            current[int(target) - 1] = new
        elif line.endswith("=0free"):
            values[line[0]] = Fraction(0)
        else:
            found = re.fullmatch(r"([xyzw])=\((-?\d+)((?:[+-]\d+\*-?[\d/]+)*)\)/(-?\d+)=(-?[\d/]+)", line)
            if not found:
                return f"line {number}: not read"
            total = Fraction(int(found[2]))
            for sign, factor, value in re.findall(r"([+-])(\d+)\*(-?[\d/]+)", found[3]):
                total += (1 if sign == "+" else -1) * int(factor) * Fraction(value)
            if total / int(found[4]) != Fraction(found[5]):
                return f"line {number}: expected {total / int(found[4])}"
            values[found[1]] = Fraction(found[5])
    right = answer(problem)
    return None if lines[-1].replace(" ", "") == f"Answer:{right}".replace(" ", "") else f"the answer is {right}"


def judge(problem, solution):
    """None for a right solution, else what is wrong; a text that cannot be read is wrong."""
    try:
        return _judge(problem, solution)
    except ImportError:
        raise
    except Exception as error:
        return f"not read: {type(error).__name__}: {error}"
