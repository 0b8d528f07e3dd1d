public import Kernels

/// A loss on a model's inner states, beside that on its logits: distillation from a teacher's
/// states.
///
/// It is asked for one place of the model, slice by slice, between forward and backward; the
/// gradient that it leaves goes on with that of the logits' loss.
public protocol StateMatching: Sendable {
  /// The states that it reads.
  var site: StateSite { get }

  /// Adds the gradient of a slice's loss, and any of its own parameters.
  ///
  /// - Parameter part: of a pass that is cut into parts; slices of one part come one after the
  ///   other.
  func match(_ states: MatchedStates, part: Int)
}

/// A place of a model whose states can be read.
public enum StateSite: Sendable, Equatable {
  /// What the readout reads, `(T, C)`.
  case final
  /// The residual stream after so many layers, `(T, C)`; at least 1.
  case residual(after: Int)
  /// Queries, keys and values of a layer as attention reads them, rotated, `(T, projectedWidth)`.
  case projected(layer: Int)

  /// Why a model has no such place; `nil` if it has.
  public func misfit(_ c: TransformerConfiguration) -> String? {
    switch self {
    case .final: return nil
    case .residual(let count):
      return (1...c.layerCount).contains(count)
        ? nil : "layer \(count) of a model of \(c.layerCount) layers"
    case .projected(let layer):
      return (0..<c.layerCount).contains(layer)
        ? nil : "layer \(layer + 1) of a model of \(c.layerCount) layers"
    }
  }

  /// Numbers of a row.
  public func width(_ c: TransformerConfiguration) -> Int {
    switch self {
    case .final, .residual: c.hiddenSize
    case .projected: c.attention.projectedWidth
    }
  }
}

/// The states of one slice of a batch.
public struct MatchedStates: Sendable {
  /// `(T, width)`.
  public let states: Floats
  /// `(T, width)`, to be accumulated.
  public let gradient: Floats
  /// Numbers of a row: `StateSite.width` of the site that was asked for.
  public let width: Int
  /// The slice's rows in the batch.
  public let rows: Range<Int>
  /// First row of each sequence, counted from the slice's first row; then the number of rows.
  public let rowStarts: [Int]
  /// Rows with a target, as places in the slice; ascending.
  public let targetRows: [Int32]
  /// The same rows, as rows of the batch.
  public let targetBatchRows: [Int32]
  /// Weights of the same rows; none is 0.
  public let targetWeights: [Float]
  /// What a gradient is multiplied with: one over the sum of the batch's weights.
  public let scale: Float
}

extension Workspace {
  /// The states of a place after `forward` of a slice.
  func states(at site: StateSite) -> Floats {
    switch site {
    case .final: outputNorm
    case .residual(let count):
      count < configuration.layerCount ? layers[count].input : output
    case .projected(let layer): layers[layer].projected
    }
  }
}

/// The gradient of states that goes on with that of the logits' loss.
struct InjectedGradient: Sendable {
  let site: StateSite
  /// `(capacity, width)`.
  let gradient: Floats

  /// Adds some rows to the gradient of a place, if it is this one.
  func add(_ place: StateSite, _ rows: Range<Int>, to gradient: Floats, width: Int) {
    guard site == place, !rows.isEmpty else { return }
    Kernels.add(self.gradient.rows(rows, width: width), to: gradient.rows(rows, width: width))
  }
}
