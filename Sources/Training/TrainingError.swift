/// Why a training cannot continue: which sample, step or tensor, expected, found, what to do next.
public enum TrainingError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A set that does not fit what the stage needs.
  case set(name: String, reason: String)
  /// One sample of it.
  case sample(set: String, id: String, reason: String)
  /// A living teacher that does not fit the set or the settings.
  case teacher(name: String, reason: String)
  /// A checkpoint that a model cannot start from.
  case start(name: String, reason: String)
  /// NaN or an infinity, found before the update of `step` was applied.
  case notFinite(step: Int, tensor: String, value: String, samples: [String])
  /// A budget that not even one sample at a time fits into.
  case memory(given: String, least: String)
  /// Labels that weigh something in the loss and change nothing of it.
  case unread(loss: Double, weight: Double, samples: [String])
  /// A checkpoint that exists but is invalid.
  case checkpoint(path: String, reason: String)

  public var description: String {
    switch self {
    case .set(let name, let reason): "the set \(name): \(reason)"
    case .sample(let set, let id, let reason): "the set \(set): sample \(id): \(reason)"
    case .teacher(let name, let reason): "the teacher \(name): \(reason)"
    case .start(let name, let reason): "the checkpoint \(name): \(reason)"
    case .notFinite(let step, let tensor, let value, let samples):
      "step \(step): \(tensor) is \(value), expected finite numbers; samples of the batch: "
        + Self.words(for: samples)
        + " -- no checkpoint has taken it in, the last good one is kept; lower the learning rate "
        + "or look at these samples"
    case .memory(let given, let least):
      "memory: \(given) is not enough: this training takes \(least) with one sample at a time -- give "
        + "memory: \(least) or more, fewer max_tokens, or a smaller model"
    case .unread(let loss, let weight, let samples):
      "the labels are not read: the loss of the first batch is \(loss) on its labels and on noise in "
        + "their place, expected two losses, since labels weigh \(weight) of it; samples: "
        + Self.words(for: samples)
        + " -- nothing was trained; the fault is in the training, not in the set"
    case .checkpoint(let path, let reason): "\(path): \(reason)"
    }
  }

  /// All ids of a small batch, the first ones of a large one.
  private static func words(for ids: [String]) -> String {
    let most = 64
    let more = ids.count > most ? " and \(ids.count - most) more" : ""
    return ids.prefix(most).joined(separator: " ") + more
  }
}
