internal import Files
internal import Kernels
internal import Stages

/// The state of a training between two steps, apart from its configuration and inputs.
struct TrainingState {
  /// Updates applied.
  var step = 0
  /// Targets seen.
  var tokens = 0
  /// Rows that went through the model.
  var rows = 0
  var operations = 0.0
  /// Floating-point operations of a living teacher.
  var teacherOperations = 0.0
  /// The last step that was followed by a validation.
  var validated = 0
  /// The lines of `metrics.jsonl` so far.
  var metrics: [JSON] = []
  var best: Best?
  /// The mean of weights so far, where there is one.
  var average: AveragedWeights?
  /// Which steps ran on which processor.
  var machines = WorkSpans()

  struct Best {
    var step: Int
    var likelihood: Double
    /// What the optimiser changes, as it was then.
    var weights: Floats
  }
}

/// A state together with its floats, as a checkpoint holds them.
struct SavedTraining {
  var state: TrainingState
  var weights: [Float]
  var firstMoments: [Float]
  var secondMoments: [Float]
  /// Of a projection that is learnt beside: values and both moments.
  var projection: [[Float]] = []
}

extension TrainingState {
  /// `state.json`.
  ///
  /// - Parameters:
  ///   - configuration: digest of settings and inputs.
  ///   - order: digest of the order file.
  ///   - batch: entries per step, which give the position in the order.
  func json(configuration: String, order: String, batch: Int) -> JSON {
    var object: JSONObject = [
      "format": JSON(1), "configuration": JSON(configuration), "step": JSON(step),
      "schedule": ["step": JSON(step)],
      "order": ["sha256": JSON(order), "position": JSON(step * batch)],
      "tokens": JSON(tokens), "rows": JSON(rows), "operations": JSON(operations),
      "teacher_operations": JSON(teacherOperations),
      "validated": JSON(validated),
      "best": best.map { ["step": JSON($0.step), "nll": JSON($0.likelihood)] } ?? .null,
      "machines": machines.json, "metric_lines": JSON(metrics.count), "metrics": .array(metrics),
    ]
    if let average { object["average"] = ["count": JSON(average.count)] }
    return .object(object)
  }

  /// Reads what `json` wrote; the best weights come from `weights`, the mean ones from `average`.
  ///
  /// - Returns: `nil` for anything else.
  init?(_ json: JSON, best weights: Floats?, average: Floats? = nil) {
    guard json["format"]?.intValue == 1, let step = json["step"]?.intValue,
      let tokens = json["tokens"]?.intValue, let rows = json["rows"]?.intValue,
      let operations = json["operations"]?.doubleValue,
      let validated = json["validated"]?.intValue, let lines = json["metric_lines"]?.intValue,
      let metrics = json["metrics"]?.arrayValue, metrics.count >= lines, lines >= 0,
      let machines = WorkSpans(json: json["machines"]), machines.count == step
    else { return nil }
    self.step = step
    self.tokens = tokens
    self.rows = rows
    self.operations = operations
    teacherOperations = json["teacher_operations"]?.doubleValue ?? 0
    self.validated = validated
    self.machines = machines
    self.metrics = Array(metrics.prefix(lines))
    if let found = json["average"] {
      guard let count = found["count"]?.intValue, count >= 1, let average else { return nil }
      self.average = AveragedWeights(count: count, weights: average)
    }
    switch json["best"] {
    case .null?: best = nil
    case let found?:
      guard let step = found["step"]?.intValue, let likelihood = found["nll"]?.doubleValue,
        let weights
      else { return nil }
      best = Best(step: step, likelihood: likelihood, weights: weights)
    case nil: return nil
    }
  }
}
