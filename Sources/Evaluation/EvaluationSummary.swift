internal import Files
internal import Scores

/// Totals of one model over items: shares of items, and figures per target token, pooled (the sum
/// over all tokens divided by their number, never a mean of means).
struct EvaluationSummary: Sendable, Equatable {
  /// One family at one level.
  struct Cell: Hashable, Sendable, Comparable {
    let family: String
    let level: Int

    static func < (a: Cell, b: Cell) -> Bool {
      a.family == b.family ? a.level < b.level : a.family < b.family
    }
  }

  private(set) var overall = Totals()
  private(set) var cells: [Cell: Totals] = [:]

  /// Adds one item; the order of calls fixes the last bits of the sums.
  mutating func add(_ item: ItemResult) {
    let item = item.item
    overall.add(item)
    cells[
      Cell(family: item.family, level: item.level),
      default: Totals(family: item.family, level: item.level)
    ].add(item)
  }

  func json(_ reference: TargetScores.Reference) -> JSON {
    let levels = cells.sorted { $0.key < $1.key }.map { cell, totals in
      var object: JSONObject = ["family": JSON(cell.family), "level": JSON(cell.level)]
      for member in totals.json(reference).members { object[member.key] = member.value }
      return JSON.object(object)
    }
    return ["overall": .object(overall.json(reference)), "levels": .array(levels)]
  }
}

extension Totals {
  /// Null if there is nothing to divide by, or the set gives no basis for the figure.
  fileprivate func json(_ reference: TargetScores.Reference) -> JSONObject {
    func ratio(_ sum: Double, _ count: Int, if isKnown: Bool = true) -> JSON {
      isKnown && count > 0 ? JSON(sum / Double(count)) : .null
    }
    let s = scores
    let isLabelled = reference != .none
    let isExact = reference == .exact
    var figures: JSONObject = [
      "items": JSON(items), "answers_right": JSON(rightAnswers), "verified": JSON(verified),
      "generated_tokens": JSON(writtenTokens),
      "answer_share": ratio(Double(rightAnswers), written),
      "verified_share": ratio(Double(verified), written),
      "n_choice": JSON(s.choices), "n_forced": JSON(s.forced),
      "nll": ratio(s.likelihoodLossChoice + s.likelihoodLossForced, s.targets),
      "nll_choice": ratio(s.likelihoodLossChoice, s.choices),
      "nll_forced": ratio(s.likelihoodLossForced, s.forced),
      "ce": ratio(s.crossEntropyChoice + s.crossEntropyForced, s.targets, if: isLabelled),
      "ce_choice": ratio(s.crossEntropyChoice, s.choices),
      "ce_forced": ratio(s.crossEntropyForced, s.forced, if: isLabelled),
      "entropy": ratio(s.entropyChoice + s.entropyForced, s.targets, if: isLabelled),
      "entropy_choice": ratio(s.entropyChoice, s.choices),
      "kl": ratio(
        s.crossEntropyChoice + s.crossEntropyForced - s.entropyChoice - s.entropyForced,
        s.targets, if: isLabelled),
      "kl_choice": ratio(s.crossEntropyChoice - s.entropyChoice, s.choices),
      "kl_forced": ratio(s.crossEntropyForced - s.entropyForced, s.forced, if: isLabelled),
      "invalid_mass": ratio(s.invalidMass, s.targets, if: isExact),
      "agreement": ratio(Double(s.agreements), s.targets, if: isLabelled),
    ]
    if reference == .model {
      figures["agreement_top5"] = ratio(Double(s.topFiveAgreements), s.targets)
    }
    return figures
  }
}
