public import Files
public import Records

/// Traces of `knights-knaves`: a claim is the list of assignments to those concerned that make it
/// true, and what follows is read off that list.
public struct KnightsKnavesTraces: TraceEnumerator {
  public let family = "knights-knaves"
  public let alphabet = "ABCDEFGHIJKLknightaveosudict wby:;,()\nAnswer"

  public struct State {
    /// By speaker: those concerned, and the lists of knights that agree with the claim.
    var claims: [String: (concerned: [String], models: [Set<String>])]
    var facts: [String: Bool] = [:]
    var supposed: (who: String, isKnight: Bool, before: [String: Bool])?
    var isContradicted = false
  }

  public init() {}

  public var kindsWithoutUse: Set<String> { ["digit", "number", "sign"] }

  public func knobs(of record: Record) -> [String: JSON]? {
    let claims = record.problem.split(separator: ";").count
    let words = record.problem.split { !$0.isLetter }
    let atoms = words.count { ["knight", "knave", "same"].contains($0) }
    return ["islanders": JSON(claims), "atoms": JSON(atoms)]
  }

  public func begin(_ lexemes: [String]) -> State? {
    let parts = lexemes.split(separator: ";", omittingEmptySubsequences: false).map { Array($0) }
    guard (2...12).contains(parts.count) else { return nil }
    let names = "ABCDEFGHIJKL".prefix(parts.count).map(String.init)
    var claims: [String: (concerned: [String], models: [Set<String>])] = [:]
    for (name, part) in zip(names, parts) {
      guard part.count >= 4, part[0] == name, part[1] == ":",
        let statement = Self.statement(Array(part.dropFirst(2)), names)
      else { return nil }
      let concerned = names.filter { $0 == name || part.dropFirst(2).contains($0) }
      let models = Self.subsets(of: concerned).filter { statement($0) == $0.contains(name) }
      claims[name] = (concerned, models)
    }
    var solutions: [Set<String>] = [[]]
    // Joined claim by claim, so that few assignments are looked at.
    var seen: Set<String> = []
    for name in names {
      guard let claim = claims[name] else { return nil }
      let shared = seen.intersection(claim.concerned)
      solutions = solutions.flatMap { partial in
        claim.models.filter { $0.intersection(shared) == partial.intersection(shared) }.map {
          partial.union($0)
        }
      }
      seen.formUnion(claim.concerned)
    }
    return solutions.count == 1 ? State(claims: claims) : nil
  }

  private static func subsets(of names: [String]) -> [Set<String>] {
    names.reduce([[]]) { sets, name in sets + sets.map { $0.union([name]) } }
  }

  private typealias Reading = (Set<String>) -> Bool

  /// The truth of a statement by who the knights are.
  private static func statement(_ words: [String], _ names: [String]) -> Reading? {
    var rest = words[...]
    func atom() -> Reading? {
      guard rest.count >= 2, let who = rest.popFirst(), names.contains(who) else { return nil }
      switch rest.popFirst() {
      case "knight": return { $0.contains(who) }
      case "knave": return { !$0.contains(who) }
      case "same":
        guard let other = rest.popFirst(), names.contains(other), who < other else { return nil }
        return { $0.contains(who) == $0.contains(other) }
      default: return nil
      }
    }
    func joined(_ first: Reading?, _ second: () -> Reading?) -> Reading? {
      guard let first, let connective = rest.popFirst(),
        ["and", "or", "iff"].contains(connective), let second = second()
      else { return nil }
      return { knights in
        let (a, b) = (first(knights), second(knights))
        return connective == "and" ? a && b : connective == "or" ? a || b : a == b
      }
    }
    func part() -> Reading? {
      if rest.first == "not" {
        rest.removeFirst()
        guard rest.first != "not", let inner = part() else { return nil }
        return { !inner($0) }
      }
      guard rest.first == "(" else { return atom() }
      rest.removeFirst()
      guard let inner = joined(atom(), atom), rest.popFirst() == ")" else { return nil }
      return inner
    }
    guard let first = part() else { return nil }
    if rest.isEmpty { return first }
    let whole = joined(first, part)
    return rest.isEmpty ? whole : nil
  }

  private static func models(
    _ claim: (concerned: [String], models: [Set<String>]), _ facts: [String: Bool]
  ) -> [Set<String>] {
    claim.models.filter { model in
      claim.concerned.allSatisfy { who in facts[who].map { $0 == model.contains(who) } ?? true }
    }
  }

  /// What follows from one claim; `nil` for a contradiction.
  private static func following(
    _ claim: (concerned: [String], models: [Set<String>]), _ facts: [String: Bool]
  ) -> [(who: String, isKnight: Bool)]? {
    let left = models(claim, facts)
    if left.isEmpty { return nil }
    return claim.concerned.filter { facts[$0] == nil }.flatMap { who in
      [true, false].filter { kind in left.allSatisfy { $0.contains(who) == kind } }
        .map { (who, $0) }
    }
  }

  private static func word(_ who: String, _ isKnight: Bool) -> String {
    who + (isKnight ? " knight" : " knave")
  }

  public func successors(_ state: State) -> [(line: String, state: State?)] {
    if state.isContradicted, let supposed = state.supposed {
      var next = state
      next.facts = supposed.before
      next.facts[supposed.who] = !supposed.isKnight
      next.supposed = nil
      next.isContradicted = false
      return [("so " + Self.word(supposed.who, !supposed.isKnight), next)]
    }
    let names = state.claims.keys.sorted()
    if state.supposed == nil, state.facts.count == names.count {
      let facts = names.map { Self.word($0, state.facts[$0] ?? false) }
      return [("Answer: " + facts.joined(separator: ", "), nil)]
    }
    var lines: [(line: String, state: State?)] = []
    for name in names {
      guard let claim = state.claims[name] else { continue }
      let used = claim.concerned.compactMap { who in state.facts[who].map { Self.word(who, $0) } }
      let start = "by \(name)" + (used.isEmpty ? "" : " with " + used.joined(separator: ", "))
      guard let following = Self.following(claim, state.facts) else {
        var next = state
        next.isContradicted = true
        if state.supposed != nil { lines.append((start + ": contradiction", next)) }
        continue
      }
      for (who, isKnight) in following {
        var next = state
        next.facts[who] = isKnight
        lines.append((start + ": " + Self.word(who, isKnight), next))
      }
    }
    if !lines.isEmpty || state.supposed != nil { return lines }
    for who in names where state.facts[who] == nil {
      for isKnight in [true, false] {
        var next = state
        next.supposed = (who, isKnight, state.facts)
        next.facts[who] = isKnight
        if Self.isRefuted(next) { lines.append(("suppose " + Self.word(who, isKnight), next)) }
      }
    }
    return lines
  }

  private static func isRefuted(_ state: State) -> Bool {
    var facts = state.facts
    while true {
      let before = facts.count
      for claim in state.claims.values {
        guard let following = following(claim, facts) else { return true }
        for (who, isKnight) in following { facts[who] = isKnight }
      }
      if facts.count == before { return false }
    }
  }
}
