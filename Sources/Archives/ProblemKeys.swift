/// The distinct problems of a set as sorted 64-bit keys: 8 bytes per problem.
///
/// A key is the first 16 hexadecimal digits of the canonical problem's digest, if the index or the
/// record's id has them; otherwise a hash of the name. The ids that Retort writes hold only these
/// digits, so keys confuse no problems that the ids keep apart.
public struct ProblemKeys: Sendable, Equatable {
  private let keys: [UInt64]

  init(_ all: [UInt64]) {
    var sorted = all
    sorted.sort()
    var kept = 0
    for i in sorted.indices where i == 0 || sorted[i] != sorted[kept - 1] {
      sorted[kept] = sorted[i]
      kept += 1
    }
    sorted.removeLast(sorted.count - kept)
    keys = sorted
  }

  /// Number of distinct problems.
  public var count: Int { keys.count }

  func contains(_ key: UInt64) -> Bool {
    var (low, high) = (0, keys.count)
    while low < high {
      let middle = (low + high) / 2
      if keys[middle] < key { low = middle + 1 } else { high = middle }
    }
    return low < keys.count && keys[low] == key
  }

  /// Number of problems in both sets, and the first three, as 16 hexadecimal digits each.
  public func shared(with other: ProblemKeys) -> (count: Int, examples: [String]) {
    var (i, j, count) = (0, 0, 0)
    var examples: [String] = []
    while i < keys.count, j < other.keys.count {
      if keys[i] < other.keys[j] {
        i += 1
      } else if keys[i] > other.keys[j] {
        j += 1
      } else {
        count += 1
        if examples.count < 3 { examples.append(Self.digits(keys[i])) }
        (i, j) = (i + 1, j + 1)
      }
    }
    return (count, examples)
  }

  private static func digits(_ key: UInt64) -> String {
    let text = String(key, radix: 16)
    return String(repeating: "0", count: 16 - text.utf8.count) + text
  }
}

/// Problems as hashes of `<family>-<16 hex>`, as in record ids.
public struct ProblemNames: Sendable {
  let keys: ProblemKeys

  /// Number of distinct problems.
  public var count: Int { keys.count }
  /// - Parameter problem: `<family>-<16 hex>`.
  public func contains(_ problem: String) -> Bool { keys.contains(IdHash.hash(problem)) }
}
