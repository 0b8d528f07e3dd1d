import Archives
import Files
import Foundation
import Records
import SoftLabels
import Stages
import Testing
import Tokenization
import Training

/// Weights of tokens from what verifiers say of their traces.
struct `Weights from verdicts` {
  /// The tiny set whose records are, in turn, accepted, rejected and not judged; `wrong` ones have
  /// a mistake in their second line.
  private func inputs(
    _ sets: TinySets, wrong: Bool = false, solution: String? = nil
  ) throws -> [StageInput] {
    let tokenizer = TinySets.tokenizer
    let V = tokenizer.vocabularySize
    let folder = sets.place.path + "/judged-\(wrong)"
    try Folder.make(folder)
    var writer = try ArchiveWriter(directory: folder, name: "data")
    var ids: [String] = []
    for (place, record) in TinySets.records.enumerated() {
      var record = record
      if wrong {
        // 3+4+5 goes to 7+5, then to a line that is no sum of it.
        record = Record(
          family: "sum-reduce", level: 1, knobs: [:], problem: "3+4+\(place)",
          solution: solution ?? "7+\(place)\n99\nAnswer: 99", answer: "99",
          canonicalProblem: "3+4+\(place)",
          origin: .imported, checker: nil)
      }
      let verdicts: [Record.Checker.Verdict?] = [.accepted, .rejected, nil]
      record.checker = verdicts[wrong ? 1 : place % 3].map {
        Record.Checker(name: "sum-reduce", version: 1, verdict: $0, level: .steps)
      }
      let (tokens, mask) = tokenizer.encodeSample(
        problem: Array(record.problem.utf8), solution: Array(record.solution.utf8))
      ids.append(record.id)
      try writer.append(
        ArchiveSample(
          id: record.id,
          fields: [
            ("json", record.line),
            ("tokens.npy", TokenMembers.encode(tokens: tokens, vocabulary: V)),
            ("mask.npy", TokenMembers.encode(mask: mask)),
          ], columns: ["level": 1]))
    }
    var manifest = try writer.finish().manifest(
      kind: "label", details: ["vocab_size": JSON(V), "source": "none"])
    try AtomicFile.write(tokenizer.json, to: folder + "/tokenizer.json")
    manifest.files.append(try Manifest.entry("tokenizer.json", in: folder))
    try manifest.write(to: folder)
    let set = StageInput(
      name: "judged", kind: "label", makes: [.set, .labels],
      finished: .init(folder: folder, manifest: manifest))
    return [set, try sets.order(48, ids: ids)]
  }

  private func run(
    _ inputs: [StageInput], _ weights: JSON?, _ sets: TinySets, _ name: String,
    _ with: JSONObject = [:]
  ) throws -> (lines: [JSON], digest: [String]) {
    var run = TinyRun(inputs: inputs)
    run.kind = .train
    run.with = ["log_every": 1, "unverified": true]
    if let weights { run.with["weights"] = weights }
    for member in with.members { run.with[member.key] = member.value }
    let out = sets.place.path + "/" + name
    let result = try run(out)
    return (try TinyRun.metrics(in: out), try TinyRun.digest(of: result, in: out))
  }

  /// Dividing by the sum of weights: a common factor of all changes nothing but roundings, and all
  /// ones nothing at all.
  @Test func `of one for all change nothing`() throws {
    let sets = try TinySets()
    let inputs = try inputs(sets)
    func files(_ digest: [String]) -> [String] { Array(digest.dropLast()) }
    let plain = try run(inputs, nil, sets, "plain")
    let ones = try run(inputs, ["rejected": 1], sets, "ones")
    #expect(files(ones.digest) == files(plain.digest))
    let fours = try run(
      inputs, ["accepted": 4, "rejected": 4, "unchecked": 4], sets, "fours")
    #expect(files(fours.digest) == files(plain.digest))
    let some = try run(inputs, [:], sets, "some")
    #expect(files(some.digest) != files(plain.digest))
  }

  /// A trace of weight 0 is as good as not there: the mean is over the others.
  @Test func `of 0 take traces out of the mean`() throws {
    let sets = try TinySets()
    let inputs = try inputs(sets)
    let none = try run(inputs, ["rejected": 0, "unchecked": 0], sets, "none", ["steps": 12])
    let all = try run(inputs, ["rejected": 1], sets, "all", ["steps": 12])
    let tokens = { (lines: [JSON]) in lines.last?["tokens"]?.intValue ?? 0 }
    #expect(tokens(none.lines) < tokens(all.lines) / 2 && tokens(none.lines) > 0)
    #expect(none.lines.allSatisfy { $0["loss"]?.doubleValue?.isFinite == true })
  }

  /// The bad line is the second of three: what comes after it is the answer.
  @Test func `may mask what follows the first mistake`() throws {
    let sets = try TinySets()
    let inputs = try inputs(sets, wrong: true)
    let whole = try run(inputs, ["rejected": 1], sets, "whole")
    let masked = try run(inputs, ["rejected": 1, "after_error": 0], sets, "masked")
    let tokens = { (lines: [JSON]) in lines.first?["tokens"]?.intValue ?? 0 }
    let tokenizer = TinySets.tokenizer
    let answer = tokenizer.encode(Array("Answer: 99".utf8)).count + 1
    // Four traces a step, each with its answer and its end; a token may span the line's end.
    let gone = tokens(whole.lines) - tokens(masked.lines)
    #expect(gone > 0 && gone <= 4 * (answer + 1), "\(gone) of \(answer)")
    #expect(gone >= 4 * 2)
  }

  /// The first token of a text always weighs something: here it is the end, after nothing.
  @Test func `leave an empty text its end`() throws {
    let sets = try TinySets()
    let inputs = try inputs(sets, wrong: true, solution: "")
    let found = try run(inputs, ["rejected": 1, "after_error": 0], sets, "empty")
    let losses = found.lines.compactMap { $0["loss"]?.doubleValue }
    #expect(!losses.isEmpty && losses.allSatisfy { $0.isFinite && $0 > 0 })
  }

  @Test func `are refused where nothing would be learnt`() throws {
    let sets = try TinySets()
    let inputs = try inputs(sets, wrong: true)
    let error = #expect(throws: TrainingError.self) {
      try run(inputs, ["rejected": 0], sets, "out")
    }
    #expect(error?.description.contains("weighs 0") == true)
    for weights: JSON in [
      ["accepted": 0, "rejected": 0, "unchecked": 0], ["accepted": -1], ["after_error": 2],
      ["doubtful": 1], 3, ["rejected": "low"],
    ] {
      #expect(throws: ConfigurationError.self) { try run(inputs, weights, sets, "out") }
    }
  }
}
