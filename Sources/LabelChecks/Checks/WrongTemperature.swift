internal import Files

/// Rows made at another temperature than 1.
package enum WrongTemperature: LabelCheck {
  package static let name = "wrong-temperature"
  package static let about = "rows were softened or sharpened by a temperature"

  /// A teacher's own calibration is nearer to 1 than this, and texts drawn at a temperature of 0.7
  /// give 1.4. Smaller powers say nothing: a teacher that has learnt its texts by heart is too
  /// sure, exactly as sharpened rows are; only with the teacher at hand can these be told.
  private static let calibrated = 1.5

  package static func findings(in evidence: EvidenceView) -> [Finding] {
    let facts = evidence.facts
    let fit = facts.temperature
    // What writes a set of ours knows no temperature.
    guard !facts.isCertified, fit.count >= 4 * Evidence.fewestRows, facts.explainingShift == nil,
      !facts.contradictsTokens, let best = fit.best, best.power > calibrated,
      best.gain.value > Evidence.sure * best.gain.error,
      // Undone, the rows predict: a teacher that has learnt nothing is not calibrated, and no
      // power helps it.
      best.loss < 0.8 * facts.chance,
      // Texts of likeliest tokens alone are greedy decoding, whatever the rows say.
      fit.hits * 100 < fit.count * 99
    else { return [] }
    return [
      finding(
        temperature: best.power, .suspect,
        evidence: "cross-entropy \(short(fit.losses[TemperatureFit.plain].value)) nats a token, "
          + "\(short(best.loss)) after the rows are raised to the power \(short(best.power)); entropy "
          + "\(short(facts.entropy.value))")
    ]
  }

  static func finding(
    temperature: Double, _ verdict: Finding.Verdict, evidence: String
  ) -> Finding {
    Finding(
      name, verdict, evidence: evidence,
      fix:
        "rows of temperature about \(short(temperature)): store those of temperature 1 (raise to "
        + "that power, normalise); or, if the texts were drawn at a low temperature, ignore this")
  }
}
