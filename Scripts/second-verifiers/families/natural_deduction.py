"""A second judge of natural-deduction, written from Sources/Verifiers/Logic/NaturalDeduction.md.

The rules are checked on trees of tuples, and besides every line must follow from the premises and
its open assumptions by truth tables.
"""

import itertools
import re

LEXEME = re.compile(r"[A-Za-z0-9]+|[^ ]")
ATOMS = "pqrstu"


class Bad(Exception):
    pass


def lines_of(text):
    return (text[:-1] if text.endswith("\n") else text).split("\n")


def formula(rest):
    left = unit(rest)
    if rest and rest[0] in "&|":
        op = rest.pop(0)
        return (op, left, unit(rest))
    if rest[:2] == ["-", ">"]:
        del rest[:2]
        return (">", left, unit(rest))
    return left


def unit(rest):
    if not rest:
        raise Bad("formula")
    word = rest.pop(0)
    if word == "~":
        return ("~", unit(rest))
    if word == "(":
        inner = formula(rest)
        if not rest or rest.pop(0) != ")":
            raise Bad("bracket")
        return inner
    if word == "false" or (len(word) == 1 and word in ATOMS):
        return word
    raise Bad("formula")


def true(f, world):
    if isinstance(f, str):
        return f in world
    if f[0] == "~":
        return not true(f[1], world)
    a, b = true(f[1], world), true(f[2], world)
    return a and b if f[0] == "&" else a or b if f[0] == "|" else (not a or b)


WORLDS = [
    {a for a, v in zip(ATOMS, values) if v}
    for values in itertools.product([False, True], repeat=len(ATOMS))
]


def entails(premises, f):
    return all(true(f, w) for w in WORLDS if all(true(p, w) for p in premises))


def read_problem(text):
    lines = lines_of(text)
    if len(lines) != 1:
        raise Bad("one line")
    rest = LEXEME.findall(lines[0])
    premises, options = [formula(rest)], []
    while rest and rest[0] == ",":
        rest.pop(0)
        premises.append(formula(rest))
    while rest:
        if rest[:3] != [";", "ABCDEFGH"[len(options)], ":"]:
            raise Bad("option")
        del rest[:3]
        options.append(formula(rest))
    following = [i for i, o in enumerate(options) if entails(premises, o)]
    if len(following) != 1 or len(options) < 2 or len(premises) > 8:
        raise Bad("not one option follows")
    if len(set(options)) < len(options) or set(options) & set(premises):
        raise Bad("repeated formula")
    return premises, options, following[0]


def answer(problem):
    try:
        return "ABCDEFGH"[read_problem(problem)[2]]
    except (Bad, IndexError):
        return None


def fits(rule, f, cited, subs):
    """Whether a formula follows by a rule; subproofs are pairs of assumption and conclusion."""
    kinds = (len(cited), len(subs))
    if rule == "copy":
        return kinds == (1, 0) and cited[0] == f
    if rule == "and-intro":
        return kinds == (2, 0) and f in (("&", *cited), ("&", cited[1], cited[0]))
    if rule == "and-elim":
        return kinds == (1, 0) and cited[0][0] == "&" and f in cited[0][1:]
    if rule == "or-intro":
        return kinds == (1, 0) and f[0] == "|" and cited[0] in f[1:]
    if rule == "or-elim":
        return (
            kinds == (1, 2)
            and cited[0] in (("|", subs[0][0], subs[1][0]), ("|", subs[1][0], subs[0][0]))
            and subs[0][1] == subs[1][1] == f
        )
    if rule == "imp-intro":
        return kinds == (0, 1) and f == (">", *subs[0])
    if rule == "imp-elim":
        return kinds == (2, 0) and any(a == (">", b, f) for a, b in (cited, cited[::-1]))
    if rule == "not-intro":
        return kinds == (0, 1) and f == ("~", subs[0][0]) and subs[0][1] == "false"
    if rule == "not-elim":
        return (
            kinds == (2, 0) and f == "false" and any(a == ("~", b) for a, b in (cited, cited[::-1]))
        )
    if rule == "false-elim":
        return kinds == (1, 0) and cited[0] == "false"
    if rule == "raa":
        return kinds == (0, 1) and subs[0] == (("~", f), "false")
    return False


def judge(problem, solution):
    try:
        premises, options, right = read_problem(problem)
    except (Bad, IndexError) as error:
        return f"problem: {error}"
    # Of each line: its formula and the chain of subproofs (by first line) that it stands in.
    proved = []
    stack, ends = [], {}
    lines = lines_of(solution)
    for number, line in enumerate(lines, 1):
        try:
            rest = LEXEME.findall(line)
            if rest[:2] != [str(number), "."]:
                return f"line {number}: wrong number"
            del rest[:2]
            depth = 0
            while rest and rest[0] == "|":
                rest.pop(0)
                depth += 1
            f = formula(rest)
            if not rest or rest.pop(0) != "by":
                return f"line {number}: no rule"
            text = "".join(rest)
            match = re.fullmatch(r"([a-z]+(?:-[a-z]+)?)((?:\d+(?:-\d+)?)?(?:,\d+(?:-\d+)?)*)", text)
            if not match:
                return f"line {number}: unreadable rule"
            rule, cites = match.group(1), [c for c in match.group(2).split(",") if c]
        except (Bad, IndexError):
            return f"line {number}: unreadable"
        opens = rule == "assume"
        if depth > len(stack) + opens or (opens and depth == 0):
            return f"line {number}: too deep"
        keep = depth - opens
        for closed in stack[keep:]:
            ends[closed] = number - 1
        stack = stack[:keep] + ([number] if opens else [])
        cited, subs = [], []
        for cite in cites:
            ends_of = [int(n) for n in cite.split("-")]
            if not all(1 <= n < number for n in ends_of):
                return f"line {number}: cites no line before"
            first = ends_of[0]
            g, home = proved[first - 1]
            if len(ends_of) == 1:
                if home != stack[: len(home)]:
                    return f"line {number}: out of scope"
                cited.append(g)
            else:
                last, home_of_last = ends_of[1], proved[ends_of[1] - 1][1]
                if home != stack + [first] or ends.get(first) != last or home_of_last != home:
                    return f"line {number}: no such subproof"
                subs.append((g, proved[last - 1][0]))
        if rule == "premise":
            good = f in premises and depth == 0 and not cites
        elif opens:
            good = not cites
        else:
            good = fits(rule, f, cited, subs)
        if not good:
            return f"line {number}: not by {rule}"
        proved.append((f, list(stack)))
        if not entails(premises + [proved[first - 1][0] for first in stack], f):
            return f"line {number}: does not follow"
        if depth == 0 and f in options:
            if options.index(f) != right:
                return f"line {number}: the wrong option"
            wanted = ["Answer", ":", "ABCDEFGH"[right]]
            if len(lines) <= number or LEXEME.findall(lines[number]) != wanted:
                return f"line {number + 1}: wrong answer"
            return None if len(lines) == number + 1 else f"line {number + 2}: after the answer"
    return f"line {len(lines) + 1}: missing"
