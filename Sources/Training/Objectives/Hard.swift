internal import Files
package import Kernels
package import Stages

/// Cross-entropy on the next token, the maximum-likelihood objective.
///
///     loss             = -log q[token]
///     d loss / d logit = q - onehot(token)
package struct Hard: Objective {
  package static let name = "hard"
  package static let about = "cross-entropy on the next token"
  package static let reads = ObjectiveReading.tokens

  package init(_ settings: inout Settings) {}

  package func loss(atStep step: Int, of steps: Int) -> any RowLoss { NextToken() }

  package var formula: String { "CE = \u{2212}log q(next token)" }
}
