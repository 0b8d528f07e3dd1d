import Files
import Foundation
package import Kernels
package import Models
package import Tensors
import Testing

/// What Scripts/goldens/model.py found with `transformers`, in float64.
package struct GoldenLlama {
  /// Lengths of the sequences that lie in the batch.
  package static let lengths = [5, 1, 9]
  package static let soft = ForwardDivergence(temperature: 2, mix: 0.75)

  package let parameters: Parameters
  package let batch: Batch
  package let tensors: [String: Tensor]

  package init(tied: Bool) throws {
    let name = tied ? "llama-tied" : "llama-untied"
    let url = try #require(
      Bundle.module.url(
        forResource: name, withExtension: "safetensors", subdirectory: "Goldens"))
    let decoded = try Safetensors.decode(readFile(url.path), named: name)
    let tensors = Dictionary(uniqueKeysWithValues: decoded.tensors.map { ($0.name, $0.tensor) })
    self.tensors = tensors
    let configuration = try TransformerConfiguration(
      vocabularySize: 23, hiddenSize: 16, intermediateSize: 24, layerCount: 2, headCount: 4,
      keyValueHeadCount: 2, headWidth: 4, positionCount: 32, normEpsilon: 1e-5,
      tiesEmbeddings: tied)
    parameters = Parameters(zeros: configuration)
    for tensor in parameters.layout.tensors {
      parameters[tensor].copy(from: try #require(tensors["weight." + tensor.name]?.floats))
    }
    func integers(_ name: String) throws -> [Int32] {
      guard case .int32(let values)? = tensors[name]?.elements else {
        throw ModelError.batch(reason: "the golden lacks \(name)")
      }
      return values
    }
    batch = try Batch(
      tokens: integers("tokens"),
      rowStarts: Self.lengths.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) },
      nextTokens: integers("following"), weights: tensors["weights"]?.floats ?? [])
  }

  package func floats(_ name: String) throws -> [Float] { try #require(tensors[name]?.floats) }

  /// -1e30 stands for log 0.
  package var targets: [Float] {
    get throws { try floats("targets").map { $0 <= -1e30 ? -.infinity : $0 } }
  }
}

/// The first element further from its expected value than the tolerance, in words.
package func mismatch(_ actual: [Float], _ expected: [Float], tolerance: Float) -> String? {
  guard actual.count == expected.count else {
    return "\(actual.count) elements, expected \(expected.count)"
  }
  for (i, (a, b)) in zip(actual, expected).enumerated() where !(abs(a - b) <= tolerance) {
    return "[\(i)]: expected \(b), found \(a)"
  }
  return nil
}

/// A small model and batch of our own.
package func smallConfiguration(tied: Bool = true) throws -> TransformerConfiguration {
  try TransformerConfiguration(
    vocabularySize: 37, hiddenSize: 32, intermediateSize: 48, layerCount: 2, headCount: 4,
    keyValueHeadCount: 2, positionCount: 64, tiesEmbeddings: tied)
}
