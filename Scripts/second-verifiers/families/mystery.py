"""A second judge of mystery, written from Sources/Verifiers/Logic/Mystery.md, with fractions.

The answer is by enumeration: the posterior is prior times all likelihoods over their sum.
"""

import math
import re
from fractions import Fraction

PRIOR = re.compile(r"([A-Z][a-z]{1,11}) ([1-9][0-9]?)")
CELL = re.compile(r"([A-Z][a-z]{1,11}) ([1-9][0-9]*)/([1-9][0-9]*)")
LEXEME = re.compile(r"[A-Za-z0-9]+|[^ ]")


def lines_of(text):
    return (text[:-1] if text.endswith("\n") else text).split("\n")


def normal(text):
    return " ".join(LEXEME.findall(text))


def read_problem(text):
    if len(lines_of(text)) != 1:
        return None
    parts = normal(lines_of(text)[0]).split(" ; ")
    names, priors, clues = [], [], {}
    for part in parts[0].split(" , "):
        match = PRIOR.fullmatch(part)
        if not match:
            return None
        names.append(match.group(1))
        priors.append(int(match.group(2)))
    for part in parts[1:]:
        name, colon, cells = part.partition(" : ")
        if not colon or not re.fullmatch(r"[a-z]{2,12}", name) or name in clues:
            return None
        found = [CELL.fullmatch(c.replace(" / ", "/")) for c in cells.split(" , ")]
        if name in ("odds", "sum") or None in found or [m.group(1) for m in found] != names:
            return None
        pairs = [(int(m.group(2)), int(m.group(3))) for m in found]
        if any(math.gcd(a, b) > 1 or a >= b or b > 99 for a, b in pairs):
            return None
        clues[name] = [Fraction(a, b) for a, b in pairs]
    if not 2 <= len(names) <= 8 or len(set(names)) < len(names) or not 1 <= len(clues) <= 12:
        return None
    joint = [p * math.prod(c[i] for c in clues.values()) for i, p in enumerate(priors)]
    if joint.count(max(joint)) > 1:
        return None
    culprit = joint.index(max(joint))
    return names, priors, clues, f"{names[culprit]} {max(joint) / sum(joint)}"


def answer(problem):
    story = read_problem(problem)
    return story[3] if story else None


def odds_of(products):
    scale = math.lcm(*(p.denominator for p in products))
    whole = [int(p * scale) for p in products]
    return [w // math.gcd(*whole) for w in whole]


def judge(problem, solution):
    story = read_problem(problem)
    if story is None:
        return "problem: unreadable"
    names, odds, clues, right = story
    left = dict(clues)
    lines = lines_of(solution)
    wanted = None
    for place, line in enumerate(lines, 1):
        found = normal(line)
        if wanted is None and left:
            name = found.split(" ")[0]
            if name not in left:
                return f"line {place}: no clue that is left"
            products = [Fraction(o) * c for o, c in zip(odds, left.pop(name))]
            if found != normal(f"{name}: " + ", ".join(map(str, products))):
                return f"line {place}: wrong products"
            odds = odds_of(products)
            wanted = ["odds " + ":".join(map(str, odds))]
            if not left:
                wanted += [f"sum {'+'.join(map(str, odds))}={sum(odds)}", f"Answer: {right}"]
            continue
        if not wanted:
            return f"line {place}: after the answer"
        if found != normal(wanted.pop(0)):
            return f"line {place}: wrong line"
        if not wanted and left:
            wanted = None
    return None if wanted == [] else f"line {len(lines) + 1}: missing"
