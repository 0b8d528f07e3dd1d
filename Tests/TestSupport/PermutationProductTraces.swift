public import Files
public import Records

/// Traces of `permutation-product`, by dictionaries of points.
public struct PermutationProductTraces: TraceEnumerator {
  public let family = "permutation-product"
  public let alphabet = "12345S: \nAnswer"

  public init() {}

  public func knobs(of record: Record) -> [String: JSON]? {
    let words = record.problem.split(separator: " ")
    return ["points": JSON(words.last?.count ?? 0), "factors": JSON(words.count - 1)]
  }

  public func begin(_ lexemes: [String]) -> [String]? {
    guard (4...34).contains(lexemes.count), lexemes[1] == ":",
      let points = ["S3": 3, "S4": 4, "S5": 5][lexemes[0]]
    else { return nil }
    let factors = Array(lexemes.dropFirst(2))
    return factors.allSatisfy { $0.sorted() == Array("12345".prefix(points)) } ? factors : nil
  }

  public func successors(_ factors: [String]) -> [(line: String, state: [String]?)] {
    if factors.count == 1 { return [("Answer: \(factors[0])", nil)] }
    return (1..<factors.count).map { right in
      let second = Dictionary(uniqueKeysWithValues: zip("12345", factors[right]))
      let product = String(factors[right - 1].compactMap { second[$0] })
      let next = factors[..<(right - 1)] + [product] + factors[(right + 1)...]
      return (next.joined(separator: " "), Array(next))
    }
  }
}
