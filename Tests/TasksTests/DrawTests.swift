import Files
import Randomness
import Records
import Tasks
import Testing

struct `Drawing records` {
  @Test(arguments: Families.all.map { $0.name })
  func `a record is a function of its address alone`(name: String) throws {
    let family = try #require(Families.named(name))
    let forwards = try (0..<20).map { try draw(family, level: 4, seed: Seed(9), index: $0) }
    let backwards = try (0..<20).reversed().map {
      try draw(family, level: 4, seed: Seed(9), index: $0)
    }
    #expect(forwards == backwards.reversed())
    let other = try (0..<20).map { try draw(family, level: 4, seed: Seed(8), index: $0) }
    #expect(forwards != other)
    #expect(Set(forwards.map(\.problem)).count > 1)
    for record in forwards {
      #expect(try Record(line: record.line) == record)
      #expect(record.family == name && record.level == 4 && record.checker == nil)
      #expect(record.knobs.keys == family.knobNames)
      #expect(record.solution.hasSuffix("\nAnswer: \(record.answer ?? "")"))
      #expect(record.content == SHA256.hash(family.canonical(record.problem) ?? "").hex)
    }
  }

  /// The first record of each family: a change of these lines changes every dataset.
  @Test func `the first draws are frozen`() throws {
    let families = Families.all.sorted { $0.name < $1.name }
    let lines = try families.map { family in
      let record = try draw(family, level: 3, seed: Seed(1), index: 0)
      return record.problem + " | " + record.lines.joined(separator: " / ")
    }
    #expect(lines == DrawTestsFrozen.lines)
  }

  @Test func `a split is kept and costs no other index`() throws {
    let family = SumReduce()
    for split in Split.allCases {
      for index in 0..<50 {
        #expect(
          try draw(family, level: 2, seed: Seed(1), index: index, split: split).split == split)
      }
    }
    let any = try draw(family, level: 2, seed: Seed(1), index: 5)
    #expect(try draw(family, level: 2, seed: Seed(1), index: 5, split: any.split) == any)
  }

  /// `work` takes the family's own texts; others are for `canonical` to turn away.
  @Test func `working a text that is no problem stops the program`() async {
    await #expect(processExitsWith: .failure) {
      var stream = Seed(1).stream()
      _ = SumReduce().work("9-8", using: &stream)
    }
  }

  @Test func `a split that no attempt meets is an error, and so is a level that is none`() {
    #expect(throws: TaskError.self) {
      // Attempts run out: of one draw, at most one of the three splits is met.
      for split in Split.allCases {
        _ = try draw(
          SumReduce(), level: 1, seed: Seed(1), index: 0, split: split, attemptLimit: 1)
      }
    }
    #expect(throws: TaskError.noSuchLevel(family: "sum-reduce", level: 11, has: 1...10)) {
      _ = try draw(SumReduce(), level: 11, seed: Seed(1), index: 0)
    }
  }
}

extension Record {
  fileprivate var lines: [String] { solution.split(separator: "\n").map(String.init) }
}

enum DrawTestsFrozen {
  static let lines = [
    "A={} B={} C={comb,drum,key,map}; move drum to B; move drum to C; move map to A; "
      + "move drum to A; where is comb? | B={drum} C={comb,key,map} / B={} C={comb,drum,key,map} "
      + "/ A={map} C={comb,drum,key} / A={drum,map} C={comb,key} / Answer: C",
    "3557+5270 | 7+0+0=7 write 7 carry 0 / 5+7+0=12 write 2 carry 1 / 5+2+1=8 write 8 carry 0 "
      + "/ 3+5+0=8 write 8 carry 0 / Answer: 8827",
    "-5x-9=-2x+12 | add 9: -5x=-2x+21 / add 2x: -3x=21 / divide by -3: x=-7 / Answer: -7",
    "1+9+2+3+3 | 1+9+5+3 / 0+5+3 / 5+3 / 8 / Answer: 8",
    "What is 836 + 976 + 333? | 836+976=1812 / 1812+333=2145 / Answer: 2145",
  ]
}
