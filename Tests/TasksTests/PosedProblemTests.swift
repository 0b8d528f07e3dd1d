import Randomness
import Tasks
import Testing

struct `A posed problem` {
  static let names = Families.all.map { $0.name }
  static let walks = Families.all.filter { $0 is any WalkFamily }.map { $0.name }

  /// Work goes on from the state that posing left; a dataset must not depend on that.
  @Test(arguments: names) func `is worked from its state as from its text`(name: String) throws {
    let family = try #require(Families.named(name))
    let isSearched = !(family is any WalkFamily)
    for level in family.levels where !isSearched || level < 3 {
      for index in 0..<(isSearched ? 2 : 10) {
        let verbose = index % 2 == 1 && family.knobs.contains(.verbose)
        let difficulty = try family.difficulty(
          level: level, settings: verbose ? ["verbose": 1] : [:])
        var stream = Seed(7).child(name).child(level).child(index).stream()
        let posed = family.pose(at: difficulty, using: &stream)
        var (one, other) = (stream, stream)
        let fromState = family.work(posed, verbose: verbose, using: &one)
        let fromText = family.work(posed.text, verbose: verbose, using: &other)
        #expect(fromState.answer == fromText.answer, "\(posed.text)")
        // A search for a proof writes the one that it finds.
        if !isSearched {
          #expect(fromState == fromText, "\(posed.text)")
          #expect(one == other)
        }
      }
    }
  }

  /// Mistakes, the oracle and the audit take steps one by one; records are written in place.
  @Test(arguments: walks) func `is worked in place as step by step`(name: String) throws {
    for level in 1...10 {
      for case let family as any WalkFamily in [try #require(Families.named(name))] {
        for index in 0..<4 { try followBoth(family, level: level, index: index) }
      }
    }
  }

  private func followBoth<Family: WalkFamily>(
    _ family: Family, level: Int, index: Int
  ) throws {
    var stream = Seed(8).child(Family.name).child(level).child(index).stream()
    let text = family.pose(level: level, using: &stream).text
    var (stepped, advanced) = (try #require(family.read(text)), try #require(family.read(text)))
    var lines = 0
    while family.choices(stepped) > 0 {
      try #require(family.choices(advanced) == family.choices(stepped), "\(text)")
      let choice = stream.uniform(family.choices(stepped))
      let next = family.step(stepped, choice)
      var line = LineText()
      family.advance(&advanced, choice, writing: &line)
      try #require(line.text == next.line, "\(text)")
      stepped = next.state
      lines += 1
    }
    #expect(family.choices(advanced) == 0)
    #expect(family.answer(advanced) == family.answer(stepped))
    #expect(lines > 0)
  }
}
