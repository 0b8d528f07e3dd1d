internal import Archives
internal import Files
internal import Sets
package import Stages

/// Turns a stage's inputs, by their roles, into `Facts`.
package struct Gatherer {
  let roles: [Role]
  let inputs: [String: StageInput]
  /// Sets and their problems by input name, read once.
  private var folders: [String: SetFolder] = [:]
  private var problems: [String: ProblemNames] = [:]

  /// - Throws: `ComparisonError.roles` for inputs with the same name and roles without an input.
  package init(roles: [Role], inputs: [StageInput]) throws(ComparisonError) {
    self.roles = roles
    var named: [String: StageInput] = [:]
    for input in inputs {
      guard named.updateValue(input, forKey: input.name) == nil else {
        throw .roles("the input \(input.name) stands twice")
      }
    }
    self.inputs = named
  }

  /// The finished inputs of a role, in the order of the roles.
  private func finished(_ part: Role.Part, of comparison: String?)
    -> [(input: StageInput, finished: StageInput.Finished)]
  {
    roles.compactMap { role in
      guard role.part == part, comparison.map(role.isOf) ?? true,
        let input = inputs[role.input], let finished = input.finished
      else { return nil }
      return (input, finished)
    }
  }

  /// Reads manifests, curves, evaluations and sets.
  ///
  /// - Throws: `ComparisonError` that names the input.
  package mutating func facts(
    title: String, about: String?, pipeline: String?, declarations: [Declaration],
    checkInterruption: () throws -> Void
  ) throws -> Facts {
    var facts = Facts(
      title: title, about: about, pipeline: pipeline, comparisons: [], sets: [], samplings: [])
    for declaration in declarations {
      facts.comparisons.append(try compared(declaration))
      try checkInterruption()
    }
    var listed: Set<String> = []
    for part in [Role.Part.dataset, .validation, .test] {
      for (input, finished) in finished(part, of: nil) where listed.insert(input.name).inserted {
        facts.sets.append(
          try DataSet(
            input, finished, folder: folder(input, finished), showing: part == .dataset))
        try checkInterruption()
      }
    }
    for role in roles where role.part == .samples {
      guard let input = inputs[role.input], let finished = input.finished else { continue }
      facts.samplings.append(try Sampling(input, finished, comparison: role.comparison))
    }
    return facts
  }

  private mutating func compared(_ declaration: Declaration) throws -> Compared {
    let name = declaration.name
    var asked: Set<String> = []
    var runs: [Run] = []
    for arm in declaration.arms {
      for seed in declaration.seeds {
        runs.append(try run(name, arm, seed, asked: &asked))
      }
    }
    let teacher = try finished(.teacher, of: name).first.map { try Model($0.input, $0.finished) }
    let judged = try finished(.teacherEvaluation, of: name).first.map {
      try Self.evaluations($0.finished)
    }
    if let judged { asked.formUnion(judged.problems) }
    let labels = finished(.labels, of: name) + finished(.oracleLabels, of: name)
    return Compared(
      name: name, title: declaration.title, primary: declaration.primary, arms: declaration.arms,
      seeds: declaration.seeds,
      runs: runs, teacher: teacher, teacherEvaluation: judged?.final,
      labels: try labels.map { try LabelSet($0.input, $0.finished) },
      overlaps: try overlaps(name, asked: asked), machines: machines(of: name))
  }

  private func run(_ comparison: String, _ arm: String, _ seed: Int, asked: inout Set<String>)
    throws -> Run
  {
    func place(_ part: Role.Part) -> Role? {
      roles.first {
        $0.part == part && $0.comparison == comparison && $0.arm == arm && $0.seed == seed
      }
    }
    var run = Run(arm: arm, seed: seed)
    var missing: [String] = []
    func input(_ part: Role.Part) -> StageInput? {
      guard let role = place(part) else {
        missing.append("no \(part.rawValue) was planned")
        return nil
      }
      guard let input = inputs[role.input], input.finished != nil else {
        missing.append("the \(part.rawValue) \(role.input) is not finished")
        return nil
      }
      return input
    }
    if let input = input(.training), let finished = input.finished {
      run.model = try Model(input, finished)
    }
    if let finished = input(.evaluation)?.finished {
      let judged = try Self.evaluations(finished)
      run.final = judged.final
      run.best = judged.best
      asked.formUnion(judged.problems)
    }
    run.missing = missing.isEmpty ? nil : missing.joined(separator: "; ")
    return run
  }

  private static func evaluations(_ finished: StageInput.Finished) throws
    -> (final: Evaluation, best: Evaluation?, problems: Set<String>)
  {
    let folder = finished.folder
    var hasOracle: Bool?
    var hasTeacher = false
    if fileExists(folder + "/summary.json") {
      let summary = try JSON.parse(readFile(folder + "/summary.json", limit: 1 << 24))
      hasOracle = summary["oracle"]?.boolValue
      hasTeacher = summary["labels"]?.stringValue == "teacher"
    }
    func read(_ name: String) throws -> EvaluationFile {
      try EvaluationFile(folder + "/" + name, hasOracle: hasOracle, hasTeacher: hasTeacher)
    }
    let final = try read("final.jsonl")
    let best = fileExists(folder + "/best.jsonl") ? try read("best.jsonl") : nil
    return (final.evaluation, best?.evaluation, final.problems)
  }

  private mutating func folder(_ input: StageInput, _ finished: StageInput.Finished) throws
    -> SetFolder
  {
    if let known = folders[input.name] { return known }
    let folder = try SetFolder(finished)
    folders[input.name] = folder
    return folder
  }

  /// Counts the test problems contained in each set that was learnt from.
  private mutating func overlaps(_ comparison: String, asked: Set<String>) throws -> [Overlap] {
    var found: [Overlap] = []
    let readers: [(Role.Part, String)] = [
      (.dataset, "teacher"), (.labels, "students"), (.oracleLabels, "students"),
      (.validation, "validation"),
    ]
    let taught = Self.contentsRead(by: finished(.teacher, of: comparison))
    for (part, reader) in readers {
      for (input, finished) in finished(part, of: comparison) {
        // A set that only the data page shows was not learnt from.
        if part == .dataset, let taught, !taught.contains(finished.manifest.content) { continue }
        let known: ProblemNames
        if let read = problems[input.name] {
          known = read
        } else {
          known = try folder(input, finished).reader.problemNames()
          problems[input.name] = known
        }
        let shared = asked.filter(known.contains)
        found.append(
          Overlap(
            stage: input.name, reader: reader, problems: known.count, testProblems: asked.count,
            shared: shared.count, examples: Array(shared.sorted().prefix(3))))
        guard part != .validation else { continue }
        for (validation, finished) in self.finished(.validation, of: comparison) {
          let chosen = try folder(validation, finished).problems()
          let shared = chosen.filter(known.contains)
          if shared.isEmpty { continue }
          found.append(
            Overlap(
              heldOut: validation.name, stage: input.name, reader: reader, problems: known.count,
              testProblems: chosen.count, shared: shared.count,
              examples: Array(shared.sorted().prefix(3))))
        }
      }
    }
    return found
  }

  /// Processors named in the manifests of a comparison's stages.
  private func machines(of comparison: String) -> Machines? {
    var found = Machines(kinds: [], mixed: [])
    var seen: Set<String> = []
    for role in roles where role.isOf(comparison) && seen.insert(role.input).inserted {
      // Sets made only from settings are integers and text: the processor affects none of their
      // bytes.
      guard let input = inputs[role.input], let manifest = input.finished?.manifest,
        !input.makes.contains(.set) || manifest.stage?["inputs"]?.arrayValue?.isEmpty != true
      else { continue }
      let details = ManifestDetails(manifest.details, of: input.name)
      if let spans = WorkSpans(json: details.value("machines")), spans.isMixed {
        found.mixed.append(Machines.Mixed(stage: role.input, spans: spans.words))
      }
      guard let machine = manifest.machine, !machine.members.isEmpty else { continue }
      let words = WorkSpans.words(for: machine)
      if let place = found.kinds.firstIndex(where: { $0.machine == words }) {
        found.kinds[place].stages.append(role.input)
      } else {
        found.kinds.append(Machines.Kind(machine: words, stages: [role.input]))
      }
    }
    return found.kinds.isEmpty && found.mixed.isEmpty ? nil : found
  }

  /// Content digests of everything some stages read, from their manifests; `nil` if one gives none,
  /// so that every set has to be suspected.
  private static func contentsRead(
    by stages: [(input: StageInput, finished: StageInput.Finished)]
  ) -> Set<String>? {
    var contents: Set<String> = []
    for (_, finished) in stages {
      guard let inputs = finished.manifest.stage?["inputs"]?.arrayValue else {
        return nil
      }
      contents.formUnion(inputs.compactMap { $0["content"]?.stringValue })
    }
    return stages.isEmpty ? nil : contents
  }
}
