"""Second verifier of permutation-product: products by sympy.

Written from Sources/Verifiers/State/PermutationProduct.md.
"""

import re


def read(text, points=None):
    """Permutations of a line as tuples; None for other words."""
    words = text.split()
    points = points or (len(words[0]) if words else 0)
    if not words or any(sorted(word) != [str(n) for n in range(1, points + 1)] for word in words):
        return None
    return [tuple(int(digit) - 1 for digit in word) for word in words]


def problem_factors(problem):
    found = re.fullmatch(r"\s*S([345]) ?:(.*)", problem.rstrip("\n"))
    return read(found[2], int(found[1])) if found else None


def product(factors):
    """The left one acts first, as sympy multiplies."""
    from sympy.combinatorics import Permutation

    result = Permutation(list(factors[0]))
    for factor in factors[1:]:
        result = result * Permutation(list(factor))
    return tuple(result.array_form)


def answer(problem):
    factors = problem_factors(problem)
    return None if factors is None else "".join(str(image + 1) for image in product(factors))


def judge(problem, solution):
    """None if every step is right, else why not."""
    factors = problem_factors(problem)
    if factors is None or len(factors) < 2:
        return "the problem cannot be read"
    lines = solution.rstrip("\n").split("\n")
    for number, line in enumerate(lines[:-1], 1):
        claim = re.sub(r"^ *\d+ ?\) ?[a-z]+(?: from [\d, ]+)? ?: ?", "", line)
        found = read(claim, len(factors[0]))
        right = [factors[:i] + [product(factors[i:i + 2])] + factors[i + 2:]
                 for i in range(len(factors) - 1)]
        if found not in right:
            return f"line {number}: no product of neighbours leads there"
        factors = found
    if len(factors) != 1:
        return "factors are left"
    right = re.escape(answer(problem))
    return None if re.fullmatch(rf" *Answer ?: ?{right} *", lines[-1]) else "another is the answer"
