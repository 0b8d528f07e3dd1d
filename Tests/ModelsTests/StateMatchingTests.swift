import Foundation
import Kernels
import ModelSupport
import Models
import Randomness
import Synchronization
import Testing

/// A loss on inner states whose gradient goes back through the model with that of the logits.
struct `Matching of inner states` {
  /// Half the squared distance of every row of a place from a constant, target or not.
  private final class Squares: StateMatching {
    let site: StateSite
    private let found = Mutex((sum: 0.0, rows: [Int: [Float]]()))

    init(_ site: StateSite) { self.site = site }

    func match(_ states: MatchedStates, part: Int) {
      for (place, row) in states.rows.enumerated() {
        var kept: [Float] = []
        var sum = 0.0
        for j in 0..<states.width {
          let value = states.states[place * states.width + j]
          kept.append(value)
          let wanted = Float((row + j) % 5) / 4
          sum += Double((value - wanted) * (value - wanted)) / 2
          states.gradient[place * states.width + j] += states.scale * (value - wanted)
        }
        found.withLock {
          $0.sum += sum
          $0.rows[row] = kept
        }
      }
    }

    func take() -> (sum: Double, rows: [Int: [Float]]) {
      found.withLock { all in
        defer { all = (0, [:]) }
        return all
      }
    }
  }

  private func batch(_ configuration: TransformerConfiguration) throws -> Batch {
    var stream = Seed(5).child("batch").stream()
    return try Batch(
      samples: [7, 4, 9, 2, 6].map { count in
        let tokens = (0..<count).map { _ in Int32(stream.uniform(configuration.vocabularySize)) }
        return (tokens: tokens, mask: tokens.indices.map { UInt8($0 > 1 ? 1 : 0) })
      })
  }

  static let sites: [StateSite] = [
    .final, .residual(after: 1), .residual(after: 2), .projected(layer: 0), .projected(layer: 1),
  ]

  /// The derivative along a direction, by central differences: the loss is good to some 1e-6, the
  /// step is 2e-3 of weights of about 0.1, so a quotient is good to about 1e-3 of slopes of about
  /// 1.
  @Test(arguments: sites, [(1, false), (2, false), (2, true), (7, false)])
  func `changes the loss as its gradient says`(
    site: StateSite, shape: (parts: Int, shares: Bool)
  ) throws {
    let configuration = try smallConfiguration()
    let parameters = Parameters(drawn: configuration, seed: Seed(3))
    let batch = try batch(configuration)
    let pass = TrainingPass(
      configuration: configuration, parts: shape.parts, maximumTokensPerPart: 16,
      sharesGradient: shape.shares)
    let squares = Squares(site)
    func loss() throws -> Double {
      let result = try pass.step(parameters: parameters, batch: batch, matching: squares)
      return (result.lossSum + squares.take().sum) / result.weightSum
    }
    _ = try loss()
    let gradient = pass.gradients.array
    var stream = Seed(9).child("direction").stream()
    let direction = gradient.map { _ in Float(stream.normal()) }
    let slope = zip(gradient, direction).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
    let start = parameters.values.array
    let h: Float = 2e-4
    func moved(by step: Float) throws -> Double {
      parameters.values.copy(from: zip(start, direction).map { $0 + step * $1 })
      return try loss()
    }
    let numeric = (try moved(by: h) - moved(by: -h)) / Double(2 * h)
    #expect(abs(numeric - slope) < 0.02 * max(1, abs(slope)), "\(numeric), \(slope)")
    parameters.values.copy(from: start)
    // Without it the gradient is another one.
    _ = try pass.step(parameters: parameters, batch: batch)
    #expect(pass.gradients.array != gradient)
  }

  /// What a teacher's pass captures is what a training pass would match.
  @Test(arguments: sites) func `sees the states that inference gives`(site: StateSite) throws {
    let configuration = try smallConfiguration()
    let parameters = Parameters(drawn: configuration, seed: Seed(3))
    let batch = try batch(configuration)
    let squares = Squares(site)
    _ = try TrainingPass(configuration: configuration, maximumTokensPerPart: 16)
      .step(parameters: parameters, batch: batch, matching: squares)
    let inference = InferencePass(configuration: configuration, maximumTokensPerPart: 16)
    let (final, other) = try inference.hiddenStates(
      parameters: parameters, batch: batch, and: site)
    let plain = try inference.hiddenStates(parameters: parameters, batch: batch)
    #expect(final.array == plain)
    let width = site.width(configuration)
    let rows = squares.take().rows
    #expect(rows.count == batch.tokens.count)
    for (row, states) in rows {
      for j in 0..<width { #expect(abs(states[j] - other[row * width + j]) < 1e-5) }
    }
  }

  @Test func `is refused at a place that there is not`() throws {
    let configuration = try smallConfiguration()
    let parameters = Parameters(drawn: configuration, seed: Seed(3))
    let batch = try batch(configuration)
    let pass = TrainingPass(configuration: configuration, maximumTokensPerPart: 16)
    for site: StateSite in [.residual(after: 0), .residual(after: 9), .projected(layer: 9)] {
      #expect(throws: ModelError.self) {
        try pass.step(parameters: parameters, batch: batch, matching: Squares(site))
      }
    }
  }
}
