package import Files
package import Kernels
package import SoftLabels
package import Stages

/// Cross-entropy on the next token with some of its mass spread over the vocabulary (Szegedy et al.
/// 2016, "Rethinking the Inception architecture").
///
///     p                = (1 - epsilon) onehot(token) + epsilon / V
///     loss             = -sum_v p[v] log q[v]
///     d loss / d logit = q - p
///
/// Without `smoothing`, its entropy is the mean entropy of the set's labels: a control for whether
/// soft labels help by their content or by their softness.
package struct Smoothed: Objective {
  package static let name = "smoothed"
  package static let about = "cross-entropy on the next token with its mass smoothed"
  package static let reads = ObjectiveReading.tokens

  /// `nil`: not given, and not settled yet.
  private var epsilon: Float?

  package init(_ settings: inout Settings) throws(ConfigurationError) {
    let isGiven = settings.has("smoothing")
    let epsilon = try settings.double(
      "smoothing", default: 0, in: 0...0.999, "mass that is taken from the next token",
      .init(default: "what gives the mean entropy of the labels"))
    if !isGiven { settings.resolve("smoothing", .null) }
    self.epsilon = isGiven ? Float(epsilon) : nil
  }

  package var needsCertificate: Bool { epsilon == nil }

  package func settled(
    vocabulary: Int, certificate: () throws -> Certificate
  ) throws -> Smoothed {
    guard epsilon == nil else { return self }
    var settled = self
    let found = Smoothing.epsilon(entropy: try certificate().meanEntropy, vocabulary: vocabulary)
    settled.epsilon = min(Float(found), Float(1).nextDown)
    return settled
  }

  package func loss(atStep step: Int, of steps: Int) -> any RowLoss {
    NextToken(epsilon: epsilon ?? 0)
  }

  package var formula: String {
    "\u{2212}\u{03A3} p log q, p = (1 \u{2212} \u{03B5}) onehot(next token) + \u{03B5} / V, \u{03B5} = "
      + (epsilon.map { "\($0)" } ?? "what gives the labels' mean entropy")
  }

  package var details: JSONObject {
    epsilon.map { ["smoothing": JSON(Double($0))] } ?? [:]
  }
}
