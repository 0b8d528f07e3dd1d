"""Second verifier of graph-search: paths and cuts by networkx, steps by plain sets.

Written from Sources/Verifiers/Graphs/GraphSearch.md.
"""

import re

EDGE = re.compile(r"([A-Z]) ?([->]) ?([A-Z])(?: ?: ?([1-9]))?$")


def read(problem):
    """Kind, ends and a networkx graph; None for a problem in another form."""
    import networkx

    found = re.fullmatch(
        r"\s*(?:(bfs|dijkstra) ([A-Z]) to ([A-Z])|(dfs) from ([A-Z])|(topo)) ?: ?(.*?)\s*", problem)
    if not found:
        return None
    kind = found[1] or found[4] or found[6]
    ends = [end for end in (found[2], found[3], found[5]) if end]
    graph = networkx.DiGraph() if kind == "topo" else networkx.Graph()
    graph.add_nodes_from(ends)
    for word in found[7].split():
        edge = EDGE.match(word)
        if not edge or (edge[2] == ">") != (kind == "topo"):
            return None
        if (edge[4] is not None) != (kind == "dijkstra") or edge[1] == edge[3]:
            return None
        if graph.has_edge(edge[1], edge[3]) or graph.has_edge(edge[3], edge[1]):
            return None
        graph.add_edge(edge[1], edge[3], weight=int(edge[4] or 1))
    if kind == "topo" and not networkx.is_directed_acyclic_graph(graph):
        return None
    return kind, ends, graph


def right_answer(kind, ends, graph, given):
    """Whether an answer is right, by networkx."""
    import networkx

    nodes = given.split()
    if kind in ("bfs", "dijkstra"):
        try:
            least = networkx.shortest_path_length(graph, *ends, weight="weight")
        except networkx.NetworkXNoPath:
            return given == "none"
        return (nodes[:1] == ends[:1] and nodes[-1:] == ends[1:] and networkx.is_path(graph, nodes)
                and networkx.path_weight(graph, nodes, "weight") == least)
    if len(set(nodes)) != len(nodes):
        return False
    if kind == "topo":
        place = {node: index for index, node in enumerate(nodes)}
        return set(nodes) == set(graph) and all(place[a] < place[b] for a, b in graph.edges)
    part = networkx.node_connected_component(graph, ends[0])
    if nodes[:1] != ends or set(nodes) != part:
        return False
    # An order in depth is the one that a search finds whose neighbours are sorted by it.
    place = {node: index for index, node in enumerate(nodes)}
    found = networkx.dfs_preorder_nodes(
        graph, ends[0], sort_neighbors=lambda near: sorted(near, key=place.get))
    return list(found) == nodes


def answer(problem):
    """Every right answer where they are few, else None."""
    import networkx

    puzzle = read(problem)
    if puzzle is None:
        return None
    kind, ends, graph = puzzle
    if kind not in ("bfs", "dijkstra"):
        return None
    if not networkx.has_path(graph, *ends):
        return "none"
    return {" ".join(path) for path in networkx.all_shortest_paths(graph, *ends, weight="weight")}


def stops(text):
    """`B=1 C=2` as pairs."""
    return [] if text.strip() == "none" else [
        (node, int(distance)) for node, distance in re.findall(r"([A-Z]) ?= ?(\d+)", text)]


def names(text):
    return [] if text.strip() == "none" else text.split()


def judge(problem, solution):
    """None if every step is right, else why not."""
    puzzle = read(problem)
    if puzzle is None:
        return "the problem cannot be read"
    kind, ends, graph = puzzle
    lines = [line.strip() for line in solution.rstrip("\n").split("\n")]
    lines = [re.sub(r"^\d+ ?\) ?[a-z-]+(?: from [\d, ]+)? ?: ?", "", line) for line in lines]
    last = re.fullmatch(r"Answer ?: ?(.*)", lines[-1])
    if not last:
        return "no answer"
    given = " ".join(last[1].split())
    if not right_answer(kind, ends, graph, given):
        return f"the answer {given} is wrong"
    steps = {"dfs": depth, "topo": order}.get(kind, search)
    return steps(kind, ends, graph, lines[:-1], given)


def search(kind, ends, graph, lines, given):
    distance, parent, waiting, done = {ends[0]: 0}, {}, [ends[0]], []
    for number, line in enumerate(lines, 1):
        is_last = number == len(lines)
        if not waiting:
            rest = sorted(set(graph) - set(done))
            right = f"cut {' '.join(sorted(done))} / {' '.join(rest)}"
            return None if is_last and given == "none" and line.split() == right.split() \
                else f"line {number}: not the cut"
        node = line[0]
        next_ones = waiting[:1] if kind == "bfs" else [
            n for n in waiting if distance[n] == min(distance[w] for w in waiting)]
        if node not in next_ones or not re.match(rf"{node} ?= ?{distance[node]}\b", line):
            return f"line {number}: another node is next"
        if node == ends[1]:
            path = [node]
            while path[0] != ends[0]:
                path.insert(0, parent[path[0]])
            stated = line.split("path", 1)
            return None if is_last and len(stated) == 2 and stated[1].split() == path \
                and given.split() == path else f"line {number}: not the path"
        waiting.remove(node)
        done.append(node)
        changed = []
        for near in sorted(graph[node]):
            new = distance[node] + graph[node][near]["weight"]
            if near not in distance or (kind == "dijkstra" and new < distance[near]):
                distance[near], parent[near] = new, node
                changed.append(near)
        waiting = [n for n in waiting if n not in changed] + changed
        if kind == "dijkstra":
            waiting.sort()
        parts = re.fullmatch(r".*? sets (.*?) ?; ?open (.*?) ?; ?done (.*)", line)
        if not parts:
            return f"line {number}: not in the form of a visit"
        if stops(parts[1]) != [(n, distance[n]) for n in changed] \
                or stops(parts[2]) != [(n, distance[n]) for n in waiting] \
                or names(parts[3]) != done:
            return f"line {number}: other lists follow"
    return "the search is not finished"


def depth(kind, ends, graph, lines, given):
    stack, seen = list(ends), list(ends)
    for number, line in enumerate(lines, 1):
        parts = re.fullmatch(r"(go|back) ([A-Z]) ?; ?stack (.*?) ?; ?seen (.*)", line)
        if not parts:
            return f"line {number}: not a step in depth"
        unseen = set(graph[stack[-1]]) - set(seen)
        if parts[1] == "go":
            if parts[2] not in unseen:
                return f"line {number}: no way there"
            stack.append(parts[2])
            seen.append(parts[2])
        else:
            if unseen or len(stack) < 2 or stack[-2] != parts[2]:
                return f"line {number}: no way back"
            stack.pop()
        if names(parts[3]) != stack or names(parts[4]) != seen:
            return f"line {number}: other lists follow"
    if len(stack) != 1 or set(graph[stack[0]]) - set(seen):
        return "the search is not finished"
    return None if given.split() == seen else "another order is the answer"


def order(kind, ends, graph, lines, given):
    taken, ready = [], sorted(node for node in graph if graph.in_degree(node) == 0)
    if not lines or lines[0].split() != ["ready"] + ready:
        return "line 1: other nodes are ready"
    for number, line in enumerate(lines[1:], 2):
        parts = re.fullmatch(r"take ([A-Z]) frees (.*?) ?; ?ready (.*?) ?; ?order (.*)", line)
        if not parts or parts[1] not in ready:
            return f"line {number}: no ready node is taken"
        taken.append(parts[1])
        freed = sorted(n for n in graph.successors(parts[1])
                       if set(graph.predecessors(n)) <= set(taken))
        ready = sorted([n for n in ready if n != parts[1]] + freed)
        if names(parts[2]) != freed or names(parts[3]) != ready or names(parts[4]) != taken:
            return f"line {number}: other lists follow"
    if ready:
        return "nodes are left"
    return None if given.split() == taken else "another order is the answer"
