"""A second judge of geometry, written from the pages GeometryTheorem.md, ProofLanguage.md and
Problems.md and from the two tables of constructions and rules, which are read as data.

A proof is read strictly. Each step is compared with its rule, or its sum is formed in fractions.
Then figures are drawn: what a construction says of its new points is taken as equations for their
coordinates, solved by damped Newton steps from random starts. There is no recipe for any
construction. On three figures on which all conditions hold, every step must hold too.
"""

import cmath
import math
import os
import random
import re
from fractions import Fraction
from itertools import combinations, permutations

tool = "Newton's method and fractions"

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCES = os.path.join(HERE, "..", "..", "..", "Sources", "GeometryProofs")

FIGURES = 3
SOLVES = 4000  # Newton runs for one proof, before nothing can be said.
RESTART = 80  # Newton runs for one figure, before it is begun anew.
HOLDS, MISSES = 1e-7, 1e-4  # A fact between the two: the figure is not good enough to tell.
MARGIN = 1e-5  # By how much conditions must hold.

# Predicates with their least and most points.
FACTS = {
    "coll": (3, 64), "cyclic": (4, 64), "circle": (4, 64), "para": (4, 4), "perp": (4, 4),
    "cong": (4, 4), "eqangle": (8, 8), "eqratio": (8, 8), "midp": (3, 3), "simtri": (6, 6),
    "simtrir": (6, 6), "contri": (6, 6), "contrir": (6, 6), "aconst": (4, 4), "rconst": (4, 4),
    "r2const": (4, 4), "lconst": (2, 2), "l2const": (2, 2), "same": (2, 2),
    "aequation": (2, 64), "lequation": (2, 64), "l2equation": (2, 64), "requation": (2, 64),
}
CONDITIONS = {
    "diff": (2, 64), "ncoll": (3, 64), "ncyclic": (4, 4), "npara": (4, 4), "nperp": (4, 4),
    "sameclock": (6, 6), "sameside": (6, 6), "nsameside": (6, 6), "obtuse_angle": (3, 3),
    "longer": (4, 4),
}
EQUATIONS = ("aequation", "lequation", "l2equation", "requation")
PAIRED = ("para", "perp", "cong", "eqangle", "eqratio", "aconst", "rconst", "r2const", "lconst",
          "l2const", "npara", "nperp", "longer") + EQUATIONS
TRIANGLES = ("simtri", "simtrir", "contri", "contrir", "sameclock", "sameside", "nsameside")

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_']{0,23}")
RATIO = re.compile(r"0|-?[1-9]\d{0,8}(/[1-9]\d{0,8})?")
ANGLE = re.compile(r"(0|-?[1-9]\d{0,8}(?:/[1-9]\d{0,8})?)o|(-?\d{0,9})pi(?:/([1-9]\d{0,8}))?")
TERM = re.compile(r"(-?[1-9][0-9/]*)\[([1-9]\d{0,8})\]")
CITED = re.compile(r"[1-9]\d{0,8}")


class Bad(Exception):
    pass


class Undecided(Exception):
    pass


def need(holds, why):
    if not holds:
        raise Bad(why)


# Reading: a statement is (predicate, points, numbers).


def ratio(word):
    need(RATIO.fullmatch(word) and str(Fraction(word)) == word, f"no number: {word}")
    return Fraction(word)


def angle(word):
    """In half turns: 30o, 45/2o, 2pi/3, 1/3; a whole number means degrees."""
    found = ANGLE.fullmatch(word)
    if not found:
        return ratio(word) if "/" in word else ratio(word) / 180
    if found[1]:
        return Fraction(found[1]) / 180
    top = {"": 1, "-": -1}.get(found[2])
    return Fraction(int(found[2]) if top is None else top, int(found[3] or 1))


def statement(words, known=None):
    need(words, "no statement")
    word, rest, numbers = words[0], list(words[1:]), []
    need(word in FACTS or word in CONDITIONS, f"no predicate: {word}")
    if word in EQUATIONS:
        need(len(rest) % 3 == 1, "terms of the equation")
        points = [p for i, p in enumerate(rest[:-1]) if i % 3]
        numbers = [ratio(k) for k in rest[::3]]
        if word in ("aequation", "requation"):
            need(all(k.denominator == 1 for k in numbers[:-1]), "whole coefficients")
        need(all(numbers[:-1]), "a coefficient of 0")
        need(word != "requation" or numbers[-1] > 0, "a product that is not positive")
    else:
        points = rest
        if word.endswith("const"):
            numbers = [(angle if word == "aconst" else ratio)(points.pop() if points else "")]
            need(word == "aconst" or numbers[0] > 0, "a length that is not positive")
    least, most = FACTS.get(word) or CONDITIONS[word]
    need(least <= len(points) <= most, f"points of {word}")
    for p in points:
        need(p in known if known is not None else NAME.fullmatch(p), f"no point: {p}")
    return word, tuple(points), tuple(numbers)


def pairs(points):
    return list(zip(points[::2], points[1::2]))


def check_distinct(word, points):
    """No segment of length 0, no line, circle or triangle with a repeated point."""
    if word in PAIRED:
        groups = pairs(points)
    elif word in TRIANGLES:
        groups = [points[:3], points[3:]]
    else:
        groups = [points]
    need(all(len(set(g)) == len(g) for g in groups), f"a repeated point in {word}")


def table(name):
    with open(os.path.join(SOURCES, name)) as file:
        text = re.search(r'"""\n(.*?)"""', file.read(), re.S)[1]
    for line in text.splitlines():
        if line.strip():
            yield [part.strip() for part in line.split("|")]


def split(text):
    return [part.split() for part in text.split(",") if part.strip()]


def tables(cache={}):
    if not cache:
        made, rules = {}, {}
        for head, required, said in table("Problems/ConstructionTable.swift"):
            name, *parameters = head.split()
            made[name] = parameters, split(required), split(said)
        for head, variables, *parts in table("Checker/RuleTable.swift"):
            groups = split(variables)
            parts = [split(part) for part in parts]
            # A point that is in no group comes last.
            free = [w for part in parts for said in part for w in said if re.fullmatch("[A-Z]", w)]
            order = list(dict.fromkeys([v for group in groups for v in group] + free))
            rules[head.split()[0]] = order, groups, *parts
        cache.update(made=made, rules=rules)
    return cache["made"], cache["rules"]


def replaced(words, place):
    """A statement of a table, with points (and numbers) in the place of its parameters."""
    word, *rest = words
    return statement([word] + [place.get(w, w) for w in rest])


def clause(text, known):
    """New points, required statements, said statements of a clause; its points become known."""
    need(text.count("=") == 1, "one = in a clause")
    left, right = text.split("=")
    new = left.split()
    need(new and len(set(new)) == len(new), "new points")
    for p in new:
        need(NAME.fullmatch(p) and p not in known, f"no new point: {p}")
    required, said, parts = [], [], right.split(",")
    need(len(parts) <= 2, "a third locus")
    for part in parts:
        name, *given = part.split() or [""]
        need(name in tables()[0], f"no construction: {name}")
        parameters, needs, says = tables()[0][name]
        need(len(given) == len(parameters), f"arguments of {name}")
        own = [w for w, p in zip(given, parameters) if p[0] == "*"]
        need(sorted(own) == sorted(new), f"{name} makes other points")
        for word, parameter in zip(given, parameters):
            if parameter[0] not in "*@#":
                need(word in known, f"no point: {word}")
        place = {p.lstrip("*@#"): w for p, w in zip(parameters, given)}
        required += [replaced(words, place) for words in needs]
        said += [replaced(words, place) for words in says]
    need(len(parts) == 1 or len(new) == 1, "loci of one point")
    known.update(new)
    return new, required, said


def read_problem(text):
    text = text[:-1] if text.endswith("\n") else text
    need(all(32 <= ord(c) < 127 for c in text) and len(text) <= 8192, "text of the problem")
    need(text.count("?") == 1, "one goal")
    body, goal = text.split("?")
    known = set()
    clauses = [clause(part, known) for part in body.split(";")]
    goal = goal.split()
    need(statement(goal, known)[0] in FACTS, "the goal is no fact")
    return clauses, known, goal


def answer(problem):
    try:
        return " ".join(read_problem(problem)[2])
    except Bad:
        return None


# What two spellings of one statement have in common.


def pair(p, q):
    return (p, q) if p < q else (q, p)


def summed(terms):
    """Coefficients of unknowns, without zeros."""
    total = {}
    for unknown, factor in terms:
        total[unknown] = total.get(unknown, 0) + factor
    return {unknown: factor for unknown, factor in total.items() if factor}


def primes(value):
    """The logarithm of a positive fraction, by its prime factors."""
    found = {}
    for number, sign in ((value.numerator, 1), (value.denominator, -1)):
        p = 2
        while number > 1:
            if p * p > number:
                p = number
            while number % p == 0:
                found[p] = found.get(p, 0) + sign
                number //= p
            p += 1
    return found


def as_direction(said):
    """Terms (pair, factor) and the constant in half turns, as the statement is spelled."""
    word, points, numbers = said
    sides = [pair(*p) for p in pairs(points)]
    if word == "para" or word == "perp":
        return list(zip(sides, (1, -1))), Fraction(word == "perp", 2)
    if word == "coll" and len(points) == 3:
        a, b, c = points
        return [(pair(a, b), 1), (pair(a, c), -1)], Fraction(0)
    if word == "eqangle":
        return list(zip(sides, (-1, 1, 1, -1))), Fraction(0)
    if word == "aconst":
        return list(zip(sides, (-1, 1))), numbers[0]
    if word == "aequation":
        return list(zip(sides, numbers)), numbers[-1]
    return None


def as_logarithm(said):
    """Terms (pair, factor) and the constant as a sum of logarithms of primes."""
    word, points, numbers = said
    sides = [pair(*p) for p in pairs(points)]
    if word == "cong":
        return list(zip(sides, (1, -1))), {}
    if word == "eqratio":
        return list(zip(sides, (1, -1, -1, 1))), {}
    if word == "requation":
        return list(zip(sides, numbers)), primes(numbers[-1])
    if word in ("rconst", "r2const", "lconst", "l2const"):
        part = Fraction(1, 2) if "2" in word else 1
        return list(zip(sides, (1, -1))), {p: k * part for p, k in primes(numbers[0]).items()}
    return None


def as_length(said, power):
    """Terms (pair, factor) and the constant, in lengths or in squares of lengths."""
    word, points, numbers = said
    sides = [pair(*p) for p in pairs(points)]
    if word == "cong":
        return list(zip(sides, (1, -1))), Fraction(0)
    if word == ("lequation" if power == 1 else "l2equation"):
        # A rule with points in one place may speak of a segment of length 0.
        return [(s, k) for s, k in zip(sides, numbers) if s[0] != s[1]], numbers[-1]
    if word in ("rconst", "lconst") or power == 2 and word in ("r2const", "l2const"):
        value = numbers[0] if "2" in word else numbers[0] ** power
        return (list(zip(sides, (1, -value))), Fraction(0)) if word[0] == "r" \
            else ([(sides[0], 1)], value)
    return None


def scaled(terms, constant):
    terms = sorted(terms.items())
    if not terms:
        return ("false",) if constant else ("true",)
    first = terms[0][1]
    return tuple((u, Fraction(k) / first) for u, k in terms), constant, first


def product_key(terms, constant):
    found = scaled(terms, constant)
    if len(found) == 1:
        return found
    return "product", found[0], tuple(sorted((p, Fraction(k) / found[2])
                                             for p, k in constant.items() if k))


def spellings(points):
    """All ways to write a pair of corresponding triangles."""
    p, q = points[:3], points[3:]
    for order in permutations(range(3)):
        left, right = tuple(p[i] for i in order), tuple(q[i] for i in order)
        yield left + right
        yield right + left


def key(said):
    """Equal for statements that say the same in other letters' order, or in other words."""
    word, points, numbers = said
    if word in ("coll", "cyclic"):
        return ("true",) if len(set(points)) < (3 if word == "coll" else 4) \
            else (word, frozenset(points))
    if word == "circle":
        return word, points[0], frozenset(points[1:])
    if word in ("midp", "obtuse_angle"):
        middle = points[0 if word == "midp" else 1]
        return word, middle, frozenset(points) - {middle}
    if word in ("same", "diff", "ncoll", "ncyclic"):
        return word, frozenset(points)
    if word in ("simtri", "simtrir", "contri", "contrir"):
        return word, min(spellings(points))
    if word == "sameclock":
        p, q = points[:3], points[3:]
        turned = [t[i:] + t[:i] for t in (p, q) for i in range(3)]
        if q in turned[:3]:
            return "ncoll", frozenset(p)
        both = [a + b for a in turned[:3] for b in turned[3:]]
        both += [b[3:] + b[:3] for b in both]
        return word, min(both + [b[2::-1] + b[:2:-1] for b in both])
    if word in ("sameside", "nsameside"):
        sides = [(t[0], pair(*t[1:])) for t in (points[:3], points[3:])]
        return word, tuple(sorted(sides))
    if word in ("npara", "nperp"):
        sides = sorted(pair(*p) for p in pairs(points))
        if word == "npara" and len(set(points)) == 3:
            return "ncoll", frozenset(points)
        return word, tuple(sides)
    if word == "longer":
        return word, *(pair(*p) for p in pairs(points))
    found = as_direction(said)
    if found:
        terms, constant = summed(found[0]), found[1] % 1
        if not terms:
            return ("false",) if constant else ("true",)
        used = {p for side in terms for p in side}
        if sorted(terms.values()) == [-1, 1] and not constant and len(used) == 3:
            return "coll", frozenset(used)
        other = sorted((side, -k) for side, k in terms.items()), -constant % 1
        terms, constant = min((sorted(terms.items()), constant), other)
        return "directions", tuple(terms), constant
    found = as_logarithm(said)
    if found:
        return product_key(summed(found[0]), found[1])
    power = 2 if word == "l2equation" else 1
    terms, constant = as_length(said, power)
    terms = summed(terms)
    factors = list(terms.values())
    value = None
    if len(terms) == 2 and not constant:
        value = -factors[1] / factors[0]
    elif len(terms) == 1:
        value = constant / factors[0]
    if value is not None and value > 0:
        return product_key(dict(zip(terms, (1, -1))),
                           {p: k * Fraction(1, power) for p, k in primes(value).items()})
    found = scaled(terms, constant)
    return found if len(found) == 1 else (word, found[0], constant / found[2])


def covers(cited, wanted):
    """Whether the key `cited` says the key `wanted`; longer lines and circles do."""
    if cited == wanted or wanted == ("true",):
        return True
    if cited[0] == "coll" and wanted[0] == "coll":
        return wanted[1] <= cited[1]
    if cited[0] in ("cyclic", "circle") and wanted[0] in ("cyclic", "circle"):
        return wanted[1:-1] in ((), cited[1:-1]) and wanted[-1] <= cited[-1]
    return False


# Steps.


class Step:
    def __init__(self, line, number, known):
        words = line.split()
        need(words and words[0] == f"{number}.", f"expected step {number}")
        need(words.count(":") == 1, "one colon")
        at = words.index(":")
        self.said = statement(words[1:at], known)
        self.text = words[1:at]
        self.word, self.points, self.numbers = self.said
        check_distinct(self.word, self.points)
        self.key = key(self.said)
        self.terms, self.lines, self.branch, self.cites, self.where = [], [], None, [], []
        self.reason, *rest = words[at + 1:] or [""]
        if self.reason in ("given", "check"):
            need(not rest, "more than a reason")
        elif self.reason == "by":
            self.rule = rest.pop(0) if rest else ""
            need(rest.count("from") == 1, "one from")
            at = rest.index("from")
            self.by, rest = rest[:at], rest[at + 1:]
            need(all(p in known for p in self.by), "points of the rule")
            if "where" in rest:
                at = rest.index("where")
                self.where, rest = [cited(w) for w in rest[at + 1:]], rest[:at]
                need(self.where, "nothing after where")
            self.cites = [None if w == "=" else cited(w) for w in rest]
        elif self.reason in ("directions", "ratios", "lengths", "squares"):
            while rest and TERM.fullmatch(rest[0]):
                factor, place = TERM.fullmatch(rest.pop(0)).groups()
                self.terms.append((ratio(factor), int(place)))
            need(len({k for _, k in self.terms}) == len(self.terms), "a step cited twice")
            if len(rest) > 1 and rest[-2] == "branch":
                self.branch = cited(rest[-1])
                rest = rest[:-2]
            if rest[:1] == ["lines"]:
                self.lines = [cited(w) for w in rest[1:]]
                need(self.lines, "no lines")
                rest = []
            need(not rest, "not read after the terms")
            need(self.reason == "directions" or not self.lines and self.branch is None,
                 "lines and branches are for directions")
        elif self.reason in ("line", "circle", "same"):
            self.cites = [cited(w) for w in rest]
            need(rest, "nothing cited")
        else:
            raise Bad(f"no reason: {self.reason}")
        self.used = [k for k in self.cites + self.where + self.lines if k]
        self.used += [k for _, k in self.terms]
        need(all(k < number for k in self.used), "cites itself or a later step")


def cited(word):
    need(CITED.fullmatch(word), f"no step number: {word}")
    return int(word)


def check_step(step, steps, given):
    """The step from what it cites; what only a figure can tell is left to the figures."""
    if step.reason == "check":
        need(step.word in CONDITIONS, "no condition")
    elif step.reason == "given":
        need(step.key in given, "no clause says so")
    else:
        need(step.word in FACTS, "conditions are not derived")
        check = {"by": by_rule, "line": by_merging, "circle": by_merging, "same": by_names}
        check.get(step.reason, by_sum)(step, steps)


def by_rule(step, steps):
    need(step.rule in tables()[1], f"no rule: {step.rule}")
    order, groups, premises, conditions, conclusions = tables()[1][step.rule]
    need(len(step.by) == len(order), "another number of points")
    place = dict(zip(order, step.by))
    for group in groups:
        need(len({place[v] for v in group}) == len(group), "one point for two variables")
    need(len(step.cites) == len(premises), "another number of premises")
    for number, words in zip(step.cites, premises):
        wanted = key(replaced(words, place))
        if number is None:
            need(wanted == ("true",), f"the premise {' '.join(words)} is not true of any points")
        else:
            need(covers(steps[number - 1].key, wanted), f"step {number} is no {' '.join(words)}")
    need(len(step.where) == len(conditions), "another number of conditions")
    for number, words in zip(step.where, conditions):
        need(steps[number - 1].word in CONDITIONS
             and steps[number - 1].key == key(replaced(words, place)),
             f"step {number} is no {' '.join(words)}")
    need(any(covers(key(replaced(words, place)), step.key) for words in conclusions),
         "not a conclusion of the rule")


def merged(sets, common):
    """Sets with so many common points become one."""
    sets = [set(s) for s in sets]
    again = True
    while again:
        again = False
        for a, b in combinations(sets, 2):
            if len(a & b) >= common:
                a |= b
                sets.remove(b)
                again = True
                break
    return sets


def by_merging(step, steps):
    facts = [steps[k - 1].key for k in step.cites]
    if step.reason == "line":
        need(step.key[0] == "coll" and all(f[0] == "coll" for f in facts), "lines only")
        need(any(step.key[1] <= s for s in merged([f[1] for f in facts], 2)), "not one line")
        return
    need(step.word in ("cyclic", "circle"), "circles only")
    need(all(f[0] in ("cyclic", "circle") for f in facts), "circles only")
    for circle in merged([f[-1] for f in facts], 3):
        centres = {f[1] for f in facts if f[0] == "circle" and f[2] <= circle}
        if step.key[-1] <= circle and (step.word == "cyclic" or step.key[1] in centres):
            return
    raise Bad("not one circle")


def by_names(step, steps):
    names = merged([steps[k - 1].points for k in step.cites if steps[k - 1].word == "same"], 1)

    def renamed(said):
        """Every point by the least of its names."""
        points = [min([p, *(min(s) for s in names if p in s)]) for p in said[1]]
        return key((said[0], tuple(points), said[2]))

    wanted = renamed(step.said)
    facts = [steps[k - 1] for k in step.cites]
    others = [f for f in facts if f.word != "same"]
    need(len(facts) > 1 and len(others) < 2, "one fact and its points' names")
    need(any(covers(renamed(f.said), wanted) for f in others or facts), "another fact")


def by_sum(step, steps):
    forms = {
        "directions": as_direction,
        "ratios": as_logarithm,
        "lengths": lambda said: as_length(said, 1),
        "squares": lambda said: as_length(said, 2),
    }
    form = forms[step.reason]
    lines = []
    for number in step.lines:
        need(steps[number - 1].word == "coll", f"step {number} is no line")
        lines.append(combinations(sorted(steps[number - 1].key[1]), 2))
    # The segments of cited lines that have one direction.
    lines = merged(lines, 1)

    def unknown(side):
        return next((i for i, line in enumerate(lines) if side in line), side)

    terms, constants = [], []
    for factor, number in step.terms:
        found = form(steps[number - 1].said)
        need(found, f"step {number} is no equation in {step.reason}")
        terms += [(side, factor * k) for side, k in found[0]]
        constants.append((factor, found[1]))
    if step.word == "coll" and len(step.points) > 3:
        need(step.reason == "directions", "no equation")
        return
    # A line can be spelled in six orders.
    orders = permutations(step.points) if step.word == "coll" else [step.points]
    for points in orders:
        wanted = form((step.word, points, step.numbers))
        need(wanted, f"{step.word} is no equation in {step.reason}")
        left = terms + [(side, -k) for side, k in wanted[0]]
        if not summed((unknown(side), k) for side, k in left):
            break
    else:
        raise Bad("another sum")
    if step.reason == "ratios":
        logs = [(p, factor * k) for factor, log in constants for p, k in log.items()]
        need(not summed(logs + [(p, -k) for p, k in wanted[1].items()]), "another product")
        return
    rest = sum((factor * c for factor, c in constants), Fraction(0)) - wanted[1]
    if step.reason == "directions":
        parts = math.lcm(*(factor.denominator for factor, _ in step.terms))
        need(step.branch == (parts if parts > 1 else None), "the branch of parts of directions")
        rest = rest * parts % 1
    need(not rest, "another constant")


# Figures: points are complex numbers.


def cross(u, v):
    return u.real * v.imag - u.imag * v.real


def dot(u, v):
    return u.real * v.real + u.imag * v.imag


def turn(u):
    """The direction of a vector, in half turns."""
    return cmath.phase(u) / math.pi


def off_whole(x):
    return abs(x - round(x))


def length_of(side, at):
    return abs(at[side[0]] - at[side[1]])


def triangle_miss(word, z):
    a, b, c, p, q, r = z
    u, v, w, t = b - a, c - a, q - p, r - p
    if word[-1] == "r":
        w, t = w.conjugate(), t.conjugate()
    miss = abs(u * t - v * w) / (abs(u * t) + abs(v * w))
    if word[0] == "c":
        miss = max(miss, *(abs(abs(x) - abs(y)) / (abs(x) + abs(y)) for x, y in ((u, w), (v, t))))
    return miss


def flatness(z):
    """How far points are from one line: the widest triangle's height."""
    size = max(abs(u - v) for u, v in combinations(z, 2))
    a, b = max(combinations(z, 2), key=lambda s: abs(s[0] - s[1]))
    return max(abs(cross(b - a, c - a)) for c in z) / size ** 2


def sized(otherwise):
    """Where two names are of one point there may be no direction: the value then."""

    def wrap(function):
        def found(said, at):
            try:
                return function(said, at)
            except (ZeroDivisionError, ValueError):
                return otherwise

        return found

    return wrap


@sized(1.0)
def miss(said, at):
    """By how much a fact misses on a figure, relative to its size."""
    word, points, numbers = said
    z = [at[p] for p in points]
    if word == "coll":
        return flatness(z)
    if word == "cyclic":
        if flatness(z) < 1e-7:
            return 1.0
        return max(abs(circle_sine(*z[:3], d)) for d in z[3:])
    if word == "circle":
        lengths = [abs(z[0] - p) for p in z[1:]]
        return (max(lengths) - min(lengths)) / max(lengths)
    if word == "midp":
        return abs(2 * z[0] - z[1] - z[2]) / abs(z[1] - z[2])
    if word == "same":
        return abs(z[0] - z[1]) / max(abs(u - v) for u, v in combinations(at.values(), 2))
    if word in ("simtri", "simtrir", "contri", "contrir"):
        return triangle_miss(word, z)
    found = as_direction(said)
    if found:
        total = sum(float(k) * turn(at[s[0]] - at[s[1]]) for s, k in found[0])
        return off_whole(total - float(found[1]))
    found = as_logarithm(said)
    if found:
        total = sum(float(k) * math.log(length_of(s, at)) for s, k in found[0])
        return abs(total - sum(float(k) * math.log(p) for p, k in found[1].items()))
    power = 2 if word == "l2equation" else 1
    terms, constant = as_length(said, power)
    values = [float(k) * length_of(s, at) ** power for s, k in terms] + [-float(constant)]
    return abs(sum(values)) / max(map(abs, values))


def circle_sine(a, b, c, d):
    """The sine of the difference of the angles at c and d over ab."""
    w = (a - c) * (b - d) * ((a - d) * (b - c)).conjugate()
    return w.imag / (abs(w) or 1)


@sized(0.0)
def margin(said, at):
    """By how much a condition holds; negative where it does not."""
    word, points, _ = said
    z = [at[p] for p in points]
    if word == "diff":
        size = max(abs(u - v) for u, v in combinations(at.values(), 2))
        return min(abs(u - v) for u, v in combinations(z, 2)) / size
    if word == "ncoll":
        return flatness(z)
    if word == "ncyclic":
        return min(flatness(z), abs(circle_sine(*z)))
    if word in ("npara", "nperp"):
        u, v = z[1] - z[0], z[3] - z[2]
        return abs((cross if word == "npara" else dot)(u, v)) / abs(u * v)
    if word == "obtuse_angle":
        u, v = z[0] - z[1], z[2] - z[1]
        return -dot(u, v) / abs(u * v)
    if word == "longer":
        u, v = abs(z[1] - z[0]), abs(z[3] - z[2])
        return (u - v) / (u + v)
    values = []
    for a, b, c in (z[:3], z[3:]):
        values.append((cross if word == "sameclock" else dot)(b - a, c - a)
                      / abs((b - a) * (c - a)))
    sign = -1 if word == "nsameside" else 1
    return math.copysign(min(map(abs, values)), sign * values[0] * values[1])


def equations(said, several):
    """Functions of a figure that vanish where the statement holds.

    Where several points are new, each is divided by its size, lest the points meet in one place.
    """
    word, points, numbers = said
    if word in ("coll", "para", "perp"):
        part = dot if word == "perp" else cross

        def product(at, a, b, c, d):
            u, v = at[b] - at[a], at[d] - at[c]
            return part(u, v) / ((several and abs(u * v)) or 1)

        if word != "coll":
            return [lambda at: product(at, *points)]
        a, b = points[:2]
        return [lambda at, c=c: product(at, a, b, a, c) for c in points[2:]]
    if word == "circle":
        o, a, *rest = points
        return [e for b in rest for e in equations(("cong", (o, a, o, b), ()), several)]
    if word == "cyclic":
        a, b, c = points[:3]
        return [lambda at, d=d: circle_sine(at[a], at[b], at[c], at[d]) for d in points[3:]]
    if word == "midp":
        m, a, b = points
        return [lambda at: 2 * at[m].real - at[a].real - at[b].real,
                lambda at: 2 * at[m].imag - at[a].imag - at[b].imag]
    if word in ("simtri", "simtrir", "contri", "contrir"):
        a, b, c, p, q, r = points

        def apart(at):
            u, v = at[q] - at[p], at[r] - at[p]
            if word[-1] == "r":
                u, v = u.conjugate(), v.conjugate()
            return (at[b] - at[a]) * v - (at[c] - at[a]) * u

        found = [lambda at: apart(at).real, lambda at: apart(at).imag]
        return found + (equations(("cong", (a, b, p, q), ()), several) if word[0] == "c" else [])
    found = as_direction(said)
    if found:
        # The product of the directions has a known phase, up to sign.
        terms, back = found[0], cmath.exp(-1j * math.pi * float(found[1]))

        def sine(at):
            w = back
            for (p, q), k in terms:
                u = at[q] - at[p]
                size = abs(u) or 1
                w *= ((u if k > 0 else u.conjugate()) / size) ** abs(int(k))
            return w.imag

        return [sine]
    found = as_logarithm(said)
    if found:
        terms = [(s, int(2 * k)) for s, k in found[0]]
        up = [(p, q) for (p, q), k in terms for _ in range(k // 2)]
        down = [(p, q) for (p, q), k in terms for _ in range(-k // 2)]
        factor = math.exp(2 * sum(float(k) * math.log(p) for p, k in found[1].items()))

        def difference(at):
            left, right = 1.0, factor
            for p, q in up:
                u = at[p] - at[q]
                left *= u.real * u.real + u.imag * u.imag
            for p, q in down:
                u = at[p] - at[q]
                right *= u.real * u.real + u.imag * u.imag
            return (left - right) / ((several and left + right) or 1)

        return [difference]
    raise Bad(f"{word} in a clause")


def linear(matrix, right):
    """Solves a small system by elimination; None where it is singular."""
    n = len(right)
    rows = [list(row) + [value] for row, value in zip(matrix, right)]
    for i in range(n):
        best = max(range(i, n), key=lambda k: abs(rows[k][i]))
        if rows[best][i] == 0:
            return None
        rows[i], rows[best] = rows[best], rows[i]
        for k in range(i + 1, n):
            factor = rows[k][i] / rows[i][i]
            if factor:
                rows[k] = [x - factor * y for x, y in zip(rows[k], rows[i])]
    found = [0.0] * n
    for i in reversed(range(n)):
        found[i] = (rows[i][n] - sum(rows[i][k] * found[k] for k in range(i + 1, n))) / rows[i][i]
    return found


def solve(at, new, functions, scale):
    """Moves the new points until all functions vanish, by damped Gauss-Newton steps."""
    values = [f(at) for f in functions]
    norm = sum(v * v for v in values)
    damping, h = 1e-10, 1e-7 * scale
    for _ in range(40):
        if norm < 1e-30 * scale * scale:
            break
        columns = []
        for p in new:
            kept = at[p]
            for shift in (h, h * 1j):
                at[p] = kept + shift
                columns.append([(f(at) - v) / h for f, v in zip(functions, values)])
            at[p] = kept
        square = [[sum(x * y for x, y in zip(c, d)) for d in columns] for c in columns]
        right = [-sum(x * y for x, y in zip(c, values)) for c in columns]
        trace = sum(square[i][i] for i in range(len(right)))
        if trace == 0:
            return False
        before = [at[p] for p in new]
        better = False
        for _ in range(5):
            shifted = [row[:] for row in square]
            for i in range(len(right)):
                shifted[i][i] += damping * trace
            step = linear(shifted, right)
            if step:
                for k, p in enumerate(new):
                    at[p] = before[k] + complex(step[2 * k], step[2 * k + 1])
                after = [f(at) for f in functions]
                changed = sum(v * v for v in after)
                if changed < norm:
                    better = True
                    break
            damping = max(damping * 100, 1e-4)
        if not better:
            for p, kept in zip(new, before):
                at[p] = kept
            break
        small = changed > norm * 0.9 and norm < 1e-24
        values, norm, damping = after, changed, max(damping / 100, 1e-10)
        if small:
            break
    return norm < 1e-18 * scale * scale


def parted(said, placed):
    """The statements whose points are all placed, and the others."""
    return ([s for s in said if placed.issuperset(s[1])],
            [s for s in said if not placed.issuperset(s[1])])


def portions(new, facts):
    """The new points of a clause in portions that can be placed one after another."""
    rest, portion = list(new), []
    if len(rest) > 1 and all(set(s[1]) <= set(rest) for s in facts):
        # What is said of them alone is true of figures of any size: two are placed at will.
        portion, rest = [[p] for p in rest[:2]], rest[2:]
    while rest:
        # A point is placed alone where two equations speak of no other that is not placed.
        for p in rest:
            alone = [e for s in facts if p in s[1] and not set(s[1]) & (set(rest) - {p})
                     for e in equations(s, False)]
            if len(alone) > 1 or len(rest) == 1:
                portion.append([p])
                rest = [q for q in rest if q != p]
                break
        else:
            return portion + [rest]
    return portion


class Drawing:
    """Draws figures of the clauses on which the conditions (and branches) hold."""

    def __init__(self, clauses, conditions, branches, named_twice, seed):
        self.stream = random.Random(seed)
        self.twice = named_twice
        self.solves = 0
        self.stages = []
        placed = set()
        left, sides = list(conditions), list(branches)
        for new, required, said in clauses:
            kept = list({key(s): s for s in said}.values())
            first = True
            for part in portions(new, [s for s in kept if s[0] in FACTS]):
                placed |= set(part)
                here, kept = parted(kept, placed)
                checks, left = parted(left, placed)
                chosen, sides = parted(sides, placed)
                facts = [s for s in here if s[0] in FACTS]
                functions = [e for s in facts for e in equations(s, len(part) > 1)]
                checks += [s for s in here if s[0] in CONDITIONS]
                near = sorted({p for s in facts for p in s[1]} - set(part))
                self.stages.append(
                    (part, required if first else [], facts, functions, checks, chosen, near))
                first = False

    def figure(self):
        """A figure, or None when the runs for it are spent."""
        self.limit = self.solves + RESTART
        at = {}
        return at if self.place(0, at) else None

    def place(self, index, at):
        if index == len(self.stages):
            return True
        new, required, facts, functions, ordered, chosen, near = self.stages[index]
        if any(margin(s, at) < 1e-3 for s in required):
            return False
        old = list(at.values())
        size = max((abs(u - v) for u, v in combinations(old, 2)), default=1.0) or 1.0
        tried, again = [], 0
        for _ in range(8):
            if self.solves >= self.limit or again > 2:
                break
            self.solves += len(new) ** 2
            for p in new:
                centre = at[self.stream.choice(near)] if near else sum(old) / (len(old) or 1)
                reach = size * 0.8
                at[p] = centre + complex(self.stream.gauss(0, reach), self.stream.gauss(0, reach))
            if functions and not solve(at, new, functions, size):
                continue
            root = [at[p] for p in new]
            if any(all(abs(u - v) < 1e-6 * size for u, v in zip(root, r)) for r in tried):
                again += 1
                continue
            tried.append(root)
            if self.good(at, new, facts, ordered, chosen, size) and self.place(index + 1, at):
                return True
        for p in new:
            at.pop(p, None)
        for later in self.stages[index + 1:]:
            for p in later[0]:
                at.pop(p, None)
        return False

    def good(self, at, new, facts, ordered, chosen, size):
        points = list(at.items())
        for p in new:
            for q, z in points:
                if q != p and frozenset((p, q)) not in self.twice:
                    if not 2e-3 * size < abs(at[p] - z) < 12 * size:
                        return False
        return (all(miss(s, at) < 1e-11 for s in facts)
                and all(margin(s, at) > MARGIN for s in ordered)
                and all(miss(s, at) < HOLDS for s in chosen))


def check_figures(clauses, steps, seed):
    twice = [set(s.points) for s in steps if s.word == "same"]
    twice = {frozenset(two) for group in merged(twice, 1) for two in combinations(group, 2)}
    conditions = [s.said for s in steps if s.reason == "check"]
    branches = [s.said for s in steps if s.branch is not None]
    drawing = Drawing(clauses, conditions, branches, twice, seed)
    good = 0
    while good < FIGURES:
        if drawing.solves >= SOLVES:
            raise Undecided("no figures on which the conditions hold")
        at = drawing.figure()
        if at is None:
            continue
        clear = True
        for number, step in enumerate(steps, 1):
            if step.word in FACTS:
                off = miss(step.said, at)
                need(off <= MISSES, f"step {number}: {' '.join(step.text)} is false, by {off:.1e}")
                clear = clear and off <= HOLDS
        good += clear


def read_solution(text, known, goal):
    text = text[:-1] if text.endswith("\n") else text
    need(all(32 <= ord(c) < 127 or c == "\n" for c in text), "text of the solution")
    lines = text.split("\n")
    clauses = []
    while lines and lines[0].split()[:1] == ["auxiliary"]:
        clauses.append(clause(lines.pop(0).strip()[len("auxiliary"):], known))
    need(len(lines) > 1, "no steps")
    last = lines.pop()
    need(last.split() == ["Answer:"] + goal, "the answer is not the goal")
    steps = [Step(line, number, known) for number, line in enumerate(lines, 1)]
    need(steps[-1].key == key(statement(goal, known)), "the last step is not the goal")
    used = {k for step in steps for k in step.used}
    for number, step in enumerate(steps[:-1], 1):
        need(number in used, f"step {number} is not used")
    spelled = {(s.word, s.key, tuple(sorted(pair(*p) for p in pairs(s.points)))
                if s.word in PAIRED else ()) for s in steps}
    need(len(spelled) == len(steps), "a step is repeated")
    return clauses, steps


def judge(problem, solution):
    """None for a right proof, else what is wrong."""
    try:
        clauses, known, goal = read_problem(problem)
    except Bad as error:
        return f"problem: {error}"
    try:
        added, steps = read_solution(solution, known, goal)
        given = {key(s) for _, _, said in clauses + added for s in said}
        for number, step in enumerate(steps, 1):
            try:
                check_step(step, steps, given)
            except Bad as error:
                return f"step {number}: {error}"
        check_figures(clauses + added, steps, problem)
    except Bad as error:
        return str(error)
    return None
