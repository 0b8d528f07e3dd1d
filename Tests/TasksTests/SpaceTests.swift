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
}
