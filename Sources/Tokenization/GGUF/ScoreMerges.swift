/// The merges of a SentencePiece vocabulary with scores: every way to make a token from two others,
/// highest score first.
///
/// The order is that of `transformers`' conversion of Llama 2: ties in score are ordered by the ids
/// of the parts. SentencePiece itself takes the leftmost of equal scores; the two can differ if a
/// token can be made in two overlapping ways.
enum ScoreMerges {
  /// Longer tokens are refused, because each token is split at every position.
  static let longestToken = 512

  /// - Parameters:
  ///   - scores: by id.
  ///   - takesPart: whether an id takes part in merging, as a result or as a part.
  static func merges(
    of vocabulary: Vocabulary, scores: [Float], takesPart: (Int) -> Bool
  ) -> [Merge] {
    var found: [(score: Float, merge: Merge)] = []
    for (id, text) in vocabulary.texts.enumerated()
    where takesPart(id) && text.count <= longestToken {
      var own: [Merge] = []
      var at = 0
      while at < text.count, let (_, length) = UTF8Scalar.decode(text, at) {
        at += length
        guard at < text.count, let left = vocabulary.id(of: text, 0, at), takesPart(Int(left)),
          let right = vocabulary.id(of: text, at, text.count), takesPart(Int(right))
        else { continue }
        own.append(Merge(left: left, right: right, result: Int32(id)))
      }
      own.sort { ($0.left, $0.right) < ($1.left, $1.right) }
      for merge in own { found.append((scores[id], merge)) }
    }
    // Stable sort: equal scores stay in order of id.
    return found.enumerated().sorted {
      $0.element.score != $1.element.score
        ? $0.element.score > $1.element.score : $0.offset < $1.offset
    }.map(\.element.merge)
  }

  /// Scores that order tokens like their first merges; 0 for tokens without merges.
  static func scores(of merges: [Merge], count: Int) -> [Float] {
    var scores = [Float](repeating: 0, count: count)
    for (rank, merge) in merges.enumerated().reversed() {
      scores[Int(merge.result)] = -Float(rank)
    }
    return scores
  }
}
