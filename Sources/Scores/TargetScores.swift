/// One model's scores on target tokens, summed in nats: a measure that does not depend on how the
/// model was trained.
///
/// If the exact distribution of the next token is known, targets fall into *choice* positions, at
/// which more than one token is possible (its entropy is above 0), and *forced* ones. A model's
/// cross-entropy is at least the entropy, so the difference is its deficit. If the distribution is
/// not known, every target counts as forced.
public struct TargetScores: Sendable, Equatable {
  /// Targets at which several tokens are possible, and at which one is.
  public var choices = 0
  /// Targets at which one token is possible; all of them without exact distributions.
  public var forced = 0
  /// Sum of -log q(actual next token).
  public var likelihoodLossChoice = 0.0
  /// At forced positions.
  public var likelihoodLossForced = 0.0
  /// Sum of -Σ_v p(v) log q(v), p being the stored distribution.
  public var crossEntropyChoice = 0.0
  /// At forced positions.
  public var crossEntropyForced = 0.0
  /// Sum of -Σ_v p(v) log p(v): the floor of the cross-entropy.
  public var entropyChoice = 0.0
  /// 0 unless the distributions are a teacher's instead of exact.
  public var entropyForced = 0.0
  /// Sum of Σ_v q(v) over the tokens v with p(v) = 0: probability on tokens that continue no valid
  /// text.
  public var invalidMass = 0.0
  /// Targets at which the model's likeliest token is the stored distribution's, or one of them if
  /// several are equally likely.
  public var agreements = 0
  /// Targets at which one of the model's five likeliest tokens is the stored distribution's
  /// likeliest, or one of those if several are equally likely. A token is among the five if fewer
  /// than five are likelier than it, so the order of equals does not matter. Counted only against a
  /// model's distributions; else 0.
  public var topFiveAgreements = 0

  /// Sums over no target.
  public init() {}

  /// All targets.
  public var targets: Int { choices + forced }

  /// Sums over choice and forced targets together.
  public var likelihoodLoss: Double { likelihoodLossChoice + likelihoodLossForced }
  /// 0 without stored distributions.
  public var crossEntropy: Double { crossEntropyChoice + crossEntropyForced }
  /// The floor of `crossEntropy`.
  public var entropy: Double { entropyChoice + entropyForced }

  /// Adds sums over other targets.
  public static func += (a: inout TargetScores, b: TargetScores) {
    a.choices += b.choices
    a.forced += b.forced
    a.likelihoodLossChoice += b.likelihoodLossChoice
    a.likelihoodLossForced += b.likelihoodLossForced
    a.crossEntropyChoice += b.crossEntropyChoice
    a.crossEntropyForced += b.crossEntropyForced
    a.entropyChoice += b.entropyChoice
    a.entropyForced += b.entropyForced
    a.invalidMass += b.invalidMass
    a.agreements += b.agreements
    a.topFiveAgreements += b.topFiveAgreements
  }

  /// What kind of distributions a set stores.
  public enum Reference: Sendable, Equatable {
    /// The set stores none.
    case none
    /// The exact distribution: it tells choices from forced positions.
    case exact
    /// Some model's distribution: a cross-entropy is available, but every target counts as forced.
    case model
  }
}
