internal import Foundation
internal import Kernels
internal import Models
internal import Sets
internal import SoftLabels
internal import Tokenization

/// The distributions of a teacher with other tokens than the student's, carried over by aligned
/// byte spans (`ByteSpans`, `CarriedRow`).
///
/// Targets of the student that begin inside one of the teacher's tokens get no label: they are no
/// targets of the set. Rows of what is no target say the next token, with probability 1.
struct SpanRows: RowMaking {
  private let teacher: Teacher
  private let student: StudentTokens
  private let carrying: TokenCarrying
  private let engine: MatrixEngine
  private let packed: PackedParameters?
  private let set: String
  private let limit: Int

  /// Rows of the teacher's logits at once.
  private static let tileRows = 16

  /// - Parameters:
  ///   - limit: most tokens of a sample, the student's or the teacher's.
  ///   - set: names the set in messages.
  init(
    _ teacher: Teacher, student: StudentTokens, engine: MatrixEngine, limit: Int, set: String
  ) {
    self.teacher = teacher
    self.student = student
    self.engine = engine
    self.limit = max(limit, 2)
    self.set = set
    carrying = TokenCarrying(
      from: teacher.wrapping, count: teacher.vocabulary, to: student.wrapping)
    packed = PackedParameters(teacher.parameters, engine: engine)
  }

  func passes() -> [InferencePass] {
    [
      InferencePass(
        configuration: teacher.parameters.configuration, engine: engine, parts: 1,
        maximumTokensPerPart: teacherLimit, packed: packed)
    ]
  }

  /// A text has more tokens in the smaller vocabulary; what is longer still is left out.
  private var teacherLimit: Int { min(teacher.positions, 2 * limit + 64) }

  func rows(of item: Labeller.Tokenised, with passes: [InferencePass]) throws -> MadeRows? {
    let (tokens, mask) = try teacher.wrapping.sample(
      of: item.record, isUnfinished: item.isUnfinished, set: set)
    guard tokens.count <= teacherLimit + 1, tokens.count >= 2 else { return nil }
    let spans = ByteSpans(
      student: .init(tokens: item.tokens, mask: item.mask, tokenizer: student.wrapping.tokenizer),
      teacher: .init(tokens: tokens, mask: mask, tokenizer: teacher.tokenizer))
    var tally = SpanTally(targets: spans.targets, common: spans.places.count)
    guard !spans.places.isEmpty else { return nil }
    let V = student.vocabulary
    var rows = [Float](repeating: -.infinity, count: (item.tokens.count - 1) * V)
    var kept = [UInt8](repeating: 0, count: item.tokens.count)
    let found = try logProbabilities(tokens, mask, spans, passes[0]) { place, row, chain in
      let token = item.tokens[place.student]
      guard
        let carried = CarriedRow(
          row: row, first: carrying.first, vocabulary: V, chain: chain, token: token)
      else { return }
      kept[place.student] = 1
      tally.lost += carried.lost
      tally.moved += carried.moved
      let start = (place.student - 1) * V
      for (v, p) in carried.probabilities.enumerated() where p > 0 { rows[start + v] = log(p) }
    }
    tally.silent = spans.places.count - kept.count { $0 == 1 }
    guard kept.contains(1) else { return nil }
    for t in 1..<item.tokens.count where kept[t] == 0 {
      rows[(t - 1) * V + Int(item.tokens[t])] = 0
    }
    return MadeRows(rows: rows, mask: kept, operations: found, spans: tally)
  }

  /// Calls `body` for every place, with the teacher's row there and the chain that spells the
  /// student's token.
  ///
  /// - Returns: operations of the teacher.
  private func logProbabilities(
    _ tokens: [Int32], _ mask: [UInt8], _ spans: ByteSpans, _ pass: InferencePass,
    _ body: (
      _ place: ByteSpans.Place, _ row: Span<Float>,
      _ chain: (token: Int32, logProbability: Double)?
    ) -> Void
  ) throws -> Double {
    let width = teacher.parameters.configuration.hiddenSize
    let V = teacher.vocabulary
    let states = Floats(
      try pass.hiddenStates(
        parameters: teacher.parameters, batch: Batch(samples: [(tokens, mask)])))
    // The first target of a sample without anything in front of it has no row.
    let places = spans.places.filter { $0.student > 0 && $0.teacher.lowerBound > 0 }
    // For each of the teacher's targets that is part of a chain its own probability.
    var own: [Int: Double] = [:]
    let needed = Set(places.flatMap { $0.isClosed ? Array($0.teacher) : [$0.teacher.lowerBound] })
      .sorted()
    let hidden = Floats(zeros: Self.tileRows * width)
    let logits = Floats(zeros: Self.tileRows * V)
    func forEachRow(_ targets: [Int], _ act: (_ target: Int, _ row: Floats) -> Void) {
      for first in stride(from: 0, to: targets.count, by: Self.tileRows) {
        let some = targets[first..<min(first + Self.tileRows, targets.count)]
        let read = some.map { Int32($0 - 1) }
        embeddingForward(y: hidden, table: states, tokens: read.span, width: width)
        engine.product(
          c: logits, a: hidden, b: teacher.parameters.readout, .transposed, m: some.count, n: V,
          k: width)
        logSoftmax(y: logits, x: logits, rows: some.count, vocabulary: V)
        for (place, target) in some.enumerated() {
          act(target, logits[(place * V)..<((place + 1) * V)])
        }
      }
    }
    // Chains first: a row is used with the probabilities of those after it.
    let inChains = Set(places.filter { $0.isClosed && $0.teacher.count > 1 }.flatMap(\.teacher))
    forEachRow(inChains.sorted()) { own[$0] = Double($1[Int(tokens[$0])]) }
    let byTarget = Dictionary(grouping: places, by: \.teacher.lowerBound)
    forEachRow(needed.filter { byTarget[$0] != nil }) { target, row in
      for place in byTarget[target] ?? [] {
        let token = tokens[target]
        var chain: (token: Int32, logProbability: Double)?
        if place.isClosed {
          chain = (
            token,
            place.teacher.count == 1
              ? Double(row[Int(token)]) : place.teacher.reduce(0) { $0 + (own[$1] ?? -.infinity) }
          )
        } else if carrying.first[Int(token)] < 0 {
          continue
        }
        row.withSpan { body(place, $0, chain) }
      }
    }
    return teacher.operations(sequenceLengths: [tokens.count - 1])
  }
}

/// The tokens that a student reads, whoever labels them.
struct StudentTokens: Sendable {
  let name: String
  let wrapping: Wrapping
  /// V of the student's rows.
  let vocabulary: Int
  /// Most tokens in front of the last one.
  let positions: Int
}
