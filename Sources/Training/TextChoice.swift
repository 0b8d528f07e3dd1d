internal import Files
internal import Stages

/// Whose texts are learnt where a living teacher makes the distributions: the setting `texts`.
enum TextChoice: Equatable, Sendable {
  /// Those of the set.
  case set
  /// The student's own.
  case student(Writing)

  /// How the student writes.
  struct Writing: Equatable, Sendable {
    /// Share of the samples that it writes, each drawn by itself; the rest are the set's.
    var share: ValueSchedule
    /// Most tokens after a problem.
    var newTokens: Int
    /// Temperature of the draws; 0 takes the likeliest token.
    var temperature: Double
  }

  init(_ settings: inout Settings) throws(ConfigurationError) {
    self = try settings.alternative(
      "texts", among: ["set", "student"], default: "set",
      "whose texts are learnt: set, those of the set; student, its own, which it writes before each "
        + "step from the problems of the step's samples"
    ) { name, inner throws(ConfigurationError) in
      guard name == "student" else { return .set }
      return .student(
        Writing(
          share: try inner.schedule(
            "share", default: 1, in: 0...1, "share of the samples that the student writes"),
          newTokens: try inner.int(
            "max_new_tokens", default: 256, in: 1...1_048_576,
            "tokens that it may write after a problem"),
          temperature: try inner.double(
            "writing_temperature", default: 1, in: 0...100,
            "temperature of its draws; 0 takes the likeliest token")))
    }
  }
}
