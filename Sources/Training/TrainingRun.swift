internal import Archives
internal import Files
internal import Foundation
internal import Kernels
internal import Models
internal import Randomness
internal import Stages

/// One training, from its initial weights (or the newest state of an interrupted run) to the last
/// step.
///
/// Each step depends on settings and inputs alone. Starting and resuming share one path: the loop
/// below continues from whatever state it is given.
struct TrainingRun {
  let settings: TrainingSettings
  let objective: any Objective
  let batches: any BatchSource
  /// Targets of the batches; `nil` for objectives that read no distributions.
  let teaching: (any TargetSource)?
  let validation: Validation?
  let store: CheckpointStore
  let context: StageContext
  var failure: InjectedFailure?
  /// Whether a stop was requested.
  var shouldStop: () -> Bool = { Interruption.requested }

  let model: TransformerConfiguration
  let parameters: Parameters
  let optimizer: AdamWOptimizer
  private let pass: TrainingPass
  private let validationSteps: Set<Int>
  private(set) var state = TrainingState()
  /// The step of the newest checkpoint.
  private var saved = 0
  /// The samples of the step before this one; none after a resumption.
  private var members: [TrainingSamples.Sample] = []
  /// The distributions of the current batch.
  var targets: (any StepTargets)?
  private let started = ContinuousClock.now
  private var rowsSinceStart = 0
  /// The processor that this run uses.
  private let machine: JSONObject

  init(
    settings: TrainingSettings, objective: any Objective, initial: Parameters,
    batches: any BatchSource, teaching: (any TargetSource)?, validation: Validation?,
    store: CheckpointStore,
    context: StageContext
  ) throws(MatrixEngineError) {
    let engine = try MatrixEngine(backend: settings.backend, precision: settings.precision)
    self.settings = settings
    self.objective = objective
    model = initial.configuration
    self.batches = batches
    self.teaching = teaching
    self.validation = validation
    self.store = store
    self.context = context
    machine = context.machine
    parameters = initial
    optimizer = AdamWOptimizer(
      parameterCount: parameters.layout.count,
      settings: AdamWOptimizer.Settings(
        beta1: Float(settings.beta1), beta2: Float(settings.beta2),
        epsilon: Float(settings.epsilon), decay: Float(settings.weightDecay),
        largestNorm: settings.clip))
    let sizes = batches.largestSizes()
    pass = TrainingPass(
      configuration: model, engine: engine, parts: settings.parts,
      maximumTokensPerPart: max(sizes.sequence, min(sizes.rows, TrainingPass.sliceRows)),
      maximumTokens: sizes.rows, targetWidth: teaching?.targetWidth ?? 0)
    validationSteps = validation == nil ? [] : Set(settings.validationSteps)
  }

  /// Seed of the initial weights: derived from the training's seed alone, so that all arms of a
  /// seed share them.
  static func weightSeed(_ settings: TrainingSettings) -> Seed {
    Seed(settings.seed).child("initial-weights")
  }

  /// Runs to the last step.
  ///
  /// - Throws: `Interrupted` after writing a checkpoint of the current step;
  ///   `TrainingError.notFinite` before an update that is not finite is applied.
  mutating func run() throws {
    if let found = try store.newest() { resume(found) }
    while true {
      if validationSteps.contains(state.step), state.validated != state.step { try validate() }
      if state.step == settings.steps { return }
      if shouldStop() { try stop() }
      try advance()
      if state.step % settings.checkpointEvery == 0, state.step < settings.steps { try save() }
    }
  }

  private mutating func resume(_ found: SavedTraining) {
    state = found.state
    if let change = state.machines.change(to: machine, unit: "step") { context.notice(change) }
    saved = state.step
    parameters.values.copy(from: found.weights)
    optimizer.restore(
      stepCount: state.step, firstMoments: found.firstMoments, secondMoments: found.secondMoments)
  }

  private mutating func stop() throws -> Never {
    if state.step > saved { try save() }
    throw Interrupted()
  }

  /// - Throws: `TrainingError.notFinite` instead of saving a state that is not finite.
  private mutating func save() throws {
    try gate(state.step, members: members)
    try store.write(
      SavedTraining(
        state: state, weights: parameters.values.array,
        firstMoments: optimizer.firstMoments.array, secondMoments: optimizer.secondMoments.array))
    saved = state.step
  }

  /// One step: batch, gradient, gates, update.
  private mutating func advance() throws {
    let step = state.step + 1
    members = try batches.members(ofStep: step, student: parameters)
    let batch = try Batch(samples: members.map { ($0.tokens, $0.mask) })
    targets = try teaching?.targets(of: members, in: batch, threads: context.threads)
    let restore = poison(step, members)
    var result: StepResult
    do throws(ModelError) {
      result = try pass.step(
        parameters: parameters, batch: batch, loss: objective.loss,
        targets: targets?.rows, threads: context.threads)
    } catch {
      if case .target(let row) = error { throw badLabel(step, row: row, members: members) }
      throw error
    }
    restore()
    if failure?.strikes(.loss, at: step) == true { result.lossSum = .nan }
    if failure?.strikes(.gradient, at: step) == true { pass.gradients[0] = .infinity }
    try gate(result, step, members)
    try gate(step, members: members)

    let rate = settings.learningRate.rate(atStep: step)
    let norm: Double
    do throws(ModelError) {
      norm = try optimizer.update(
        parameters, gradients: pass.gradients, learningRate: Float(rate), threads: context.threads)
    } catch {
      let name = parameters.firstNotFinite(in: pass.gradients) ?? "the model"
      throw TrainingError.notFinite(
        step: step, tensor: "the gradient of \(name)", value: "NaN or infinite",
        samples: members.map(\.id))
    }
    state.step = step
    state.machines.add(through: step, on: machine)
    state.tokens += result.targetCount
    state.rows += batch.tokens.count
    rowsSinceStart += batch.tokens.count
    state.operations += model.trainingOperations(rowStarts: batch.rowStarts)
    state.operations += batches.operations(batch, model: model)
    state.teacherOperations += teaching?.operations(batch) ?? 0
    log(result, norm: norm, rate: rate)
  }

  private mutating func log(_ result: StepResult, norm: Double, rate: Double) {
    let step = state.step
    let loss = result.lossSum / result.weightSum
    let seconds = started.duration(to: .now) / .seconds(1)
    let perSecond = seconds > 0 ? Int(Double(rowsSinceStart) / seconds) : 0
    context.progress.report(
      done: step, of: settings.steps, unit: "steps",
      note: "loss \(Self.short(loss)) · \(perSecond) tokens/s")
    guard step % settings.logEvery == 0 || step == 1 || step == settings.steps else { return }
    let cross = result.crossEntropySum / result.weightSum
    let divergence = objective.readsDistributions ? result.klSum / result.weightSum : nil
    var line: JSONObject = [
      "step": JSON(step), "tokens": JSON(state.tokens), "loss": JSON(loss), "ce": JSON(cross),
      "kl": divergence.map { JSON($0) } ?? .null,
    ]
    // The logged divergence is at temperature 1, whatever the loss uses.
    if divergence != nil { line["kl_temperature"] = 1 }
    line["grad_norm"] = JSON(norm)
    line["learning_rate"] = JSON(rate)
    state.metrics.append(.object(line))
    var values = [("loss", loss), ("ce", cross), ("grad_norm", norm), ("learning_rate", rate)]
    if let divergence { values.append(("kl", divergence)) }
    context.metrics.record(step: step, values: values.map { (name: $0.0, value: $0.1) })
  }

  private static func short(_ loss: Double) -> String { String(format: "%.3f", loss) }

  /// Evaluates the validation set and keeps the weights if they are the best so far.
  private mutating func validate() throws {
    guard let validation else { return }
    let figures: ValidationFigures
    do {
      figures = try validation.figures(
        of: parameters, threads: context.threads, shouldStop: shouldStop)
    } catch is Interrupted {
      try stop()
    }
    state.validated = state.step
    state.metrics.append([
      "step": JSON(state.step), "tokens": JSON(state.tokens), "validation": figures.json,
    ])
    if figures.likelihood < state.best?.likelihood ?? .infinity {
      state.best = TrainingState.Best(
        step: state.step, likelihood: figures.likelihood, weights: parameters.copy())
    }
    let values = (figures.json.objectValue?.members ?? []).compactMap { member in
      member.value.doubleValue.map { (name: "validation/" + member.key, value: $0) }
    }
    context.metrics.record(step: state.step, values: values)
  }
}
