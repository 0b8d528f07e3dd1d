// Written by Scripts/generate-registries from the files of this module; do not edit.

extension Metric {
  /// Every metric, by name.
  static let generated: [Metric] = [
    .agreement,
    .agreementTop5,
    .answer,
    .ceAll,
    .ceChoice,
    .ceForced,
    .invalidMass,
    .klTeacher,
    .nll,
    .nllChoice,
    .nllForced,
    .verified,
  ]
}
