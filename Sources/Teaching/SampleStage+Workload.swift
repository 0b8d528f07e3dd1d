public import Files
public import Stages

extension SampleStage {
  /// Tokens per text in a rehearsal: an untrained model does not end its texts.
  private static let rehearsedTokens = 32
  /// Share of `max_new_tokens` that an answer to a free prompt takes. Measured on SmolLM2, whose
  /// answers end freely; traces of families end far earlier, within the rehearsal's tokens.
  private static let shareOfLimit = 0.5

  /// A piece is a text.
  public func workload(settings: JSONObject, inputs: [Outlook]) -> Workload? {
    let texts = outlook("", settings: settings, inputs: inputs).mostRecords
    let limit = settings["max_new_tokens"]?.intValue ?? Self.rehearsedTokens
    let rehearsed = Double(min(limit, Self.rehearsedTokens))
    let longer = max(1, Double(limit) * Self.shareOfLimit / rehearsed)
    // Answers that are judged end sooner; the records that are kept may all be of free prompts.
    let asked = inputs.filter { $0.hasPrompts != nil }
    let free = asked.filter { $0.hasPrompts == true }
    let share =
      free.isEmpty
      ? 0
      : Double(free.reduce(0) { $0 + ($1.mostRecords ?? 1) })
        / Double(max(1, asked.reduce(0) { $0 + ($1.mostRecords ?? 1) }))
    return Workload(
      pieces: texts, records: texts,
      rehearsal: [
        "count": Workload.shortened(settings, "count", to: 32), "draws": 1, "allow_fewer": true,
        "max_new_tokens": Workload.shortened(settings, "max_new_tokens", to: Self.rehearsedTokens),
        "keep_rejected": true, "keep_unfinished": true, "unverified": true, "skip": 0,
        // What a teacher of a few steps writes is never accepted.
        "keep": "all",
      ], stretch: 1 + share * (longer - 1),
      recordStretch: free.isEmpty ? 1 : longer, filesGrow: true)
  }
}
