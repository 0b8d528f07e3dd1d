"""A second judge of knights-knaves, written from Sources/Verifiers/Logic/KnightsKnaves.md.

Statements become python-sat clauses over all islanders at once: a fact follows when the solver finds
no assignment without it. Only the order of steps and what a claim concerns are kept by hand.
"""

import itertools
import re

LINE = re.compile(r"[A-Za-z0-9]+|[^ ]")


def words(text):
    return LINE.findall(text)


def lines_of(text):
    return (text[:-1] if text.endswith("\n") else text).split("\n")


class Unreadable(Exception):
    pass


def read_atom(rest, names):
    if len(rest) < 2 or rest[0] not in names:
        raise Unreadable("atom")
    who, kind = rest.pop(0), rest.pop(0)
    if kind in ("knight", "knave"):
        return ("is", who, kind == "knight")
    if kind == "same" and rest and rest[0] in names and who < rest[0]:
        return ("iff", ("is", who, True), ("is", rest.pop(0), True))
    raise Unreadable("atom")


def read_part(rest, names):
    if rest and rest[0] == "not":
        rest.pop(0)
        return ("not", read_unit(rest, names))
    return read_unit(rest, names)


def read_unit(rest, names):
    if rest and rest[0] == "(":
        rest.pop(0)
        left = read_atom(rest, names)
        op = read_op(rest)
        right = read_atom(rest, names)
        if not rest or rest.pop(0) != ")":
            raise Unreadable("bracket")
        return (op, left, right)
    return read_atom(rest, names)


def read_op(rest):
    if rest and rest[0] in ("and", "or", "iff"):
        return rest.pop(0)
    raise Unreadable("connective")


def read_problem(text):
    parts = [[]]
    for word in words(lines_of(text)[0]):
        if word == ";":
            parts.append([])
        else:
            parts[-1].append(word)
    if not 2 <= len(parts) <= 12 or len(lines_of(text)) != 1:
        raise Unreadable("claims")
    names = "ABCDEFGHIJKL"[: len(parts)]
    claims = {}
    for name, part in zip(names, parts):
        if part[:2] != [name, ":"]:
            raise Unreadable("speaker")
        rest = part[2:]
        statement = read_part(rest, names)
        if rest:
            op = read_op(rest)
            statement = (op, statement, read_part(rest, names))
        if rest:
            raise Unreadable("end")
        concerned = sorted({name} | {w for w in part[2:] if w in names})
        claims[name] = (("iff", ("is", name, True), statement), concerned)
    return names, claims


def atoms_true(statement, knights):
    op = statement[0]
    if op == "is":
        return (statement[1] in knights) == statement[2]
    if op == "not":
        return not atoms_true(statement[1], knights)
    a, b = (atoms_true(s, knights) for s in statement[1:])
    return a and b if op == "and" else a or b if op == "or" else a == b


class Solver:
    """Claims as clauses: a clause forbids each assignment to those concerned that breaks the claim."""

    def __init__(self, names, claims):
        from pysat.solvers import Minisat22

        self.number = {name: i + 1 for i, name in enumerate(names)}
        self.claim = {}
        self.all = Minisat22()
        for name, (statement, concerned) in claims.items():
            solver = Minisat22()
            for values in itertools.product([False, True], repeat=len(concerned)):
                knights = {w for w, v in zip(concerned, values) if v}
                if not atoms_true(statement, knights):
                    clause = [
                        -self.number[w] if v else self.number[w] for w, v in zip(concerned, values)
                    ]
                    solver.add_clause(clause)
                    self.all.add_clause(clause)
            self.claim[name] = solver

    def literal(self, who, knight):
        return self.number[who] if knight else -self.number[who]

    def possible(self, name, facts):
        return self.claim[name].solve(assumptions=[self.literal(w, k) for w, k in facts.items()])

    def forces(self, name, facts, who, knight):
        return self.possible(name, facts) and not self.possible(name, {**facts, who: not knight})

    def sole_model(self, names):
        models = []
        for model in self.all.enum_models():
            models.append({w: self.number[w] in model for w in names})
            if len(models) > 1:
                return None
        return models[0] if models else None

    def close(self):
        self.all.delete()
        for solver in self.claim.values():
            solver.delete()


def facts_text(names, facts):
    return ", ".join(f"{w} {'knight' if facts[w] else 'knave'}" for w in names if w in facts)


def refuted(solver, claims, facts):
    facts = dict(facts)
    while True:
        before = len(facts)
        for name, (_, concerned) in claims.items():
            near = {w: facts[w] for w in concerned if w in facts}
            if not solver.possible(name, near):
                return True
            for who in concerned:
                for knight in (True, False):
                    near = {w: facts[w] for w in concerned if w in facts}
                    if who not in facts and solver.forces(name, near, who, knight):
                        facts[who] = knight
        if len(facts) == before:
            return False


def answer(problem):
    try:
        names, claims = read_problem(problem)
    except (Unreadable, IndexError):
        return None
    # All names must be enumerated even where no claim mentions them; each speaker is concerned.
    solver = Solver(names, claims)
    try:
        model = solver.sole_model(names)
    finally:
        solver.close()
    return facts_text(names, model) if model else None


def judge(problem, solution):
    try:
        names, claims = read_problem(problem)
    except (Unreadable, IndexError) as error:
        return f"problem: {error}"
    solver = Solver(names, claims)
    try:
        return follow(solver, names, claims, lines_of(solution))
    finally:
        solver.close()


def follow(solver, names, claims, lines):
    model = solver.sole_model(names)
    if model is None:
        return "problem: not one solution"
    facts, supposed, contradicted = {}, None, False
    for place, line in enumerate(lines, 1):
        found = " ".join(words(line))
        if supposed is None and len(facts) == len(names):
            if facts != model:
                return f"line {place}: the facts are not the solution"
            right = " ".join(words("Answer: " + facts_text(names, facts)))
            if found != right:
                return f"line {place}: expected {right}"
            return None if place == len(lines) else f"line {place + 1}: after the answer"
        near = {n: {w: facts[w] for w in claims[n][1] if w in facts} for n in names}
        if contradicted:
            who, knight, before = supposed
            if found != " ".join(words("so " + facts_text(names, {who: not knight}))):
                return f"line {place}: wrong conclusion"
            facts, supposed, contradicted = {**before, who: not knight}, None, False
            continue
        step = words(line)
        if not step:
            return f"line {place}: empty"
        if step[0] == "suppose" and len(step) == 3 and supposed is None:
            who, knight = step[1], step[2] == "knight"
            if who not in names or who in facts or step[2] not in ("knight", "knave"):
                return f"line {place}: cannot be supposed"
            direct = any(
                solver.forces(n, near[n], w, k)
                for n in names
                for w in claims[n][1]
                if w not in facts
                for k in (True, False)
            )
            if direct or not refuted(solver, claims, {**facts, who: knight}):
                return f"line {place}: this supposition does not pay"
            supposed = (who, knight, dict(facts))
            facts[who] = knight
            continue
        if step[0] != "by" or len(step) < 4 or step[1] not in names:
            return f"line {place}: unreadable"
        name = step[1]
        start = f"by {name}" + (f" with {facts_text(names, near[name])}" if near[name] else "") + ":"
        start = " ".join(words(start))
        if found == start + " contradiction":
            if supposed is None or solver.possible(name, near[name]):
                return f"line {place}: no contradiction"
            contradicted = True
            continue
        who, kind = step[-2], step[-1]
        if found != f"{start} {who} {kind}" or who not in claims[name][1] or who in facts:
            return f"line {place}: wrong form or facts"
        if kind not in ("knight", "knave") or not solver.forces(
            name, near[name], who, kind == "knight"
        ):
            return f"line {place}: does not follow"
        facts[who] = kind == "knight"
    return f"line {len(lines) + 1}: missing"
