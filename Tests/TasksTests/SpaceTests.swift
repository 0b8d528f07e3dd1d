import Randomness
import Records
import Tasks
import Testing

struct `The space of a level` {
  static let names = Families.all.filter { $0 is any WalkFamily }.map { $0.name }

  /// Sixty are the least of which splits and repeated draws make sense.
  @Test(arguments: names) func `has sixty different records at least`(name: String) throws {
    let family = try #require(Families.named(name))
    for level in family.levels {
      var ids: Set<String> = []
      for index in 0..<400 where ids.count < 60 {
        ids.insert(try draw(family, level: level, seed: Seed(9), index: index).id)
      }
      #expect(ids.count >= 60, "level \(level)")
    }
  }

  /// The bound is of premises alone and lets them be renamed in n! ways: premises as they are
  /// written, in any order, must be equal n! times less often. As in `duplicates stay within the
  /// binomial bound of the space`, pairs stay below their mean and five sigma.
  @Test(arguments: [(1, 6.0, 0.05), (2, 24.0, 1e-4), (5, 120.0, 1e-5), (10, 720.0, 1e-6)])
  func `of natural deduction bounds how often premises are equal`(
    level: Int, renamings: Double, limit: Double
  ) throws {
    let family = NaturalDeduction()
    var stream = Seed(12).child(level).stream()
    var counts: [[Substring]: Int] = [:]
    let n = 3000.0
    for _ in 0..<Int(n) {
      let text = family.pose(level: level, using: &stream).text
      let premises = text.prefix { $0 != ";" }.split(separator: ", ").sorted()
      counts[premises, default: 0] += 1
    }
    let pairs = Double(counts.values.reduce(0) { $0 + $1 * ($1 - 1) / 2 })
    let space = family.space(level: level)
    #expect(space.collision > 0 && space.collision < limit)
    #expect(space.heaviest == space.collision.squareRoot())
    let collision = space.collision / renamings
    let mean = n * (n - 1) / 2 * collision
    let sigma = (mean + n * n * n * collision * collision.squareRoot()).squareRoot()
    #expect(pairs <= mean + 5 * sigma, "\(pairs) pairs, mean \(mean), sigma \(sigma)")
  }

  /// Twice what was measured is stated: the pairs are about half of the stated mean, and a bound
  /// ten times too high would be seen as well.
  @Test(arguments: [4, 5, 6])
  func `of sat says how often draws repeat`(variables: Int) throws {
    let family = Sat()
    let difficulty = try family.difficulty(level: 1, settings: ["variables": variables])
    var stream = Seed(12).child(variables).stream()
    var counts: [String: Int] = [:]
    let n = 3000.0
    for _ in 0..<Int(n) {
      counts[family.pose(at: difficulty, using: &stream).canonical, default: 0] += 1
    }
    let pairs = Double(counts.values.reduce(0) { $0 + $1 * ($1 - 1) / 2 })
    let space = family.space(at: difficulty)
    let mean = n * (n - 1) / 2 * space.collision
    // One sigma is a sixth of what is measured with 6 variables, less with fewer.
    #expect(pairs > 0.2 * mean && pairs <= mean, "\(pairs) pairs, stated mean \(mean)")
    #expect(Double(counts.values.max() ?? 0) <= n * space.heaviest)
  }
}
