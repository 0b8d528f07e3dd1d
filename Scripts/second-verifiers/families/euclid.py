"""Second opinion on `euclid`: every equation of a line is evaluated, answers come from sympy."""
import re

tool = "sympy"


def answer(problem):
    from sympy import gcd, mod_inverse
    from sympy.ntheory.modular import crt

    n = [int(x) for x in re.findall(r"\d+", problem)]
    if problem.startswith("gcd"):
        return str(gcd(n[0], n[1]))
    if problem.startswith("bezout"):
        g = int(gcd(n[0], n[1]))
        step = n[1] // g
        s = int(mod_inverse(n[0] // g, step)) % step if step > 1 else 0
        return f"{s},{(g - s * n[0]) // n[1]}"
    if problem.startswith("inverse"):
        return "none" if gcd(n[0], n[1]) != 1 else str(mod_inverse(n[0], n[1]))
    if problem.startswith("power"):
        return str(pow(n[0], n[1], n[2]))
    found = crt(n[1::2], n[0::2])
    return "none" if found is None else f"{int(found[0])} mod {int(found[1])}"


def value(text):
    if not re.fullmatch(r"[-+*\d]+", text):
        raise ValueError(text)
    return eval(text)  # digits and + - * alone


def _judge(problem, solution):
    lines = solution.strip("\n").split("\n")
    n = [int(x) for x in re.findall(r"\d+", problem)]
    rows = {"g": (0, 1), "b": (0, 1), "i": (1, 0), "x": (3, 1)}.get(problem[0])
    first, second = (n[rows[0]], n[rows[1]]) if rows else (0, 0)
    known, folded = tuple(n[:2]), 1
    if problem[0] == "p":
        rest, base, result = n[1], n[0], 1
    for number, line in enumerate(lines[:-1], 1):
        line = re.sub(r"^\d+\) [a-z-]+( from [\d, ]+)?: ", "", line).replace(" ", "")
        for part in line.split(";"):
            if "divides" in part:
                d, a, b = [int(x) for x in re.findall(r"\d+", part)]
                if d < 2 or a % d or b % d:
                    return f"line {number}: {d} is no common divisor"
                continue
            found = re.fullmatch(r"(.*)=(-?\d+)mod(\d+)", part)
            if found:
                if value(found[1]) != int(found[2]):
                    return f"line {number}: {part}"
                continue
            found = re.fullmatch(r"(-?\d+)mod(\d+)=(\d+)", part)
            if found:
                if int(found[1]) % int(found[2]) != int(found[3]):
                    return f"line {number}: {part}"
                continue
            sides = part.split("=")
            if sides[0] in ("r", "b"):
                if value(sides[1]) != int(sides[2]) or int(sides[2]) % n[2] != int(sides[3]):
                    return f"line {number}: {part}"
            elif sides[0] not in ("s", "t"):
                if len({value(side) for side in sides}) != 1:
                    return f"line {number}: {part}"
        coefficients = dict(re.findall(r";([st])=(-?\d+)", line))
        row = re.match(r"(\d+)=(\d+)\*(\d+)([+-])(\d+)", line)
        if coefficients and row:
            # The rest stated is the combination of the two numbers that the rows began with.
            rest_value = int(row[5])
            t = int(coefficients["t"])
            if "s" in coefficients:
                if int(coefficients["s"]) * first + t * second != rest_value:
                    return f"line {number}: the coefficients do not make {rest_value}"
            elif (t * second - rest_value) % first:
                return f"line {number}: the coefficient does not make {rest_value}"
        combined = re.fullmatch(r"(\d+)\+(\d+)\*\d+=(\d+)mod(\d+)", line)
        if problem[0] == "x" and combined:
            # What the result says must be what sympy says of the congruences so far.
            from sympy.ntheory.modular import crt

            folded += 1
            right = crt(n[1 : 2 * folded : 2], n[0 : 2 * folded : 2])
            if tuple(map(int, combined.groups())) != known + tuple(map(int, right)):
                return f"line {number}: the result so far is not {right}"
            known = tuple(map(int, right))
            if 2 * folded < len(n):
                first, second = n[2 * folded + 1], known[1]
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
