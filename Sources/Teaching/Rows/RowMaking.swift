internal import Files
internal import Models

/// Makes the distributions of a sample that are not what one pass of one teacher gives as it
/// stands: those of several teachers, or of a teacher with other tokens.
protocol RowMaking: Sendable {
  /// Passes of one thread, for `rows`.
  func passes() -> [InferencePass]

  /// - Returns: `nil` for a sample that nothing can be learnt from.
  /// - Throws: `ModelError`, `SetError`.
  func rows(of item: Labeller.Tokenised, with passes: [InferencePass]) throws -> MadeRows?
}

/// The distributions of one sample.
struct MadeRows: Sendable {
  /// Logarithms of probabilities, `(L-1, V)`.
  var rows: [Float]
  /// `(L)`: 1 for the targets whose rows say something.
  var mask: [UInt8]
  /// Floating-point operations of the teachers' passes.
  var operations: Double
  /// How the student's tokens met the teacher's; `nil`: they are the same.
  var spans: SpanTally?
}

/// How a student's targets met a teacher's, summed over samples.
struct SpanTally: Sendable, Equatable {
  /// Targets of the student.
  var targets = 0
  /// Of these, those that begin where one of the teacher's begins.
  var common = 0
  /// Of these, those that were left out: the row would say nothing of the student's token.
  var silent = 0
  /// Sums over the targets that are left, of mass of tokens that go nowhere and of mass that was
  /// moved to the student's token.
  var lost = 0.0
  var moved = 0.0

  /// Targets that are left.
  private var kept: Int { common - silent }

  static func + (a: SpanTally, b: SpanTally) -> SpanTally {
    SpanTally(
      targets: a.targets + b.targets, common: a.common + b.common, silent: a.silent + b.silent,
      lost: a.lost + b.lost, moved: a.moved + b.moved)
  }

  /// The manifest's key `spans`.
  ///
  /// - Parameters:
  ///   - teacher: fingerprint of the teacher's tokenizer.
  ///   - unaligned: samples that were left out.
  func json(teacher: String, unaligned: Int) -> JSON {
    let count = Double(max(1, kept))
    return [
      "teacher_tokenizer": JSON(teacher), "unaligned_samples": JSON(unaligned),
      "targets": JSON(targets), "common": JSON(common), "labelled": JSON(kept),
      "lost_mass": JSON(lost / count), "moved_mass": JSON(moved / count),
    ]
  }

  /// For people.
  var words: String {
    ", \(kept) of \(targets) targets at common bytes"
  }
}
