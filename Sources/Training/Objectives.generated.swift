// Written by Scripts/generate-registries from the files of this module; do not edit.

/// Every objective of a training.
package enum Objectives {
  package static let all: [any Objective.Type] = [
    AttentionMatching.self,
    EntropyRouted.self,
    ForwardKL.self,
    Hard.self,
    HiddenMatching.self,
    JSD.self,
    ReverseKL.self,
    SkewKL.self,
    SkewReverseKL.self,
    Smoothed.self,
    TotalVariation.self,
  ]
}
