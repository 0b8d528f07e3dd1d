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
      #expect(record.lines.last == "Answer: \(record.answer ?? "")")
      #expect(record.content == SHA256.hash(family.canonical(record.problem) ?? "").hex)
    }
  }

  /// The first record of each family: a change of these lines changes every dataset.
  @Test func `the first draws are frozen`() throws {
    for family in Families.all where family is any WalkFamily {
      let record = try draw(family, level: 3, seed: Seed(1), index: 0)
      let text = record.problem + " | " + record.lines.joined(separator: " / ")
      let digest = String(SHA256.hash(text).hex.prefix(16))
      #expect(digest == DrawTestsFrozen.digests[family.name], "\(family.name): \(text)")
    }
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

/// First 16 hex digits of the SHA-256 of the first record's text at level 3, seed 1.
enum DrawTestsFrozen {
  static let digests: [String: String] = [
    "automaton": "b1b494ab15d52fdf",
    "box-tracking": "3d0d562d404c5ade",
    "column-addition": "388752b1a0ed6f72",
    "derivative": "5cd70732260f5969",
    "euclid": "d8f80ce91171a928",
    "expression": "f1fb2ff25f8b2f9a",
    "fraction": "584434fbe572cf80",
    "graph-search": "81a13734b114e197",
    "k-hop": "f0e9046f80d04c42",
    "knights-knaves": "b6fd44303f711cea",
    "linear-equation": "c14338a7c1e6542f",
    "linear-system": "31a92b9a992c4555",
    "long-division": "b17b6b443f34d469",
    "long-multiplication": "8938613e5c51d6b0",
    "mystery": "815718eb5cbc743b",
    "natural-deduction": "90207afc388d3585",
    "permutation-product": "ac005f30199b82df",
    "polynomial": "a67d05e6d96468d9",
    "program-trace": "7ec8b4170f46a91a",
    "rewriting": "8c5721479f0fbaf8",
    "sat": "e7a3b96c51d1975f",
    "sum-reduce": "2fd02109c12b6f84",
    "trig-identity": "4f9b915fb00029e7",
    "worded-sum": "4e5537c3d3f8ce04",
  ]
}
