public import Records
public import Tokenization

extension Wrapping {
  /// A training sample of a record. Targets are the solution's tokens; in a conversation, every
  /// assistant turn; in a text, everything.
  ///
  /// - Parameter isUnfinished: whether the text was cut before its end, so that no end follows it.
  /// - Throws: `SetError.record`; `.turns` for a conversation that the wrapping has no form for.
  public func sample(
    of record: Record, isUnfinished: Bool = false, set: String
  ) throws(SetError) -> TokenSet.Tokens {
    var sample: TokenSet.Tokens
    if record.isText {
      sample = self.sample(text: Array(record.solution.utf8))
    } else if record.isChat {
      let turns: [Turn]
      do throws(RecordError) { turns = try record.turns() } catch {
        throw .record(set: set, sample: record.id, error)
      }
      let given = turns.map { turn -> (role: Role, text: [UInt8]) in
        let role: Role =
          switch turn.role {
          case .system: .system
          case .user: .user
          case .assistant: .assistant
          }
        return (role, Array(turn.text.utf8))
      }
      guard let found = self.sample(turns: given) else {
        throw .turns(set: set, sample: record.id, wrapping: name)
      }
      sample = found
    } else {
      sample = self.sample(
        problem: Array(record.problem.utf8), solution: Array(record.solution.utf8))
      mask(record.masked, of: record.solution.utf8.count, in: &sample)
    }
    if isUnfinished {
      sample.tokens.removeLast()
      sample.mask.removeLast()
    }
    return sample
  }

  /// Takes the tokens that hold a byte of a span out of the targets.
  private func mask(_ spans: [Range<Int>], of count: Int, in sample: inout TokenSet.Tokens) {
    guard !spans.isEmpty else { return }
    let targets = sample.mask.indices.filter { sample.mask[$0] == 1 }
    let sizes = targets.map {
      isSpecial(sample.tokens[$0]) ? 0 : bytes(of: [sample.tokens[$0]]).count
    }
    // A tokenizer may put a space before the first word.
    var start = count - sizes.reduce(0, +)
    for (target, size) in zip(targets, sizes) {
      if spans.contains(where: { $0.overlaps(start..<(start + size)) }) { sample.mask[target] = 0 }
      start += size
    }
  }
}
