"""Second opinion on `polynomial`: sympy expands, divides and factors; every line is evaluated."""
import re
from fractions import Fraction

tool = "sympy"


def parse(text):
    from sympy import Poly, Symbol, sympify

    x = Symbol("x")
    text = re.sub(r"(\d)x", r"\1*x", text.strip()).replace("^", "**")
    return Poly(sympify(text, locals={"x": x}), x)


def show(poly):
    text = ""
    for (power,), value in poly.terms():
        size = "" if abs(value) == 1 and power else str(abs(value))
        letter = "" if power == 0 else "x" if power == 1 else f"x^{power}"
        text += ("-" if value < 0 else "+" if text else "") + size + letter
    return text if poly.as_expr() != 0 else "0"


def answer(problem):
    from sympy import Poly, Symbol, div, roots

    x = Symbol("x")
    if problem.startswith("expand"):
        a, b = re.fullmatch(r"expand \((.*)\)\*\((.*)\)", problem).groups()
        return show(parse(a) * parse(b))
    if problem.startswith("divide"):
        a, b = problem[7:].split(" by ")
        quotient, rest = div(parse(a), parse(b))
        return f"{show(quotient)} rem {show(rest)}"
    rest = parse(problem[7:])
    found = []
    for root, count in roots(rest, filter="Q").items():
        found += [Fraction(int(root.p), int(root.q))] * count
    factors = []
    for root in sorted(found, reverse=True):
        factor = Poly([root.denominator, -root.numerator], x)
        factors.append(f"({show(factor)})")
        rest = div(rest, factor)[0]
    if rest.degree() > 0:
        factors.append(f"({show(rest)})")
    return "*".join(factors)


def _judge(problem, solution):
    lines = solution.strip("\n").split("\n")
    total = None
    current = None
    tries = set()
    if problem.startswith("factor"):
        current = parse(problem[7:])
    for number, line in enumerate(lines[:-1], 1):
        line = re.sub(r"^\d+\) [a-z-]+( from [\d, ]+)?: ", "", line)
        product = re.fullmatch(r"(.*)\*\((.*)\)=(.*); sum (.*)", line)
        tried = re.fullmatch(r"x=(-?\d+(?:/\d+)?): (.*)", line)
        if product:
            term, factor, result, running = [parse(text) for text in product.groups()]
            if term * factor != result:
                return f"line {number}: the product"
            total = result if total is None else total + result
            if total != running:
                return f"line {number}: the sum"
        elif tried:
            from sympy import Poly

            row = [Fraction(text) for text in tried[2].replace(" ", "").split(",")]
            root = Fraction(tried[1])
            written = [tried[1]] + tried[2].replace(" ", "").split(",")
            if written != [str(number) for number in [root] + row]:
                return f"line {number}: not in lowest terms"
            if root in tries:
                return f"line {number}: {root} was tried before"
            if int(current.nth(0)) % root.numerator or int(current.LC()) % root.denominator:
                return f"line {number}: {root} is no candidate"
            values = [Fraction(int(c)) for c in current.all_coeffs()]
            powers = range(len(values) - 1, -1, -1)
            if sum(c * root**k for c, k in zip(values, powers)) != row[-1]:
                return f"line {number}: the value at {root}"
            product = [a - root * b for a, b in zip(row[:-1] + [0], [0] + row[:-1])]
            product[-1] += row[-1]
            if product != values:
                return f"line {number}: the row"
            if row[-1] == 0:
                quotient = [value / root.denominator for value in row[:-1]]
                if any(value.denominator != 1 for value in quotient):
                    return f"line {number}: the quotient is not whole"
                current = Poly([int(value) for value in quotient], current.gen)
            else:
                tries.add(root)
        elif not line.startswith("bring"):
            left, right = line.split("=")
            if not re.fullmatch(r"[-+*\d]+", left) or eval(left) != int(right):
                return f"line {number}: {line}"
    if current is not None and current.degree() > 1:
        tops = [n for n in range(1, abs(int(current.nth(0))) + 1) if current.nth(0) % n == 0]
        bottoms = [n for n in range(1, int(current.LC()) + 1) if current.LC() % n == 0]
        every = {sign * Fraction(p, q) for p in tops for q in bottoms for sign in (1, -1)}
        if every - tries:
            return f"{min(every - tries)} was not tried"
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
