"""A second judge of sat, written from Sources/Verifiers/Logic/Sat.md.

The answer is python-sat's; the trace is followed with sets of signed numbers.
"""

import re

LEXEME = re.compile(r"[A-Za-z0-9]+|[^ ]")
LETTERS = "abcdefghijklm"


class Bad(Exception):
    pass


def lines_of(text):
    return (text[:-1] if text.endswith("\n") else text).split("\n")


def literals(rest, ordered=True):
    found = []
    while rest and (rest[0] == "-" or (len(rest[0]) == 1 and rest[0] in LETTERS)):
        sign = -1 if rest[0] == "-" else 1
        if sign < 0:
            rest.pop(0)
        if not rest or len(rest[0]) != 1 or rest[0] not in LETTERS:
            raise Bad("literal")
        found.append(sign * (LETTERS.index(rest.pop(0)) + 1))
    names = [abs(x) for x in found]
    if not found or names != sorted(set(names)):
        raise Bad("literals")
    return found


def number(rest):
    if not rest or not re.fullmatch(r"C[1-9][0-9]{0,4}", rest[0]):
        raise Bad("clause")
    return int(rest.pop(0)[1:])


def read_problem(text):
    lines = lines_of(text)
    if len(lines) != 1:
        raise Bad("one line")
    rest, clauses = LEXEME.findall(lines[0]), []
    while True:
        if number(rest) != len(clauses) + 1 or not rest or rest.pop(0) != ":":
            raise Bad("number")
        clauses.append(frozenset(literals(rest)))
        if not rest:
            break
        if rest.pop(0) != ";":
            raise Bad("semicolon")
    if len(clauses) > 64:
        raise Bad("too many")
    return clauses


def model_text(model):
    return " ".join(("-" if x < 0 else "") + LETTERS[abs(x) - 1] for x in sorted(model, key=abs))


def models(clauses):
    from pysat.solvers import Minisat22

    count = max(abs(x) for c in clauses for x in c)
    with Minisat22(bootstrap_with=[list(c) for c in clauses]) as solver:
        # A tautology for each variable, so that every model names it.
        for variable in range(1, count + 1):
            solver.add_clause([variable, -variable])
        return [frozenset(m[:count]) for m in solver.enum_models()]


def answer(problem):
    try:
        found = models(read_problem(problem))
    except (Bad, IndexError):
        return None
    return {model_text(m) for m in found} if found else "UNSAT"


def judge(problem, solution):
    try:
        clauses = read_problem(problem)
    except (Bad, IndexError) as error:
        return f"problem: {error}"
    good = answer(problem)
    good = good if isinstance(good, set) else {good}
    count = max(abs(x) for c in clauses for x in c)
    clauses, trail, explained = list(clauses), [], None
    lines = lines_of(solution)
    for place, line in enumerate(lines, 1):
        true = set(trail)
        false = [i for i, c in enumerate(clauses) if all(-x in true for x in c)]
        done = explained is not None and not clauses[explained]
        if done or (explained is None and not false and len(trail) == count):
            right = "UNSAT" if done else model_text(trail)
            if LEXEME.findall(line) != LEXEME.findall("Answer: " + right):
                return f"line {place}: expected the answer {right}"
            if right not in good:
                return f"line {place}: python-sat says {sorted(good)}"
            return None if place == len(lines) else f"line {place + 1}: after the answer"
        try:
            why = follow(LEXEME.findall(line), clauses, trail, explained, false, count)
        except (Bad, IndexError):
            return f"line {place}: unreadable"
        if isinstance(why, str):
            return f"line {place}: {why}"
        explained = why[0]
    return f"line {len(lines) + 1}: missing"


def units(clauses, true):
    found = {}
    for index, clause in enumerate(clauses):
        rest = [x for x in clause if -x not in true]
        if len(rest) == 1 and rest[0] not in true:
            found[index] = rest[0]
    return found


def follow(rest, clauses, trail, explained, false, count):
    """Changes clauses and trail; a reason, or the clause that is explained now in a tuple."""
    word = rest[0]
    if word in ("decide", "undo"):
        rest.pop(0)
        literal = literals(rest)[0]
        if rest:
            return "more than a literal"
        if word == "decide":
            if explained is not None or false or units(clauses, set(trail)):
                return "no decision is due"
            if abs(literal) > count or literal in trail or -literal in trail:
                return "no free variable"
            trail.append(literal)
            return (None,)
        if explained is None or pivot(clauses, trail, explained):
            return "nothing to undo"
        due = [x for x in trail if -x in clauses[explained]][-1]
        if literal != due:
            return "another is to be undone"
        del trail[trail.index(literal) :]
        return (None,)
    if word == "unit":
        rest.pop(0)
        index = number(rest) - 1
        if rest.pop(0) != ":":
            return "no colon"
        literal = literals(rest)
        if rest or explained is not None or false or index not in units(clauses, set(trail)):
            return "no unit clause"
        if literal != [units(clauses, set(trail))[index]]:
            return "another literal"
        trail.append(literal[0])
        return (None,)
    if word == "conflict":
        rest.pop(0)
        index = number(rest) - 1
        if rest or explained is not None or index not in false:
            return "no conflict"
        return (index,)
    new = number(rest)
    if rest.pop(0) != "=":
        return "no ="
    first = number(rest)
    if rest.pop(0) != "x":
        return "no x"
    second = number(rest)
    if rest.pop(0) != "on" or len(rest) < 3 or rest[0] not in LETTERS or rest[1] != ":":
        return "no variable"
    variable = LETTERS.index(rest.pop(0)) + 1
    rest.pop(0)
    clause = frozenset() if rest == ["empty"] else frozenset(literals(rest))
    if rest not in ([], ["empty"]):
        return "more than a clause"
    if explained is None or first != explained + 1 or new != len(clauses) + 1:
        return "wrong clause number"
    due = pivot(clauses, trail, explained)
    if not due or abs(due[0]) != variable or second - 1 not in due[1]:
        return "not the latest forced literal with its reason"
    if clause != (clauses[explained] | clauses[second - 1]) - {variable, -variable}:
        return "wrong resolvent"
    clauses.append(clause)
    return (len(clauses) - 1,)


def pivot(clauses, trail, explained):
    for place in reversed(range(len(trail))):
        literal = trail[place]
        if -literal in clauses[explained]:
            before = set(trail[:place])
            reasons = [
                i
                for i, c in enumerate(clauses)
                if literal in c and all(x == literal or -x in before for x in c)
            ]
            if reasons:
                return literal, reasons
    return None
