/// Differences of a family from Llama, which has all defaults.
public struct ModelFeatures: Sendable, Equatable {
  /// Norm applied to the residual stream before a product.
  public enum Norm: Sendable {
    /// Zhang and Sennrich 2019; files store the factor.
    case rootMeanSquare
    /// Same, but the factor is 1 + the stored weight.
    case rootMeanSquarePlusOne
    /// Ba et al. 2016, with a bias.
    case layer
  }

  /// Which products of attention have a bias.
  public enum AttentionBias: Sendable {
    case none
    /// Those of queries, keys and values.
    case projections
    /// Those of queries, keys, values and of the output.
    case projectionsAndOutput
  }

  /// Function of the feed-forward network's first product.
  public enum Activation: Sendable {
    /// `g s(g) u` of gates and ups.
    case gatedSiLU
    /// `gelu(g) u` of gates and ups.
    case gatedGELU
    /// `gelu(x)`: no gates.
    case gelu

    /// Whether the first product gives gates and ups, `2 F` rows, rather than `F`.
    public var isGated: Bool { self != .gelu }
  }

  /// Kind of the norms before products and before the readout. Queries, keys and branches are
  /// normed by root mean square, with 1 added to the stored weight where this says so.
  public var norm = Norm.rootMeanSquare
  /// What stands between the feed-forward network's two products.
  public var activation = Activation.gatedSiLU
  /// Whether a table of positions is added to the embeddings, and nothing is rotated.
  public var learnsPositions = false
  /// Number of keys a position sees in a windowed layer, including itself.
  public var window: Int?
  /// Which layers have the window, one flag each.
  public var windowedLayers: [Bool] = []
  /// Rotary base of windowed layers, whose positions are never scaled; `nil`: as in the others.
  public var windowedRotaryBase: Double?
  /// The same in all layers.
  public var attentionBias = AttentionBias.none
  /// Whether both products of the feed-forward network add a bias.
  public var hasFeedForwardBias = false
  /// Whether each head's queries and keys are normed before rotation.
  public var normsHeads = false
  /// Whether all queries of a row are normed as one vector before rotation, and all its keys.
  public var normsRows = false
  /// Whether the inputs of attention and feed-forward network are normed.
  public var normsInputs = true
  /// Whether the outputs of attention and feed-forward network are normed.
  public var normsBranches = false
  /// Scores are divided by the square root of this; of a head's width if `nil`.
  public var queryScalar: Double?
  /// Whether embeddings are multiplied by the square root of the hidden size.
  public var scalesEmbeddings = false

  /// The features of Llama.
  public init() {}

  /// Number of keys a position sees in a layer.
  package func window(layer: Int) -> Int {
    guard let window, windowedLayers[layer] else { return .max }
    return window
  }
}
