/// What a family computes otherwise than Llama, which is all defaults.
public struct ModelFeatures: Sendable, Equatable {
  /// What is done to the residual stream before a product.
  public enum Norm: Sendable {
    /// Zhang and Sennrich 2019; files hold what it multiplies by.
    case rootMeanSquare
    /// The same, but it multiplies by 1 + what files hold.
    case rootMeanSquarePlusOne
    /// Ba et al. 2016, with a bias.
    case layer
  }

  /// Which products have a bias in attention.
  public enum AttentionBias: Sendable {
    case none
    /// Those that make queries, keys and values.
    case projections
    case projectionsAndOutput
  }

  /// What a feed-forward network computes from its first product.
  public enum Activation: Sendable {
    /// `g s(g) u` of gates and ups.
    case gatedSiLU
    /// `gelu(g) u`.
    case gatedGELU
    /// `gelu(x)`: no gates.
    case gelu

    public var isGated: Bool { self != .gelu }
  }

  public var norm = Norm.rootMeanSquare
  public var activation = Activation.gatedSiLU
  /// Whether a table of positions is added to the embeddings and nothing is rotated.
  public var learnsPositions = false
  /// Keys that a position sees in a windowed layer, itself the last of them.
  public var window: Int?
  /// Which layers have the window, one flag each.
  public var windowedLayers: [Bool] = []
  /// Rotary base of windowed layers, whose positions are never scaled; the others' if `nil`.
  public var windowedRotaryBase: Double?
  public var attentionBias = AttentionBias.none
  public var hasFeedForwardBias = false
  /// Whether each head's queries and keys are normed before they turn.
  public var normsHeads = false
  /// Whether all queries of a row are normed as one vector before they turn, and all its keys.
  public var normsRows = false
  /// Whether attention and the feed-forward network read the residual stream normed.
  public var normsInputs = true
  /// Whether what attention and the feed-forward network add is normed.
  public var normsBranches = false
  /// Scores are divided by the square root of this; of a head's width if `nil`.
  public var queryScalar: Double?
  /// Whether embeddings are multiplied by the square root of the hidden size.
  public var scalesEmbeddings = false

  public init() {}

  /// Keys that a position sees in a layer.
  package func window(layer: Int) -> Int {
    guard let window, windowedLayers[layer] else { return .max }
    return window
  }
}
