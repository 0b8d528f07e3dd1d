public import Files
public import Stages

extension EvaluateStage {
  /// Tokens of a text in a rehearsal: a model that has learnt nothing yet finds no end.
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
