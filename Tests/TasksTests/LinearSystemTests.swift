import Files
import Randomness
import Tasks
import Testing

struct `Linear systems` {
  let family = LinearSystem()

  @Test func `every ordered pair of rows may come first`() throws {
    let lines = try #require(
      family.nextLines(problem: "x+y+z=6; x-y=1; x+z=2", linesSoFar: []))
    #expect(lines.count == 6)
    #expect(lines.map(\.line).contains("R3=1*R3-1*R1: -y=-4"))
  }

  @Test func `the order of equations does not make another problem`() {
    #expect(family.canonical("x+2y=5; 3x-y=1") == family.canonical("3x-y=1; x+2y=5"))
    #expect(family.canonical("x+2y=5; 3x-y=1") != family.canonical("x+2y=5; 3x-y=2"))
  }

  @Test func `systems with one, no and many solutions are posed, none at level 1`() {
    var stream = Seed(4).stream()
    var kinds: [Int: Set<Int>] = [:]
    for level in 1...10 {
      for _ in 0..<100 {
        let posed = family.pose(level: level, using: &stream)
        kinds[level, default: []].insert(posed.knobs["solutions"]?.intValue ?? -1)
      }
    }
    #expect(kinds[1] == [1])
    for level in 2...10 { #expect(kinds[level] == [0, 1, 2], "level \(level)") }
  }

  @Test(arguments: ["", "x=1", "x+y=1;y=2", "y+x=1; x=2", "1x=1; y=2", "x=1; y=2\n", "0=0; y=1"])
  func `a text it would not write is not read`(text: String) { #expect(family.read(text) == nil) }

  @Test func `more zeros than a system can have are refused`() {
    #expect(throws: TaskError.self) {
      try family.difficulty(level: 1, settings: ["unknowns": 2, "zeros": 2])
    }
  }
}
