public import Files
public import Stages

extension EvaluateStage {
  /// Tokens per text in a rehearsal: an untrained model does not end its texts.
  private static let rehearsedTokens = 32

  /// A piece is an item.
  public func workload(settings: JSONObject, inputs: [Outlook]) -> Workload? {
    let items = inputs.compactMap(\.mostRecords).first
    return Workload(
      pieces: items,
      rehearsal: [
        "max_new_tokens": Workload.shortened(settings, "max_new_tokens", to: Self.rehearsedTokens)
      ], filesGrow: true)
  }
}
