public import Stages

/// The encoding `topk+sampled`: the k likeliest tokens exactly, and tokens drawn from the others,
/// which share their mass in proportion to how often they were drawn. Unbiased.
public struct TopKSampled: LabelEncoding {
  public static let name = "topk+sampled"
  public static let about = "the k likeliest tokens, and draws from the others: unbiased"
  public static let field = "topk-sampled.npy"
  public static let compressionLevel = 3
  public static let isExact = false

  private var form: SparseForm

  /// - Parameter form: a head and draws.
  public init(_ form: SparseForm) { self.form = form }

  public init(_ settings: inout Settings) throws(ConfigurationError) {
    let head = try SparseForm.head(&settings, count: 8)
    form = SparseForm(
      head: head, draws: try SparseForm.draws(&settings, count: 16))
  }

  public var positions: LabelledPositions? {
    get { form.positions }
    set { form.positions = newValue }
  }

  public static func codec(reading set: StoredLabelSet) throws -> any LabelCodec {
    SparseCodec(
      self, try SparseForm(set, name, hasHead: true, hasDraws: true), vocabulary: set.vocabulary)
  }
  public func codec(writing source: LabelledRows) -> (any LabelCodec)? {
    source.readout == nil
      ? nil : SparseCodec(Self.self, form, vocabulary: source.vocabulary)
  }
  public func misfit(_ source: LabelledRows) -> String? {
    form.misfit(vocabulary: source.vocabulary)
  }
  public var meaning: TargetMeaning { .sparse(form.meaning) }
}
