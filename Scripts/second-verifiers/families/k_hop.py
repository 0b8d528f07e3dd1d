"""A second judge of k-hop, written from Sources/Verifiers/Logic/KHop.md.

The chain is a walk along the labelled edges of a networkx multigraph.
"""

import re

LEXEME = re.compile(r"[A-Za-z0-9]+|[^ ]")
PERSON = re.compile(r"[A-Z][a-z]{1,11}")
RELATION = re.compile(r"[a-z]{2,12}")


def lines_of(text):
    return (text[:-1] if text.endswith("\n") else text).split("\n")


def read_problem(text):
    import networkx

    words = LEXEME.findall(text[:-1] if text.endswith("\n") else text)
    if "\n" in words or not words or words.pop() != "?":
        return None
    parts = [[]]
    for word in words:
        if word == ";":
            parts.append([])
        else:
            parts[-1].append(word)
    question = parts.pop()
    graph = networkx.MultiDiGraph()
    for part in parts:
        if len(part) != 3 or not RELATION.fullmatch(part[1]):
            return None
        subject, relation, target = part
        if not PERSON.fullmatch(subject) or not PERSON.fullmatch(target):
            return None
        if subject in graph and any(r == relation for _, _, r in graph.out_edges(subject, data="r")):
            return None
        graph.add_edge(subject, target, r=relation)
    if not 2 <= len(question) <= 65 or not PERSON.fullmatch(question[0]) or len(parts) > 400:
        return None
    chain = [question[0]]
    for relation in question[1:]:
        next_ones = (
            [t for _, t, r in graph.out_edges(chain[-1], data="r") if r == relation]
            if chain[-1] in graph
            else []
        )
        if not RELATION.fullmatch(relation) or len(next_ones) != 1:
            return None
        chain.append(next_ones[0])
    return chain, question[1:]


def answer(problem):
    found = read_problem(problem)
    return found[0][-1] if found else None


def judge(problem, solution):
    found = read_problem(problem)
    if found is None:
        return "problem: unreadable"
    chain, relations = found
    right = [
        [a, r, b, ":", b, *relations[i + 1 :]]
        for i, (a, r, b) in enumerate(zip(chain, relations, chain[1:]))
    ] + [["Answer", ":", chain[-1]]]
    lines = [LEXEME.findall(line) for line in lines_of(solution)]
    for place, (line, wanted) in enumerate(zip(lines, right), 1):
        if line != wanted:
            return f"line {place}: expected {' '.join(wanted)}"
    return None if len(lines) == len(right) else f"line {min(len(lines), len(right)) + 1}: length"
