import GeometryProofs
import Testing

struct `The text of a proof` {
  private let good = ProofFixtures.named("feet-concyclic")

  /// One edit each; the error must name the line on which it was made.
  @Test(arguments: [
    ("retort geometry proof 1", "retort geometry proof 2", 1), ("problem feet", "problems feet", 2),
    ("given d = foot d b a c", "given d = foot b a c", 4),
    ("given d = foot d b a c", "given d = foot d b a z", 4),
    ("given d = foot d b a c", "given d = foot d b a c; f = free f", 4),
    ("given d =", "given  d =", 4), ("goal cyclic b c d e", "goal cyclic b c d", 6),
    ("goal cyclic b c d e", "goal cyclick b c d e", 6), ("proof\n1.", "Proof\n1.", 7),
    ("1. perp", "2. perp", 8), ("2. coll d a c : given", "2. coll d a c : given 1", 9),
    ("2. coll d a c : given", "2. coll d a c given", 9), ("2. coll d a c", "2. coll d a q", 9),
    ("3. perp e c a b : given", "3. perp e c a b : told", 10),
    ("3. perp e c a b : given", "", 10), ("-1[1]", "-2/2[1]", 12), ("-1[1]", "- 1[1]", 12),
    ("-1[1]", "-1[01]", 12), ("-1[1]", "-1(1)", 12), ("-1[1]", "1/0[1]", 12),
    ("lines 2 4", "lines", 12), ("lines 2 4", "lines 2 4 branch", 12),
    ("lines 2 4", "branch 1", 12), ("from 5 where 6", "where 6 from 5", 14),
    ("from 5 where 6", "5 where 6", 14), ("from 5 where 6", "from 5 where", 14),
    ("from 5 where 6", "from five where 6", 14), ("b c d e from", "b c d q from", 14),
  ])
  func `is read strictly`(from: String, to: String, line: Int) throws {
    let parts = good.split(separator: from, maxSplits: 1, omittingEmptySubsequences: false)
    try #require(parts.count == 2)
    let text = parts[0] + to + parts[1]
    let error = try #require(throws: ProblemError.self) { try ProofText.parse(String(text)) }
    #expect(error.line == line, "\(error)")
  }

  @Test func `says where it ends too early`() throws {
    let lines = good.split(separator: "\n")
    for count in 0..<7 {
      let text = lines[..<count].joined(separator: "\n")
      let error = try #require(throws: ProblemError.self) { try ProofText.parse(text) }
      // An empty text has one empty line.
      #expect(error.line == max(count, 0) + 1 || count == 0)
    }
  }

  /// A reader that looks for a word may find it where it never stands: `by from 5 6` has no name.
  @Test func `is refused or printed as it is read after any change of one word`() {
    var (read, refused) = (0, 0)
    let lines = good.split(separator: "\n", omittingEmptySubsequences: false)
    let everyWord = Set(good.split { $0 == " " || $0 == "\n" })
    for (number, line) in lines.enumerated() {
      let words = line.split(separator: " ")
      for place in words.indices {
        var changes = everyWord.map { words[..<place] + [$0] + words[(place + 1)...] }
        changes.append(words[..<place] + words[(place + 1)...])
        changes.append(words[...place] + words[place...])
        for change in changes {
          var changed = lines
          changed[number] = change.joined(separator: " ")[...]
          let text = changed.joined(separator: "\n")
          if let proof = try? ProofText.parse(text) {
            #expect(ProofText.print(proof) == text)
            read += 1
          } else {
            refused += 1
          }
        }
      }
    }
    #expect(read > 100 && refused > 1000, "\(read) read, \(refused) refused")
  }

  @Test(arguments: ["by from", "by from 5", "by from where 6", "by where", "by"])
  func `of a step without a rule's name is refused`(reason: String) throws {
    let lines = good.split(separator: "\n").map {
      $0.hasPrefix("7. ")
        ? $0[..<($0.firstRange(of: "by")?.lowerBound ?? $0.endIndex)] + reason : $0
    }
    let error = try #require(throws: ProblemError.self) {
      try ProofText.parse(lines.joined(separator: "\n"))
    }
    #expect(error.line == 14, "\(error)")
  }

  @Test func `is printed as it is read`() throws {
    for (_, text) in ProofFixtures.all {
      #expect(ProofText.print(try ProofText.parse(text)) == text)
    }
  }
}

struct `Constants in text` {
  @Test(arguments: [
    ("30o", Constant.angle, "30o"), ("30", .angle, "30o"), ("1/6", .angle, "30o"),
    ("pi/6", .angle, "30o"), ("2pi/3", .angle, "120o"), ("pi", .angle, "180o"),
    ("45/2o", .angle, "1/8"), ("-15", .angle, "-15o"), ("1/7", .angle, "1/7"), ("0", .angle, "0o"),
    ("1/2", .ratio, "1/2"), ("-3", .ratio, "-3"), ("6/4", .ratio, "3/2"),
  ])
  func `are read in every spelling`(text: String, kind: Constant, printed: String) throws {
    let number = try #require(NumberText.parse(text, kind))
    #expect(NumberText.text(number, kind) == printed)
    #expect(NumberText.parse(printed, kind) == number)
  }

  @Test(arguments: [
    "", "-", "o", "1o", "1/0", "1/", "/2", "1234567890", "1.5", "--1", "+1", "pi", "p", "1e3",
    "1/2/3",
    "\u{0661}",
  ])
  func `are refused where they are none`(text: String) {
    #expect(NumberText.parse(text, .ratio) == nil)
    if !["1o", "pi"].contains(text) { #expect(NumberText.parse(text, .angle) == nil) }
  }
}
