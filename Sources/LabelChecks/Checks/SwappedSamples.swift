/// Rows of one text beside the tokens of another.
package enum SwappedSamples: LabelCheck {
  package static let name = "swapped-samples"
  package static let about = "rows belong to other texts than the one beside them"

  /// Texts that each suspicious one is held against.
  private static let mostCandidates = 256

  package static func findings(in evidence: EvidenceView) -> [Finding] {
    let facts = evidence.facts
    let matches = matches(facts)
    if let first = matches.first {
      return [
        Finding(
          name, .broken, at: first.name,
          evidence: "its rows give its tokens \(short(first.own)) nats, those of \(first.other) "
            + "\(short(first.best)), the rows' own entropy is \(short(first.entropy)); so of "
            + "\(share(matches.count, of: facts.sketches.count)) texts",
          fix: "put each text's rows beside its own tokens; a shuffle of one of the two explains it"
        )
      ]
    }
    guard facts.explainingShift == nil, facts.contradictsTokens,
      facts.mixtureCrossEntropy.map({ $0 <= facts.unigramEntropy + 2 }) ?? false
    else { return [] }
    return [
      Finding(
        name, .broken,
        evidence: facts.shiftWords + "; the tokens' own frequencies give "
          + "\(short(facts.unigramEntropy)), so the rows are of one vocabulary with the tokens, and of "
          + "other texts",
        fix: "put the shard's rows beside the tokens that they were made of")
    ]
  }

  struct Match {
    let name: String
    let other: String
    let own: Double
    let best: Double
    let entropy: Double
  }

  /// Texts whose rows fit another text's tokens: as well as rows fit their own tokens, and far
  /// better than the ones beside them.
  static func matches(_ facts: Evidence) -> [Match] {
    guard !facts.isCertified, facts.sketches.count > 1, facts.explainingShift == nil else {
      return []
    }
    // Of texts that were exchanged, neither has its own rows. A teacher that is surer than it
    // should be makes single texts look exchanged, but the other one then has rows that fit.
    let own = facts.sketches.map { $0.crossEntropy(of: $0.targets) }
    let suspects = facts.sketches.indices.filter { s in
      let sketch = facts.sketches[s]
      return sketch.count >= Evidence.fewestRows
        && own[s] > sketch.entropy / Double(sketch.count) + 2
    }
    guard suspects.count > 1 else { return [] }
    let step = max(1, suspects.count / mostCandidates)
    let near = stride(from: 0, to: suspects.count, by: step).map { suspects[$0] }
    var found: [Match] = []
    for s in suspects.prefix(mostCandidates) {
      let sketch = facts.sketches[s]
      let entropy = sketch.entropy / Double(sketch.count)
      let best = near.filter { $0 != s && facts.sketches[$0].count * 2 >= sketch.count }
        .map { ($0, sketch.crossEntropy(of: facts.sketches[$0].targets)) }
        .min { $0.1 < $1.1 }
      guard let best, best.1 < entropy + (own[s] - entropy) / 4, best.1 < own[s] - 2 else {
        continue
      }
      found.append(
        Match(
          name: sketch.name, other: facts.sketches[best.0].name, own: own[s], best: best.1,
          entropy: entropy))
    }
    // Rows of exchanged texts belong to one another.
    let names = Set(found.map(\.name))
    return found.filter { names.contains($0.other) }
  }
}
