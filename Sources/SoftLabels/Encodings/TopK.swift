internal import Kernels
public import Stages

/// The encoding `topk`: the k likeliest tokens of each row, and the mass of all others at a grid of
/// temperatures (`SparseForm`).
public struct TopK: LabelEncoding {
  public static let name = "topk"
  public static let about =
    "the k likeliest tokens, and the mass of the others at some temperatures"
  public static let field = "topk.npy"
  public static let compressionLevel = 3
  public static let isExact = false

  private var form: SparseForm

  /// - Parameter form: a head, and no draws.
  public init(_ form: SparseForm) { self.form = form }

  public init(_ settings: inout Settings) throws(ConfigurationError) {
    let head = try SparseForm.head(&settings, count: 64)
    let temperatures = try SparseForm.temperatures(&settings)
    form = SparseForm(
      head: head, draws: nil,
      tail: try settings.choice(
        "tail", default: .ghost,
        "what training makes of the others' mass: one more outcome (ghost), dropped (renormalise), or "
          + "given to the next token (to-label)"),
      temperatures: temperatures)
  }

  /// The form for rows of which a source gave the likeliest tokens alone.
  ///
  /// - Parameter count: that rows give; kept, where the settings name no `k`.
  func form(ofLikeliest count: Int) -> SparseForm {
    var form = form
    // What is not given has a sum, and no shape.
    form.temperatures = [1]
    if form.head?.isDefault == true { form.head?.count = count }
    return form
  }

  public var positions: LabelledPositions? {
    get { form.positions }
    set { form.positions = newValue }
  }

  public static func codec(reading set: StoredLabelSet) throws -> any LabelCodec {
    SparseCodec(
      self, try SparseForm(set, name, hasHead: true, hasDraws: false), vocabulary: set.vocabulary)
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
