public import Stages

/// The encoding `sampled`: tokens drawn from each row, with how often (Anshumann et al. 2025,
/// "Sparse logit sampling"). The mean over draws is the distribution itself, and so is that of the
/// gradient.
public struct Sampled: LabelEncoding {
  public static let name = "sampled"
  public static let about = "tokens drawn from each row, with how often: unbiased"
  public static let field = "sampled.npy"
  public static let compressionLevel = 3
  public static let isExact = false

  private var form: SparseForm

  /// - Parameter form: draws, and no head.
  public init(_ form: SparseForm) { self.form = form }

  public init(_ settings: inout Settings) throws(ConfigurationError) {
    form = SparseForm(
      head: nil, draws: try SparseForm.draws(&settings, count: 50))
  }

  public var positions: LabelledPositions? {
    get { form.positions }
    set { form.positions = newValue }
  }

  public static func codec(reading set: StoredLabelSet) throws -> any LabelCodec {
    SparseCodec(
      self, try SparseForm(set, name, hasHead: false, hasDraws: true), vocabulary: set.vocabulary)
  }
  public func codec(writing source: LabelledRows) -> (any LabelCodec)? {
    source.readout == nil
      ? nil : SparseCodec(Self.self, form, vocabulary: source.vocabulary)
  }
  public var meaning: TargetMeaning { .sparse(form.meaning) }
}
