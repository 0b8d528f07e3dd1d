"""Second opinion on `trig-identity`: sympy's expansion judges every line and the answer."""
import re

tool = "sympy"


def parse(text):
    from sympy import Symbol, cos, sin, sympify

    return sympify(text.replace("^", "**"), locals={"x": Symbol("x"), "sin": sin, "cos": cos})


def reduced(term):
    """A polynomial in sin(x) with at most the first power of cos(x)."""
    from sympy import Poly, Symbol, cos, expand, expand_trig, sin

    x = Symbol("x")
    s, c = Symbol("s"), Symbol("c")
    term = expand(expand_trig(term)).subs({sin(x): s, cos(x): c})
    _, rest = Poly(term, c, s).div(Poly(c**2 + s**2 - 1, c, s))
    return Poly(rest, c, s)


def answer(problem):
    sides = [reduced(parse(side)) for side in problem.split("=")]
    return "different" if sides[0] != sides[1] else None


def _judge(problem, solution):
    left, right = [reduced(parse(side)) for side in problem.split("=")]
    lines = solution.strip("\n").split("\n")
    for number, line in enumerate(lines[:-1], 1):
        line = re.sub(r"^\d+\) [a-z-]+( from [\d, ]+)?: ", "", line)
        a, b = [reduced(parse(side)) for side in line.split("=")]
        if a != left or b != right:
            return f"line {number}: a side is another function"
    stated = lines[-1].split(":", 1)[1].strip()
    if stated == "different":
        return None if left != right else "the sides are equal"
    return None if left == right == reduced(parse(stated)) else "the answer is another function"


def judge(problem, solution):
    """None for a right solution, else what is wrong; a text that cannot be read is wrong."""
    try:
        return _judge(problem, solution)
    except ImportError:
        raise
    except Exception as error:
        return f"not read: {type(error).__name__}: {error}"
