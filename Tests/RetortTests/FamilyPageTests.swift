import Files
import Testing

/// The page of a family is what outsiders write traces and mutants by.
struct `The page of a family` {
  static let pages = [
    ("sum-reduce", "Arithmetic/SumReduce"), ("column-addition", "Arithmetic/ColumnAddition"),
    ("linear-equation", "Algebra/LinearEquation"), ("box-tracking", "State/BoxTracking"),
    ("worded-sum", "Arithmetic/WordedSum"),
  ]

  @Test(arguments: pages)
  func `tells the problem space of every level as the program does`(
    name: String, page: String
  ) throws {
    let bytes = try readFile("\(Program.root)/Sources/Verifiers/\(page).md")
    let text = String(decoding: bytes, as: UTF8.self)
    let outcome = try Program.run(["families", "--json"])
    let families = try #require(try JSON.parse(outcome.output).arrayValue)
    let family = try #require(families.first { $0["name"]?.stringValue == name })
    let space = try #require(family["space"]?.arrayValue)
    #expect(space.count == 10)
    for level in space {
      let number = try #require(level["level"]?.intValue)
      let problems = try #require(level["problems"]?.stringValue)
      #expect(text.contains("| \(number) | \(problems) | "), "level \(number)")
    }
  }
}
