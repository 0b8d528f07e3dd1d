"""Second verifier of rewriting: words are Python strings, all ways to the end are searched.

Written from Sources/Verifiers/State/Rewriting.md.
"""

import re


def read(problem):
    """Rules and word; None for a problem in another form."""
    parts = problem.strip().split(";")
    if len(parts) != 2:
        return None
    rules = [(left, "" if right == "e" else right) for _, left, right in
             re.findall(r"(\d) ?: ?([a-d]+) ?> ?([a-d]+|e)\b", parts[0])]
    word = parts[1].strip()
    return (rules, word) if rules and re.fullmatch("[a-d]+", word) else None


def steps(word, rules):
    """Every (rule, place, word) that one step leads to, counted from 1."""
    found = []
    for number, (left, right) in enumerate(rules, 1):
        place = word.find(left)
        while place >= 0:
            found.append((number, place + 1, word[:place] + right + word[place + len(left):]))
            place = word.find(left, place + 1)
    return found


def ends(word, rules, limit=20000):
    """All words without a step that a word leads to; None beyond the limit of words seen."""
    seen, fresh, final = {word}, [word], set()
    while fresh:
        current = fresh.pop()
        following = steps(current, rules)
        if not following:
            final.add(current)
        for _, _, after in following:
            if after not in seen:
                seen.add(after)
                fresh.append(after)
        if len(seen) > limit:
            return None
    return final


def answer(problem):
    puzzle = read(problem)
    if puzzle is None:
        return None
    rules, word = puzzle
    final = ends(word, rules)
    if final is None:
        while steps(word, rules):
            word = steps(word, rules)[-1][2]
        final = {word}
    return {end or "e" for end in final} if len(final) > 1 else (final.pop() or "e")


def judge(problem, solution):
    """None if every step is right, else why not."""
    puzzle = read(problem)
    if puzzle is None:
        return "the problem cannot be read"
    rules, word = puzzle
    lines = solution.rstrip("\n").split("\n")
    for number, line in enumerate(lines[:-1], 1):
        claim = re.sub(r"^ *\d+ ?\) ?[a-z]+(?: from [\d, ]+)? ?: ?", "", line)
        step = re.fullmatch(r" *(\d+) at (\d+) ?: ?([a-d]+|e) *", claim)
        if not step:
            return f"line {number}: not a step"
        after = "" if step[3] == "e" else step[3]
        if (int(step[1]), int(step[2]), after) not in steps(word, rules):
            return f"line {number}: no rule leads there"
        word = after
    if steps(word, rules):
        return "rules still apply"
    if not re.fullmatch(rf" *Answer ?: ?{word or 'e'} *", lines[-1]):
        return "another word is the answer"
    expected = answer(problem)
    return None if expected == (word or "e") else f"the word may end as {expected}"
