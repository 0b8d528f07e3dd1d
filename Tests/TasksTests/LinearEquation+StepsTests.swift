import Randomness
import Tasks
import Testing

struct `Mistakes in linear equations` {
  /// A wrong step that left no x on the left would have no way on.
  @Test func `keep an unknown on the left`() {
    let family = LinearEquation()
    var stream = Seed(12).stream()
    for level in 1...10 {
      for _ in 0..<200 {
        let problem = family.pose(level: level, using: &stream).text
        guard let state = family.read(problem) else { continue }
        for choice in 0..<family.choices(state) {
          for slip in family.slips(state, choice) {
            #expect(slip.line.contains("x"), "\(slip.line)")
            #expect(slip.line != family.step(state, choice).line)
          }
        }
      }
    }
  }

  @Test func `name the rule and the line before`() throws {
    let family = LinearEquation()
    var stream = Seed(1).stream()
    let solution = family.work("2x=6", verbose: true, using: &stream)
    #expect(solution.lines == ["1) divide from 0: divide by 2: x=3", "Answer: 3"])
  }
}
