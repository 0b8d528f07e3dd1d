"""Second opinion on `derivative`: sympy differentiates; every line must keep the value of the term."""
import contextlib
import re
import signal

tool = "sympy"


def parse(text):
    from sympy import Derivative, Function, Symbol, cos, diff, exp, log, sin, sympify

    x = Symbol("x")
    names = {"x": x, "sin": sin, "cos": cos, "exp": exp, "ln": log, "D": lambda u: diff(u, x)}
    return sympify(text.replace("^", "**"), locals=names)


def same(a, b):
    """Equal at random points to 25 digits of the larger value, however small or large it is there;
    exact equality of such terms is undecidable in general."""
    from random import Random
    import mpmath
    from sympy import Symbol, lambdify

    x = Symbol("x")
    sides = [lambdify(x, side, "mpmath") for side in (a, b)]
    rough = [lambdify(x, side, "cmath") for side in (a, b)]
    stream = Random(7)

    def apart(u, v):
        size = max(abs(u), abs(v))
        return size > 0 and abs(u - v) > size * mpmath.mpf(10) ** -25

    def values(point, digits):
        with mpmath.workdps(digits):
            return [mpmath.mpmathify(side(mpmath.mpf(point) / 211)) for side in sides]

    asked = 0
    # Terms that overflow everywhere are asked about in mpmath all the same, a second each.
    for checks in [rough] * 40 + [[]] * 12:
        if asked == 8 or asked > 2 and not checks:
            break
        point = stream.randint(-1500, 1500)
        try:
            for side in checks:
                side(point / 211)
            with seconds(1):
                left, right = values(point, 160)
                coarse = values(point, 100)
        except (ArithmeticError, ValueError, TimeoutError):
            continue
        if not (mpmath.isfinite(left) and mpmath.isfinite(right)):
            continue
        if apart(left, coarse[0]) or apart(right, coarse[1]):
            continue  # So steep there that digits are lost: nothing can be said.
        asked += 1
        if apart(left, right):
            return False
    if asked == 0:
        raise Undecided("no point can be computed")
    return True


@contextlib.contextmanager
def seconds(limit):
    """Raises TimeoutError after so many seconds: some powers would be computed for ever."""

    def end(*_):
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, end)
    signal.alarm(limit)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


class Undecided(Exception):
    pass


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
    except (ImportError, Undecided):
        raise
    except OverflowError as error:
        raise Undecided(str(error)) from error
    except Exception as error:
        return f"not read: {type(error).__name__}: {error}"
