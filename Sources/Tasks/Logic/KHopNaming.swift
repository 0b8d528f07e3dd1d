/// The text that all renamings of people and relations share, facts in order.
///
/// Relations are named in the order in which the question follows them, the others in every order;
/// people as they are found from the start by following relations in that order. Each relation is a
/// permutation, so whoever is not found so forms groups of their own, named likewise from each of
/// their members; the least numbers win.
enum KHopNaming {
  static func canonicalText(_ problem: KHop.Problem) -> String {
    var used: [Int] = []
    for relation in problem.path where !used.contains(relation) { used.append(relation) }
    let others = problem.relations.indices.filter { !used.contains($0) }
    var best: [Int]?
    for rest in orders(others) {
      let numbers = numbers(problem, relations: used + rest)
      if best.map({ numbers.lexicographicallyPrecedes($0) }) ?? true { best = numbers }
    }
    return (best ?? []).map(String.init).joined(separator: " ")
  }

  private static func orders(_ items: [Int]) -> [[Int]] {
    items.isEmpty
      ? [[]]
      : items.indices.flatMap { index in
        var rest = items
        let first = rest.remove(at: index)
        return orders(rest).map { [first] + $0 }
      }
  }

  /// Sizes, the question, and the groups, that of the start first.
  private static func numbers(_ problem: KHop.Problem, relations: [Int]) -> [Int] {
    var left = Set(problem.people.indices)
    let own = group(problem, relations, from: problem.current)
    left.subtract(own.members)
    var groups: [[Int]] = []
    while let person = left.min() {
      let members = group(problem, relations, from: person).members
      left.subtract(members)
      let codes = members.map { group(problem, relations, from: $0).code }
      if let least = codes.min(by: { $0.lexicographicallyPrecedes($1) }) { groups.append(least) }
    }
    groups.sort { $0.lexicographicallyPrecedes($1) }
    let path = problem.path.compactMap { relations.firstIndex(of: $0) }
    return [problem.people.count, relations.count, path.count] + path + own.code
      + groups.flatMap { [-1] + $0 }
  }

  /// Whom a person leads to, in the order in which they are found, and where each leads.
  private static func group(
    _ problem: KHop.Problem, _ relations: [Int], from start: Int
  ) -> (members: [Int], code: [Int]) {
    var members = [start]
    var place = [start: 0]
    var code: [Int] = []
    var next = 0
    while next < members.count {
      for relation in relations {
        let object = problem.table[relation][members[next]]
        if place[object] == nil {
          place[object] = members.count
          members.append(object)
        }
        code.append(place[object] ?? 0)
      }
      next += 1
    }
    return (members, code)
  }
}
