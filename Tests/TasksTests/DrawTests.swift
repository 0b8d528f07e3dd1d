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
    let families = Families.all.filter { $0 is any WalkFamily }.sorted { $0.name < $1.name }
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
    "7/7*5*(6*10) | 7/7*5*60 / 1*5*60 / 5*60 / 300 / Answer: 300",
    "7/8-4/5-1/7 | 8=1*5+3 / 5=1*3+2 / 3=1*2+1 / 2=2*1+0 / 8*5/1=40 / 7/8=35/40 / 4/5=32/40 "
      + "/ 35/40-32/40=3/40 / 40=13*3+1 / 3=3*1+0 / 40=5*7+5 / 7=1*5+2 / 5=2*2+1 / 2=2*1+0 / "
      + "40*7/1=280 / 3/40=21/280 / 1/7=40/280 / 21/280-40/280=-19/280 / 280=14*19+14 / "
      + "19=1*14+5 / 14=2*5+4 / 5=1*4+1 / 4=4*1+0 / Answer: -19/280",
    "-5x-9=-2x+12 | add 9: -5x=-2x+21 / add 2x: -3x=21 / divide by -3: x=-7 / Answer: -7",
    "45180/9 | take 45 / 5*9=45 45-45=0 quotient 5 / bring 1: 1 / 0*9=0 1-0=1 quotient 50 / "
      + "bring 8: 18 / 2*9=18 18-18=0 quotient 502 / bring 0: 0 / 0*9=0 0-0=0 quotient 5020 / "
      + "Answer: 5020",
    "92*75 | 2*5+0=10 write 0 carry 1 / 9*5+1=46 write 6 carry 4 / row 1: 460 / 2*7+0=14 "
      + "write 4 carry 1 / 9*7+1=64 write 4 carry 6 / row 2: 6440 / 0+0+0=0 write 0 carry 0 / "
      + "6+4+0=10 write 0 carry 1 / 4+4+1=9 write 9 carry 0 / 0+6+0=6 write 6 carry 0 / Answer: "
      + "6900",
    "1+9+2+3+3 | 1+9+5+3 / 0+5+3 / 5+3 / 8 / Answer: 8",
    "What is 836 + 976 + 333? | 836+976=1812 / 1812+333=2145 / Answer: 2145",
  ]
}
