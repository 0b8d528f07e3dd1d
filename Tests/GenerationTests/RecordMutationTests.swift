import Files
import Foundation
import Generation
import Randomness
import Records
import Tasks
import Testing

/// A deterministic fuzz target: lines of records that are right, changed at random places, and free
/// texts put together from what chat models write.
///
/// What comes out is a verdict with a printable reason; anything else ends the process.
/// `RETORT_FUZZ_ROUNDS` in the environment asks for more.
struct `Mutated records` {
  static let rounds =
    ProcessInfo.processInfo.environment["RETORT_FUZZ_ROUNDS"].flatMap(Int.init) ?? 4_000

  private static func mutate(_ original: [UInt8], _ stream: inout RandomStream) -> [UInt8] {
    var bytes = original
    for _ in 0...stream.uniform(3) where bytes.count > 2 {
      let at = stream.uniform(bytes.count)
      switch stream.uniform(6) {
      case 0: bytes[at] ^= 1 << UInt8(stream.uniform(8))
      case 1:
        let other = Array("\"{}[]:,\\u0 19+-=x\n\tA;.".utf8)
        bytes[at] = other[stream.uniform(other.count)]
      case 2: bytes.removeSubrange(at..<min(bytes.count, at + 1 + stream.uniform(12)))
      case 3: bytes.insert(contentsOf: bytes[at..<min(bytes.count, at + 12)], at: at)
      case 4:
        bytes.insert(contentsOf: [0xED, 0xA0, 0x80, 0xF4, 0x90][stream.uniform(5)...], at: at)
      default: bytes.swapAt(at, stream.uniform(bytes.count))
      }
    }
    return bytes
  }

  private static func check(_ line: [UInt8]) {
    let plain = RecordVerification.verdict(ofLine: 3, line)
    let strict = RecordVerification.verdict(ofLine: 3, line, isStrict: true)
    for verdict in [plain, strict] {
      let isGood = verdict.outcome == .accepted
      #expect((verdict.reason == nil) == isGood, "\(verdict)")
      #expect(verdict.text.utf8.count < 4_000)
      // Of the control characters, only tabs reach a terminal.
      #expect(
        !verdict.text.utf8.contains { $0 < 0x20 && $0 != 0x09 || $0 == 0x7F }, "\(verdict.text)")
      #expect(throws: Never.self) { try JSON.parse(verdict.json.serialized()) }
    }
    // What is whole is accepted, never the other way round.
    if strict.outcome == .accepted { #expect(plain.outcome == .accepted) }
  }

  @Test(
    .timeLimit(.minutes(10)),
    arguments: Families.all.filter { $0 is any WalkFamily }.map { $0.name })
  func `get a verdict, never worse`(name: String) throws {
    let family = try #require(Families.named(name))
    var stream = Seed(9).child(name).stream()
    for round in 0..<Self.rounds {
      let record = try draw(
        family, level: 1 + round % 10, seed: Seed(4), index: round / 100)
      Self.check(Self.mutate(record.line, &stream))
      // The texts changed, the line still JSON.
      var changed = record
      changed.solution = String(
        decoding: Self.mutate(Array(record.solution.utf8), &stream), as: UTF8.self)
      if round % 2 == 0 {
        changed.problem = String(
          decoding: Self.mutate(Array(record.problem.utf8), &stream), as: UTF8.self)
      }
      changed.checker = .init(
        name: name, version: 1, verdict: .accepted, level: round % 3 == 0 ? .answer : .steps)
      Self.check(changed.line)
    }
  }

  /// An accepted free text never ends with another number than the answer, and holds no number that
  /// is none of the question's and no value of its calculation.
  @Test(.timeLimit(.minutes(10)))
  func `of free texts say nothing that is not so`() throws {
    let family = WordedSum()
    let pieces = [
      "the answer is", "answer:", "the total is", "it is", "so,", "and", "then", "add", "to",
      "subtract", "from", "take", "the sum of", "the difference of", "=", "+", "-", "is", ".", ",",
      ":", "\n", "we", "need to", "find", "by", "adding", "Ann has", "she has", "Ann now has",
      "a total of", "coins", "loses", "gets", "left", "in total", "let us", "them", "the numbers",
      "43 is the answer", "not", "the result equals", "**", "final",
    ]
    var stream = Seed(10).stream()
    var accepted = 0
    for round in 0..<Self.rounds * 4 {
      let record = try draw(family, level: 1 + round % 2, seed: Seed(11), index: round / 50)
      let numbers = (record.problem + " " + record.solution).split { !$0.isNumber }.map(String.init)
      var text = ""
      for _ in 0...stream.uniform(7) {
        text +=
          stream.uniform(5) < 2
          ? numbers[stream.uniform(numbers.count)] : pieces[stream.uniform(pieces.count)]
        text += " "
      }
      if stream.uniform(2) == 0 { text += ". The answer is \(record.answer ?? "")." }
      var changed = record
      changed.solution = text
      changed.checker = .init(name: "worded-sum", version: 3, verdict: .accepted, level: .answer)
      Self.check(changed.line)
      let verdict = RecordVerification.verdict(ofLine: 1, changed.line)
      guard verdict.outcome == .accepted else { continue }
      accepted += 1
      let said = text.split { !$0.isNumber }.map(String.init)
      #expect(said.last == record.answer, "\(record.problem) \(text)")
      #expect(said.allSatisfy(numbers.contains), "\(record.problem) \(text)")
      #expect(!text.contains("not"), "\(text)")
    }
    #expect(accepted > Self.rounds / 20)
  }
}
