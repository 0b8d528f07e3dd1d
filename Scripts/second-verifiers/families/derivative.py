"""Second opinion on `derivative`: sympy differentiates; every line must keep the value of the term."""
import re

tool = "sympy"


def parse(text):
    from sympy import Derivative, Function, Symbol, cos, diff, exp, log, sin, sympify

    x = Symbol("x")
    names = {"x": x, "sin": sin, "cos": cos, "exp": exp, "ln": log, "D": lambda u: diff(u, x)}
    return sympify(text.replace("^", "**"), locals=names)


def same(a, b):
    """Equal at random points, to 30 digits; exact equality of such terms is undecidable in general."""
    from random import Random
    from sympy import Rational, Symbol, nan, zoo

    x = Symbol("x")
    stream = Random(7)
    asked = 0
    for _ in range(12):
        point = Rational(stream.randint(1, 400), 211)
        left = (a - b).subs(x, point).evalf(40)
        size = abs(a.subs(x, point).evalf(40)) + 1
        if left in (nan, zoo) or not left.is_number or not size.is_number or size > 10**30:
            continue
        asked += 1
        if abs(left) > size * 10**-25:
            return False
    return asked > 0


def answer(problem):
    return None  # many writings are right; judge compares values


def _judge(problem, solution):
    from sympy import Symbol, diff

    word, text = problem.split(" ", 1)
    x = Symbol("x")
    lines = solution.strip("\n").split("\n")
    given = parse(text)
    right = diff(given, x) if word == "derive" else given
    for number, line in enumerate(lines[:-1], 1):
        line = re.sub(r"^\d+\) [a-z-]+( from [\d, ]+)?: ", "", line)
        if line.startswith("guess "):
            if number != 1 or not same(diff(parse(line[6:]), x), given):
                return f"line {number}: the guess"
        elif not same(parse(line), right):
            return f"line {number}: another function"
    stated = parse(lines[-1].split(":", 1)[1])
    if word == "integrate":
        stated = diff(stated, x)
    return None if same(stated, right) else "the answer is another function"


def judge(problem, solution):
    """None for a right solution, else what is wrong; a text that cannot be read is wrong."""
    try:
        return _judge(problem, solution)
    except ImportError:
        raise
    except Exception as error:
        return f"not read: {type(error).__name__}: {error}"
