"""Second opinion on `linear-equation`: every equation written has the same solution, found by sympy."""
import re

tool = "sympy"


def solve(equation):
    from sympy import Eq, Symbol, solveset, sympify, S

    left, right = re.sub(r"(\d)x", r"\1*x", equation.replace(" ", "")).split("=")
    x = Symbol("x")
    names = {"x": x}
    found = list(solveset(Eq(sympify(left, locals=names), sympify(right, locals=names)), x, S.Complexes))
    if len(found) != 1:
        raise ValueError(equation)
    return found[0]


def answer(problem):
    return str(solve(problem))


def _judge(problem, solution):
    right = answer(problem)
    lines = solution.strip("\n").split("\n")
    before = problem
    for number, line in enumerate(lines[:-1], 1):
        line = re.sub(r"^\d+\) [a-z-]+( from [\d, ]+)?: ", "", line)
        operation, equation = line.split(":")
        if str(solve(equation)) != right:
            return f"line {number}: another solution"
        word, term = re.fullmatch(r"(add|subtract|divide by) (.*)", operation).groups()
        if not change(before, word, term, equation):
            return f"line {number}: {operation} does not make this equation"
        before = equation
    stated = lines[-1].split(":", 1)[1].strip()
    return None if stated == right else f"the answer is {right}"


def change(before, word, term, after):
    """Whether the operation, done to both sides, makes the equation after of that before."""
    from sympy import Symbol, expand, sympify

    names = {"x": Symbol("x")}

    def parse(text):
        return sympify(re.sub(r"(\d)x", r"\1*x", text.replace(" ", "")), locals=names)

    term = parse(term)
    for old, new in zip(before.split("="), after.split("=")):
        old, new = parse(old), parse(new)
        made = old / term if word == "divide by" else old + term if word == "add" else old - term
        if expand(made - new) != 0:
            return False
    return True


def judge(problem, solution):
    """None for a right solution, else what is wrong; a text that cannot be read is wrong."""
    try:
        return _judge(problem, solution)
    except ImportError:
        raise
    except Exception as error:
        return f"not read: {type(error).__name__}: {error}"
