"""Second opinion on `polynomial`: sympy expands, divides and factors; every line is evaluated."""
import re

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
    from sympy import Symbol, div, roots

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
    for root, count in roots(rest, filter="Z").items():
        found += [int(root)] * count
    for root in found:
        rest = div(rest, parse(f"x-{root}" if root > 0 else f"x+{-root}"))[0]
    factors = [f"(x-{r})" if r > 0 else f"(x+{-r})" for r in sorted(found, reverse=True)]
    if rest.degree() > 0:
        factors.append(f"({show(rest)})")
    return "*".join(factors)


def _judge(problem, solution):
    lines = solution.strip("\n").split("\n")
    total = None
    current = None
    if problem.startswith("factor"):
        current = parse(problem[7:])
    for number, line in enumerate(lines[:-1], 1):
        line = re.sub(r"^\d+\) [a-z-]+( from [\d, ]+)?: ", "", line)
        product = re.fullmatch(r"(.*)\*\((.*)\)=(.*); sum (.*)", line)
        tried = re.fullmatch(r"x=(-?\d+): (.*)", line)
        if product:
            term, factor, result, running = [parse(text) for text in product.groups()]
            if term * factor != result:
                return f"line {number}: the product"
            total = result if total is None else total + result
            if total != running:
                return f"line {number}: the sum"
        elif tried:
            from sympy import Poly

            row = [int(text) for text in tried[2].split(",")]
            root = int(tried[1])
            if current.eval(root) != row[-1]:
                return f"line {number}: the value at {root}"
            quotient = Poly(row[:-1], current.gen)
            if quotient * Poly([1, -root], current.gen) + row[-1] != current:
                return f"line {number}: the row"
            if row[-1] == 0:
                current = quotient
        elif not line.startswith("bring"):
            left, right = line.split("=")
            if not re.fullmatch(r"[-+*\d]+", left) or eval(left) != int(right):
                return f"line {number}: {line}"
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
