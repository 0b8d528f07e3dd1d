internal import Foundation
internal import SoftLabels

/// Turns the texts of a file into samples of a set: tokens, mask, and a distribution for every
/// token after the first.
///
/// Places without a row are no targets; their rows are uniform, and nothing reads them. What a
/// sparse row leaves over is spread evenly over the other ids, where rows are to be whole.
struct ImportedRows {
  let facts: Evidence
  let repairs: Set<Repair>
  /// V of the set.
  let vocabulary: Int
  let paddingID: Int32?
  /// In the place of the first token of a text of llama.cpp.
  let beginningID: Int32?

  /// Whether rows are kept as they are given, a few tokens each.
  var keepsFew = false

  struct Sample {
    var tokens: [Int32]
    var mask: [UInt8]
    /// `(L-1, vocabulary)` natural logarithms of probabilities; empty where a few tokens are kept.
    var rows: [Float] = []
    /// L-1, where a few tokens are kept.
    var kept: [KeptRow?] = []
    var targets: Int { mask.count { $0 == 1 } }
  }

  /// - Throws: `LabelFileError` for a text without tokens, and what reading rows throws.
  func sample(_ sequence: LabelSequence, in path: String) throws -> Sample? {
    guard var tokens = sequence.tokens else {
      throw LabelFileError.missing(
        path: path, what: "\(sequence.name): holds no tokens: give them with --tokens or --texts")
    }
    guard tokens.count > 1 else { return nil }
    if let bad = tokens.first(where: { $0 < 0 || Int($0) >= vocabulary }) {
      throw LabelFileError.damaged(
        path: path,
        reason:
          "\(sequence.name): the token \(bad) is not among the \(vocabulary) of the vocabulary")
    }
    if facts.format == "llama.cpp", let beginningID { tokens[0] = beginningID }
    let (L, V) = (tokens.count, vocabulary)
    var rows = [Float](repeating: -log(Float(V)), count: keepsFew ? 0 : (L - 1) * V)
    var kept = [KeptRow?](repeating: nil, count: keepsFew ? L - 1 : 0)
    var isThere = [Bool](repeating: false, count: L)
    let shift = repairs.contains(.offByOne) ? facts.explainingShift ?? 0 : 0
    for r in 0..<sequence.rowCount {
      let place = sequence.firstTarget + r + shift
      guard (1..<L).contains(place) else { continue }
      if keepsFew {
        kept[place - 1] = try few(sequence.row(r))
        isThere[place] = kept[place - 1] != nil
      } else if try fill(&rows, ((place - 1) * V)..<(place * V), from: sequence.row(r)) {
        isThere[place] = true
      }
    }
    var mask = self.mask(sequence, tokens, isThere)
    guard mask.contains(1) else { return nil }
    // Of a text whose targets are known, those without a row are learnt from the text.
    if keepsFew, sequence.isOwnSample, let due = sequence.mask { mask = due }
    return Sample(tokens: tokens, mask: mask, rows: rows, kept: kept)
  }

  /// The known tokens of a row; `nil`: none.
  private func few(_ row: LabelRow) -> KeptRow? {
    guard case .sparse(let ids, let raw) = row else { return nil }
    let values = facts.interpretation.natural(raw)
    let known = zip(ids, values).filter { $0.0 >= 0 && Int($0.0) < vocabulary && $0.1.isFinite }
    return known.isEmpty ? nil : KeptRow(ids: known.map(\.0), logs: known.map(\.1))
  }

  private func mask(_ sequence: LabelSequence, _ tokens: [Int32], _ isThere: [Bool]) -> [UInt8] {
    let L = tokens.count
    var mask =
      sequence.mask.flatMap { $0.count == L ? $0.map { min(1, $0) } : nil }
      ?? [UInt8](repeating: 1, count: L)
    if repairs.contains(.maskShifted), let shift = facts.masks.shift {
      let moved = mask
      for t in 0..<L {
        let from = t + shift
        mask[t] = moved.indices.contains(from) ? moved[from] : shift < 0 ? 0 : 1
      }
    }
    if repairs.contains(.promptTrained), let prompt = sequence.prompt {
      for t in 0..<min(prompt, L) { mask[t] = 0 }
    }
    if repairs.contains(.paddingCounted),
      let padding = facts.padding.counted(padding: paddingID)?.token, tokens.last == padding
    {
      let run = tokens.reversed().prefix { $0 == padding }.count
      for t in (L - run + 1)..<L where run > 1 { mask[t] = 0 }
    }
    mask[0] = 0
    for t in 0..<L where !isThere[t] { mask[t] = 0 }
    return mask
  }

  /// - Returns: whether the row is a distribution.
  private func fill(
    _ rows: inout [Float], _ range: Range<Int>, from row: LabelRow
  ) throws -> Bool {
    let isLogits = facts.interpretation.scale == .logits
    switch row {
    case .dense(let raw):
      let values = facts.interpretation.natural(raw).prefix(vocabulary)
      let largest = values.max() ?? 0
      guard largest.isFinite, !values.contains(where: \.isNaN) else { return false }
      var sum = 0.0
      for value in values { sum += Double(exp(value - largest)) }
      let normaliser = largest + Float(log(sum))
      for (i, value) in values.enumerated() { rows[range.lowerBound + i] = value - normaliser }
      for i in values.count..<max(values.count, vocabulary) {
        rows[range.lowerBound + i] = -.infinity
      }
      return true
    case .sparse(let ids, let raw):
      let values = facts.interpretation.natural(raw)
      var mass = 0.0
      var kept = 0
      for (id, value) in zip(ids, values) where value.isFinite {
        guard id >= 0, Int(id) < vocabulary else { continue }
        mass += Double(exp(value))
        kept += 1
      }
      guard kept > 0, !isLogits else { return false }
      // Rounding may carry the sum of a sure row above 1.
      let scale = mass > 1 ? Float(log(mass)) : 0
      let rest = log(Float(max(0, 1 - mass) / Double(max(1, vocabulary - kept))))
      for i in range { rows[i] = rest }
      for (id, value) in zip(ids, values) where id >= 0 && Int(id) < vocabulary && !value.isNaN {
        rows[range.lowerBound + Int(id)] = value - scale
      }
      return true
    }
  }
}
