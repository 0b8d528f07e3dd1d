internal import Files
internal import Stages

extension YAML {
  /// Words that `--set` reads as keys of the pipeline; no stage may have these names.
  static let reservedNames = ["pipeline", "about", "seed", "stages", "rounds", "compare"]

  /// Applies one `--set key=value` to a whole pipeline.
  ///
  /// `seed=7` sets a key of the pipeline, `compare.seeds=2` one of its comparison
  /// (`compare.NAME.seeds=2` where there are several), `teacher.steps=5` (or
  /// `stages.teacher.steps=5`) one of a stage's settings. The value is read like one in the file.
  /// - Parameter name: the file, for messages.
  mutating func apply(override: String, named name: String) throws(PipelineError) {
    let place = Place(line: 0, column: 0, override: override)
    func wrong(_ reason: String) -> PipelineError { PipelineError(name, place, reason) }

    guard let equals = override.firstIndex(of: "=") else {
      throw wrong("expected key=value, found no '='")
    }
    var path = override[..<equals].split(separator: ".", omittingEmptySubsequences: false)
      .map(String.init)
    guard path.allSatisfy({ !$0.isEmpty }) else {
      throw wrong("expected words with dots between, like teacher.steps=5")
    }
    let text = String(override[override.index(after: equals)...])
    let value: YAML
    do {
      value =
        text.isEmpty
        ? YAML(value: .scalar(.string("")), place: place)
        : try YAML.parse(Array(text.utf8), named: name).moved(to: place)
    } catch {
      throw wrong(error.problems.map(\.message).joined(separator: "; "))
    }
    let namesStage = path[0] == "stages"
    if namesStage { path.removeFirst() }
    guard let first = path.first else { throw wrong("expected the name of a stage") }
    switch namesStage ? "" : first {
    case "pipeline", "about", "seed":
      guard path.count == 1 else { throw wrong("\(first) has no settings inside") }
      _ = set(path[...], to: value)
    case "compare", "rounds":
      guard let block = self[first] else {
        throw wrong("this pipeline \(first == "compare" ? "compares nothing" : "has no rounds")")
      }
      try replace(first, by: block.block(path, value, wrong))
    default:
      guard path.count > 1 else {
        throw wrong("expected STAGE.SETTING=value, like \(first).steps=5, or seed=value")
      }
      guard let stages = self["stages"], let list = stages.list else {
        throw wrong("the pipeline has no stages")
      }
      guard let (index, rest) = Self.named(path[...], in: list) else {
        let names = list.compactMap { $0["name"]?.json.stringValue }
        throw wrong(
          "no stage \(first)\(Nearness.hint(first, among: names)); stages: "
            + names.joined(separator: ", "))
      }
      var changed = list
      guard !rest.isEmpty else {
        throw wrong("expected a setting of this stage, like \(path.joined(separator: ".")).steps=5")
      }
      guard changed[index].set((["with"] + rest)[...], to: value) else {
        throw wrong("a key on the way holds a single value, no settings")
      }
      try replace("stages", by: YAML(value: .list(changed), place: stages.place))
    }
  }

  /// The entry whose name matches the first words of a path, and the remaining words. A name may
  /// contain dots, so the longest match counts.
  private static func named(_ path: ArraySlice<String>, in list: [YAML])
    -> (index: Int, rest: ArraySlice<String>)?
  {
    for count in stride(from: path.count, to: 0, by: -1) {
      let name = path.prefix(count).joined(separator: ".")
      if let index = list.firstIndex(where: { $0["name"]?.json == .string(name) }) {
        return (index, path.dropFirst(count))
      }
    }
    return nil
  }

  private func block(
    _ path: [String], _ value: YAML, _ wrong: (String) -> PipelineError
  ) throws(PipelineError) -> YAML {
    var changed = self
    let key = path.first ?? ""
    var path = Array(path.dropFirst())
    guard !path.isEmpty else { return value }
    guard var list else {
      guard changed.set(path[...], to: value) else {
        throw wrong("a key on the way holds a single value, no settings")
      }
      return changed
    }
    let names = list.compactMap { $0["name"]?.json.stringValue }
    let named = Self.named(path[...], in: list)
    if let named { path = Array(named.rest) }
    guard let index = named?.index ?? (list.count == 1 ? 0 : nil), !path.isEmpty else {
      throw wrong(
        "expected \(key).NAME.KEY=value with NAME one of " + names.joined(separator: ", "))
    }
    guard list[index].set(path[...], to: value) else {
      throw wrong("a key on the way holds a single value, no settings")
    }
    changed.value = .list(list)
    return changed
  }

  /// Replaces the value of an existing key; the key keeps its place.
  private mutating func replace(_ key: String, by value: YAML) throws(PipelineError) {
    guard case .map(var members) = self.value,
      let index = members.firstIndex(where: { $0.key == key })
    else { return }
    members[index].value = value
    self.value = .map(members)
  }

  /// A copy of the value in which every place is `place`.
  private func moved(to place: Place) -> YAML {
    switch value {
    case .scalar: YAML(value: value, place: place)
    case .list(let list): YAML(value: .list(list.map { $0.moved(to: place) }), place: place)
    case .map(let members):
      YAML(
        value: .map(
          members.map {
            Member(key: $0.key, place: place, value: $0.value.moved(to: place))
          }), place: place)
    }
  }
}
