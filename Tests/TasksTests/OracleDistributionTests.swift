import Foundation
import Randomness
import Records
import Tasks
import Testing

struct `Oracle distributions` {
  static let endOfSequence: Int32 = 2

  /// Tokenizers whose tokens stay within lines: bytes, and greedy longest pieces that make lines
  /// share some tokens and differ inside others.
  static let tokenizers: [(name: String, encode: @Sendable ([UInt8]) -> [Int32])] = [
    ("bytes", { $0.map { Int32($0) + 10 } }),
    ("pieces", { pieces($0, ["+7", "7+", "0+0", "Answer: ", "+5+", "write ", "add ", "x="]) }),
  ]

  static func pieces(_ bytes: [UInt8], _ vocabulary: [String]) -> [Int32] {
    var tokens: [Int32] = []
    var rest = bytes[...]
    while let first = rest.first {
      let matches = vocabulary.enumerated().filter { rest.starts(with: $0.element.utf8) }
      if let longest = matches.max(by: { $0.element.utf8.count < $1.element.utf8.count }) {
        tokens.append(Int32(300 + longest.offset))
        rest = rest.dropFirst(longest.element.utf8.count)
      } else {
        tokens.append(Int32(first) + 10)
        rest = rest.dropFirst()
      }
    }
    return tokens
  }

  /// Every whole trace with its probability, each order of pairs written out.
  static func everyTrace(_ digits: [Int]) -> [(text: String, probability: Double)] {
    guard digits.count > 1 else { return [("Answer: \(digits[0])", 1)] }
    return (0..<digits.count - 1).flatMap { pair in
      let shorter =
        Array(digits[..<pair]) + [(digits[pair] + digits[pair + 1]) % 10] + digits[(pair + 2)...]
      let line = shorter.map(String.init).joined(separator: "+")
      return everyTrace(shorter).map {
        (line + "\n" + $0.text, $0.probability / Double(digits.count - 1))
      }
    }
  }

  /// Bayes by counting: the mass of the traces that begin with the tokens so far and the next
  /// one, over the mass of those that begin with the tokens so far.
  @Test(
    arguments: [[9, 8, 2, 5], [0, 0, 0, 1], [5, 7, 0, 7, 7], [1, 9, 1, 9, 1, 9], [3, 4]], [0, 1])
  func `agree with counting whole traces`(digits: [Int], tokenizer: Int) throws {
    let encode = Self.tokenizers[tokenizer].encode
    let problem = digits.map(String.init).joined(separator: "+")
    let traces = Self.everyTrace(digits).map {
      (text: $0.text, tokens: encode(Array($0.text.utf8)) + [Self.endOfSequence], p: $0.probability)
    }
    for trace in traces.prefix(40) {
      let oracle = try OracleDistribution(
        of: SumReduce(), problem: problem, solution: trace.text,
        endOfSequence: Self.endOfSequence, encode: encode)
      #expect(oracle.tokens == trace.tokens)
      #expect(oracle.rows.count == trace.tokens.count)
      for position in oracle.rows.indices {
        let alike = traces.filter { $0.tokens.starts(with: trace.tokens[..<position]) }
        let mass = alike.reduce(0) { $0 + $1.p }
        var expected: [Int32: Double] = [:]
        for other in alike { expected[other.tokens[position], default: 0] += other.p / mass }
        let row = oracle.rows[position]
        #expect(row.map(\.token) == expected.keys.sorted())
        for entry in row {
          #expect(abs(entry.probability - expected[entry.token, default: 0]) < 1e-12)
        }
        let total: Double = row.reduce(0.0) { $0 + $1.probability }
        #expect(abs(total - 1) < 1e-12)
        let entropy: Double = expected.values.reduce(0.0) { $0 - $1 * log($1) }
        #expect(abs(oracle.entropyInNats(at: position) - entropy) < 1e-12)
        #expect(oracle.choicePositions.contains(position) == (row.count > 1))
      }
    }
  }

  @Test func `a choice of three costs ln 3, split over the tokens that decide it`() throws {
    let oracle = try OracleDistribution(
      of: SumReduce(), problem: "9+8+2+5", solution: "7+2+5\n7+7\n4\nAnswer: 4",
      endOfSequence: 2, encode: Self.tokenizers[0].encode)
    // 7+2+5 against 9+0+5 and 9+8+7 is decided at the first byte; 7+7 against 9+5 too.
    #expect(oracle.choicePositions == [0, 6])
    let first: [Double] = oracle.rows[0].map { $0.probability }
    let thirds: [Double] = [1.0 / 3, 2.0 / 3]
    #expect(first == thirds)
    #expect(abs(oracle.entropyInNats(at: 6) - log(2)) < 1e-12)
    let other = try OracleDistribution(
      of: SumReduce(), problem: "9+8+2+5", solution: "9+8+7\n9+5\n4\nAnswer: 4",
      endOfSequence: 2, encode: Self.tokenizers[0].encode)
    #expect(other.choicePositions == [0, 2, 6])
    // Grouping: H(1/3) at the first byte, then ln 2 in two cases of three, is ln 3.
    let parts = other.entropyInNats(at: 0) + 2.0 / 3 * other.entropyInNats(at: 2)
    #expect(abs(parts - log(3)) < 1e-12)
  }

  @Test func `linear equations choose an order, and no family chooses unless its walk says so`() throws {
    var stream = Seed(4).stream()
    for case let family as any WalkFamily in Families.all {
      var choices = 0
      for index in 0..<50 {
        let record = try draw(family, level: 4, seed: Seed(2), index: index)
        let oracle = try OracleDistribution(
          of: family, problem: record.problem, solution: record.solution, endOfSequence: 2,
          encode: Self.tokenizers[stream.uniform(2)].encode)
        choices += oracle.choicePositions.count
      }
      #expect((choices > 0) == (family.choices(level: 4) == .some), "\(family.name)")
      if ["sum-reduce", "linear-equation"].contains(family.name) { #expect(choices > 0) }
    }
  }

  /// A token that reaches past a newline would make the rows wrong in silence.
  @Test func `a tokenizer that joins lines is refused`() {
    #expect(throws: TaskError.linesNotSeparable(family: "sum-reduce", problem: "9+8+2", token: 3)) {
      _ = try OracleDistribution(
        of: SumReduce(), problem: "9+8+2", solution: "7+2\n9\nAnswer: 9", endOfSequence: 2
      ) { Self.pieces($0, ["\n9"]) }
    }
  }

  @Test func `a tokenizer that drops newlines is refused`() {
    #expect(throws: TaskError.self) {
      _ = try OracleDistribution(
        of: SumReduce(), problem: "9+8", solution: "7\nAnswer: 7", endOfSequence: 2
      ) { $0.filter { $0 != 10 }.prefix(1).map(Int32.init) + ($0.count > 4 ? [9] : []) }
    }
  }

  @Test func `what is no trace is refused by line`() {
    func oracle(_ solution: String) throws {
      _ = try OracleDistribution(
        of: SumReduce(), problem: "9+8+2", solution: solution, endOfSequence: 2,
        encode: Self.tokenizers[0].encode)
    }
    #expect(
      throws: TaskError.notATrace(family: "sum-reduce", problem: "9+8+2", line: 2, found: "8")
    ) { try oracle("7+2\n8\nAnswer: 8") }
    #expect(throws: TaskError.unfinished(family: "sum-reduce", problem: "9+8+2", lines: 2)) {
      try oracle("7+2\n9")
    }
    #expect(
      throws: TaskError.notATrace(family: "sum-reduce", problem: "9+8+2", line: 4, found: "")
    ) { try oracle("7+2\n9\nAnswer: 9\n") }
    #expect(throws: TaskError.noOracle(family: "sum-reduce", problem: "9+8+x")) {
      _ = try OracleDistribution(
        of: SumReduce(), problem: "9+8+x", solution: "9", endOfSequence: 2,
        encode: Self.tokenizers[0].encode)
    }
  }
}
