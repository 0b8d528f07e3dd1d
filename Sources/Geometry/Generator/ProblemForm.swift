internal import GeometryProofs

/// A problem up to the names of its points: two problems have one form exactly if a renaming makes
/// one the other (up to hash collisions).
///
/// Points get colours from the claims they occur in, refined until nothing changes (Weisfeiler and
/// Leman). Where colours repeat, each point of the first repeated colour is singled out in turn and
/// the least outcome counts.
struct ProblemForm: Hashable, Sendable {
  let high: UInt64
  let low: UInt64

  /// The form of what the problem states; auxiliary clauses are no part of it.
  init(_ problem: GeometryProblem) {
    let given = problem.clauses.filter { !$0.isAuxiliary }
    var newIndex = [Int](repeating: 0, count: problem.points.count)
    var count = 0
    for point in given.flatMap(\.points) {
      newIndex[point] = count
      count += 1
    }
    var claims: [(claim: Claim, tag: UInt64)] = []
    var rest: UInt64 = 0
    func note(_ statement: Statement, _ tag: UInt64) {
      let list = Claim.claims(of: statement.mapped { newIndex[$0] })
      for claim in list { claims.append((claim, tag)) }
      // What the engine has no claim for still tells problems apart.
      if list.isEmpty && !statement.predicate.isCondition {
        for byte in statement.predicate.rawValue.utf8 { rest = Self.mix(rest, UInt64(byte)) }
      }
    }
    for clause in given {
      for construction in clause.constructions {
        for statement in construction.statements { note(statement, 1) }
      }
    }
    for goal in problem.goals { note(goal, 2) }
    var search = Refinement(claims: claims, count: count)
    let code = search.least()
    high = Self.mix(code.high, rest)
    low = Self.mix(code.low, rest &+ 1)
  }

  /// 32 hexadecimal digits.
  var text: String {
    func hex(_ word: UInt64) -> String {
      let digits = String(word, radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }
    return hex(high) + hex(low)
  }

  @inline(__always)
  static func mix(_ a: UInt64, _ b: UInt64) -> UInt64 {
    var z = (a ^ (b &* 0x9E37_79B9_7F4A_7C15)) &+ 0x8CB9_2BA7_2F3D_8DD7
    z = (z ^ (z >> 32)) &* 0xD6E8_FEB8_6659_FD93
    z = (z ^ (z >> 29)) &* 0xBF58_476D_1CE4_E5B9
    return z ^ (z >> 32)
  }
}

/// Colour refinement with individualisation.
private struct Refinement {
  let claims: [(claim: Claim, tag: UInt64)]
  let count: Int
  /// Very symmetric problems have many equal outcomes; the first so many decide.
  private var leavesLeft = 256

  init(claims: [(claim: Claim, tag: UInt64)], count: Int) {
    self.claims = claims
    self.count = count
  }

  mutating func least() -> (high: UInt64, low: UInt64) {
    descend(refined([UInt64](repeating: 1, count: count)))
  }

  private mutating func descend(_ colors: [UInt64]) -> (high: UInt64, low: UInt64) {
    var seen: [UInt64: Int] = [:]
    for color in colors { seen[color, default: 0] += 1 }
    guard let cell = seen.filter({ $0.value > 1 }).map({ $0.key }).min() else {
      leavesLeft -= 1
      return code(colors)
    }
    var best: (high: UInt64, low: UInt64)?
    for index in colors.indices where colors[index] == cell {
      if best != nil && leavesLeft <= 0 { break }
      var single = colors
      single[index] = ProblemForm.mix(single[index], 0x51)
      let outcome = descend(refined(single))
      if let known = best, (known.high, known.low) <= (outcome.high, outcome.low) { continue }
      best = outcome
    }
    return best ?? (0, 0)
  }

  private func refined(_ start: [UInt64]) -> [UInt64] {
    var colors = start
    var classes = Set(colors).count
    while true {
      var next = colors.map { ProblemForm.mix($0, 7) }
      for (claim, tag) in claims {
        for point in Figure.members(of: claim.mask) {
          var marked = colors
          marked[point] = ProblemForm.mix(marked[point], 0xABCD)
          next[point] &+= ProblemForm.mix(claim.symmetricHash(marked), tag)
        }
      }
      let refinedClasses = Set(next).count
      colors = next
      if refinedClasses == classes { return colors }
      classes = refinedClasses
    }
  }

  private func code(_ colors: [UInt64]) -> (high: UInt64, low: UInt64) {
    let order = colors.indices.sorted { colors[$0] < colors[$1] }
    var ranks = [UInt64](repeating: 0, count: count)
    for (rank, index) in order.enumerated() { ranks[index] = UInt64(rank) &+ 1 }
    let hashes = claims.map { ProblemForm.mix($0.claim.symmetricHash(ranks), $0.tag) }.sorted()
    var code: (high: UInt64, low: UInt64) = (UInt64(count), 1)
    for hash in hashes {
      code.high = ProblemForm.mix(code.high, hash)
      code.low = ProblemForm.mix(code.low, hash &* 3)
    }
    return code
  }
}

extension Claim {
  /// A hash of the claim with colours for points, the same for all spellings of the claim.
  fileprivate func symmetricHash(_ colors: [UInt64]) -> UInt64 {
    let mix = ProblemForm.mix
    func point(_ i: Int) -> UInt64 { mix(colors[self[i]], 11) }
    func segment(_ i: Int) -> UInt64 { mix(point(2 * i) &+ point(2 * i + 1), 13) }
    let head = mix(UInt64(kind.rawValue), 17)
    switch kind {
    case .coll, .cyclic, .ncoll, .diff:
      var sum: UInt64 = 0
      for i in 0..<count { sum &+= point(i) }
      return mix(head, sum)
    case .circle:
      var sum: UInt64 = 0
      for i in 1..<count { sum &+= point(i) }
      return mix(head, mix(point(0), sum))
    case .midp: return mix(head, mix(point(0), point(1) &+ point(2)))
    case .para, .perp, .cong, .npara, .nperp: return mix(head, segment(0) &+ segment(1))
    case .eqangle, .eqratio:
      return mix(head, mix(segment(0) &+ segment(3), 19) &+ mix(segment(1) &+ segment(2), 19))
    case .simtri, .simtrir, .contri, .contrir:
      var sum: UInt64 = 0
      for i in 0..<3 { sum &+= mix(mix(point(i), 23) &+ mix(point(i + 3), 23), 29) }
      var left: UInt64 = 0
      var right: UInt64 = 0
      for i in 0..<3 {
        left &+= point(i)
        right &+= point(i + 3)
      }
      return mix(head, sum &+ mix(left, 31) &+ mix(right, 31))
    default:
      let spelled = canonicalUnder(colors)
      var hash = mix(head, UInt64(bitPattern: Int64(spelled.numerator)) &* 1_000_003)
      hash = mix(hash, UInt64(bitPattern: Int64(spelled.denominator)))
      for i in 0..<spelled.count { hash = mix(hash, colors[spelled[i]]) }
      return hash
    }
  }

  /// For claims with a constant and a first and second segment: the spelling whose colours are
  /// least.
  private func canonicalUnder(_ colors: [UInt64]) -> Claim {
    var result = self
    guard kind == .aconst || kind == .rconst || kind == .r2const else { return result }
    func ordered(_ a: Int, _ b: Int) -> (UInt8, UInt8) {
      colors[a] <= colors[b] ? (UInt8(a), UInt8(b)) : (UInt8(b), UInt8(a))
    }
    let first = ordered(self[0], self[1])
    let second = ordered(self[2], self[3])
    let isFirst =
      (colors[Int(first.0)], colors[Int(first.1)]) <= (colors[Int(second.0)], colors[Int(second.1)])
    let (l, r) = isFirst ? (first, second) : (second, first)
    (result.points[0], result.points[1], result.points[2], result.points[3]) = (l.0, l.1, r.0, r.1)
    if !isFirst {
      if kind == .aconst {
        result.numerator = (2 * denominator - numerator) % denominator
      } else {
        (result.numerator, result.denominator) = (denominator, numerator)
      }
    }
    return result
  }
}
