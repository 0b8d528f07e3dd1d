internal import Tensors

/// The members `tokens.npy` and `mask.npy` of a sample (`Labels.md`).
public enum TokenMembers {
  /// `(L)`, uint16, or uint32 for a vocabulary of more than 65 536.
  public static let tokensField = "tokens.npy"
  /// `(L)`, uint8: 1 where the token is a target; the first is 0.
  public static let maskField = "mask.npy"

  /// The bytes of `tokens.npy`: uint16 where the vocabulary fits, else uint32.
  ///
  /// - Precondition: every token is in `0..<vocabulary`.
  public static func encode(tokens: [Int32], vocabulary: Int) -> [UInt8] {
    precondition(
      tokens.allSatisfy { $0 >= 0 && Int($0) < vocabulary }, "a token outside the vocabulary")
    let elements: TensorElements =
      vocabulary <= 1 << 16
      ? .uint16(tokens.map { UInt16($0) }) : .uint32(tokens.map { UInt32($0) })
    return NPY.encode(Tensor(shape: [tokens.count], elements: elements))
  }

  /// The bytes of `mask.npy`.
  public static func encode(mask: [UInt8]) -> [UInt8] {
    NPY.encode(Tensor(shape: [mask.count], elements: .uint8(mask)))
  }

  /// Reads both members and checks them against each other and the vocabulary.
  ///
  /// - Throws: `SoftLabelError` naming the sample.
  public static func decode(
    tokens tokenBytes: [UInt8], mask maskBytes: [UInt8], vocabulary: Int, sample: String
  ) throws(SoftLabelError) -> (tokens: [Int32], mask: [UInt8]) {
    let stored = try row(tokenBytes, sample + "." + tokensField, sample)
    let tokens: [Int32]
    switch stored.elements {
    case .uint16(let values): tokens = values.map { Int32($0) }
    // A value that no Int32 holds is in no vocabulary either: -1 is refused below.
    case .uint32(let values): tokens = values.map { Int32(exactly: $0) ?? -1 }
    default:
      throw .shape(
        sample: sample, expected: "\(tokensField) of uint16 or uint32",
        found: stored.type.rawValue)
    }
    let flags = try row(maskBytes, sample + "." + maskField, sample)
    guard case .uint8(let mask) = flags.elements else {
      throw .shape(sample: sample, expected: "\(maskField) of uint8", found: flags.type.rawValue)
    }
    try FullLabels.checkTokens(tokens, mask, vocabulary, sample)
    return (tokens, mask)
  }

  private static func row(
    _ bytes: [UInt8], _ name: String, _ sample: String
  ) throws(SoftLabelError) -> Tensor {
    let tensor: Tensor
    do throws(CheckpointError) { tensor = try NPY.decode(bytes, named: name) } catch {
      throw .unreadable(sample: sample, reason: error.description)
    }
    guard tensor.shape.count == 1 else {
      throw .shape(sample: sample, expected: "one row in \(name)", found: "shape \(tensor.shape)")
    }
    return tensor
  }
}
