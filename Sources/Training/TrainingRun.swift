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
  let learner: Learner
  var parameters: Parameters { learner.parameters }
  let optimizer: AdamWOptimizer
  /// For objectives that match inner states, with the optimiser of its projection.
  let matcher: StateMatcher?
  private let projector: AdamWOptimizer?
  let pass: TrainingPass
  private let validationSteps: Set<Int>
  private(set) var state = TrainingState()
  /// The step of the newest checkpoint.
  private var saved = 0
  /// The samples of the step before this one; none after a resumption.
  private var members: [TrainingSamples.Sample] = []
  /// The distributions of the current batch.
  var targets: (any StepTargets)?
  /// Mean distance of inner states at the last step.
  private var distance: Double?
  private let started = ContinuousClock.now
  private var rowsSinceStart = 0
  /// The processor that this run uses.
  private let machine: JSONObject

  init(
    settings: TrainingSettings, objective: any Objective, initial: Parameters,
    batches: any BatchSource, teaching: (any TargetSource)?, validation: Validation?,
    matcher: StateMatcher? = nil, store: CheckpointStore,
    context: StageContext
  ) throws {
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
    learner = try Learner(initial, settings, engine: engine)
    let chosen = AdamWOptimizer.Settings(
      beta1: Float(settings.beta1), beta2: Float(settings.beta2),
      epsilon: Float(settings.epsilon), decay: Float(settings.weightDecay),
      largestNorm: settings.clip)
    optimizer = AdamWOptimizer(parameterCount: learner.values.count, settings: chosen)
    self.matcher = matcher
    projector = (matcher?.projection).map {
      AdamWOptimizer(parameterCount: $0.count, settings: chosen)
    }
    let sizes = batches.largestSizes(of: settings.microBatch)
    pass = TrainingPass(
      configuration: model, engine: engine, parts: settings.parts,
      maximumTokensPerPart: max(sizes.sequence, min(sizes.rows, TrainingPass.sliceRows)),
      maximumTokens: sizes.rows, targetWidth: teaching?.targetWidth ?? 0, frozen: learner.frozen)
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
    let beside = matcher?.projection?.count ?? 0
    if let found = try store.newest(count: learner.values.count, beside: beside) { resume(found) }
    if state.step == 0 { try requireReadLabels() }
    while true {
      if validationSteps.contains(state.step), state.validated != state.step { try validate() }
      if state.step == settings.steps { return keepAverage() }
      if shouldStop() { try stop() }
      try advance()
      if state.step % settings.checkpointEvery == 0, state.step < settings.steps { try save() }
    }
  }

  private mutating func resume(_ found: SavedTraining) {
    state = found.state
    if let change = state.machines.change(to: machine, unit: "step") { context.notice(change) }
    saved = state.step
    learner.values.copy(from: found.weights)
    learner.settle(threads: context.threads)
    optimizer.restore(
      stepCount: state.step, firstMoments: found.firstMoments, secondMoments: found.secondMoments)
    if let projection = matcher?.projection, found.projection.count == 3 {
      projection.copy(from: found.projection[0])
      projector?.restore(
        stepCount: state.step, firstMoments: found.projection[1],
        secondMoments: found.projection[2])
    }
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
        state: state, weights: learner.values.array,
        firstMoments: optimizer.firstMoments.array, secondMoments: optimizer.secondMoments.array,
        projection: [matcher?.projection, projector?.firstMoments, projector?.secondMoments]
          .compactMap { $0?.array }))
    saved = state.step
  }

  /// One step: batch, gradient, gates, update.
  private mutating func advance() throws {
    let step = state.step + 1
    members = try batches.members(ofStep: step, student: parameters)
    let batch = try Batch(members)
    var result = try differentiate(members, in: batch, step)
    if failure?.strikes(.loss, at: step) == true { result.lossSum = .nan }
    if failure?.strikes(.gradient, at: step) == true { pass.gradients[0] = .infinity }
    try gate(result, step, members)
    try gate(step, members: members)

    if let gradient = matcher?.gradient, let projector,
      !projector.norm(of: gradient, threads: context.threads).isFinite
    {
      throw TrainingError.notFinite(
        step: step, tensor: "the gradient of the projection", value: "NaN or infinite",
        samples: members.map(\.id))
    }

    let rate = settings.learningRate.rate(atStep: step)
    let gradient = learner.gradient(from: pass.gradients, threads: context.threads)
    let norm: Double
    do throws(ModelError) {
      norm = try optimizer.update(
        learner.values, decayed: learner.decayedCount, gradients: gradient,
        learningRate: Float(rate), threads: context.threads, frozen: learner.frozenValues
      ) { learner.firstNotFinite(in: gradient) ?? "the model" }
    } catch {
      let name = learner.firstNotFinite(in: gradient) ?? "the model"
      throw TrainingError.notFinite(
        step: step, tensor: "the gradient of \(name)", value: "NaN or infinite",
        samples: members.map(\.id))
    }
    if let projection = matcher?.projection, let projector, let gradient = matcher?.gradient {
      try projector.update(
        projection, decayed: projection.count, gradients: gradient, learningRate: Float(rate),
        threads: context.threads
      ) { "the projection" }
    }
    learner.settle(threads: context.threads)
    state.step = step
    average()
    state.machines.add(through: step, on: machine)
    state.tokens += result.targetCount
    state.rows += batch.tokens.count
    rowsSinceStart += batch.tokens.count
    state.operations += model.trainingOperations(rowStarts: batch.rowStarts, frozen: learner.frozen)
    state.operations += batches.operations(batch, model: model, step: step)
    state.operations += matcher?.operations(batch) ?? 0
    state.teacherOperations += teaching?.operations(batch, of: members) ?? 0
    log(result, norm: norm, rate: rate)
  }

  /// Takes the weights after a step into their mean, where one is asked for.
  private mutating func average() {
    guard let averaging = settings.averaging, averaging.counts(state.step, of: settings.steps)
    else { return }
    let values = learner.values
    if state.average == nil {
      state.average = AveragedWeights(first: values)
    } else {
      state.average?.add(values, averaging)
    }
  }

  /// The mean becomes what was learnt.
  private func keepAverage() {
    guard let average = state.average else { return }
    learner.values.copy(from: average.weights)
    learner.settle(threads: context.threads)
  }

  /// Loss and gradient of a batch, a micro-batch at a time.
  private mutating func differentiate(
    _ members: [TrainingSamples.Sample], in batch: Batch, _ step: Int
  ) throws -> StepResult {
    let size = settings.microBatch ?? members.count
    let loss = objective.loss(atStep: step, of: settings.steps)
    let weight = objective.matching?.weight.value(atStep: step, of: settings.steps) ?? 0
    matcher?.begin()
    var sum: StepResult?
    for first in stride(from: 0, to: members.count, by: max(1, size)) {
      let isWhole = members.count <= size
      let some = isWhole ? members : Array(members[first..<min(first + size, members.count)])
      let part = isWhole ? batch : try Batch(some)
      // Where nothing is a target, there is nothing to add.
      if !isWhole, part.weightSum == 0 { continue }
      targets = try teaching?.targets(of: some, in: part, threads: context.threads)
      guard matcher == nil || targets?.states != nil else {
        throw StageError.data("the teacher gives no states to match: its labels were read without")
      }
      let restore = sum == nil ? poison(step, some) : {}
      do throws(ModelError) {
        let found = try pass.step(
          parameters: parameters, batch: part, loss: loss, targets: targets?.rows,
          matching: targets?.states.flatMap { matcher?.matching($0, weight: weight) },
          total: batch.weightSum, accumulating: sum != nil, threads: context.threads)
        sum = sum.map { $0 + found } ?? found
      } catch {
        if case .target(let row) = error { throw badLabel(step, row: row, members: some) }
        throw error
      }
      restore()
    }
    guard var sum else { throw ModelError.batch(reason: "no row has a target") }
    if let matcher {
      distance = matcher.distanceSum / batch.weightSum
      sum.lossSum += weight * matcher.distanceSum
    }
    return sum
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
    if let distance { line["distance"] = JSON(distance) }
    let schedules = (objective.schedules + batches.schedules).filter { !$0.schedule.isConstant }
    for changing in schedules {
      line[changing.name] = JSON(changing.schedule.value(atStep: step, of: settings.steps))
    }
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
    // What would be kept if the training ended here.
    let kept = state.average?.weights
    let judged = kept.map { learner.weights(of: $0, threads: context.threads) } ?? parameters
    do {
      figures = try validation.figures(
        of: judged, threads: context.threads, shouldStop: shouldStop)
    } catch is Interrupted {
      try stop()
    }
    state.validated = state.step
    state.metrics.append([
      "step": JSON(state.step), "tokens": JSON(state.tokens), "validation": figures.json,
    ])
    if figures.likelihood < state.best?.likelihood ?? .infinity {
      state.best = TrainingState.Best(
        step: state.step, likelihood: figures.likelihood,
        weights: Floats((kept ?? learner.values).array))
    }
    let values = (figures.json.objectValue?.members ?? []).compactMap { member in
      member.value.doubleValue.map { (name: "validation/" + member.key, value: $0) }
    }
    context.metrics.record(step: state.step, values: values)
  }
}
