internal import Files
internal import Stages

/// Gives each training that starts from a checkpoint that checkpoint as an input.
enum Starts {
  /// The kind of stage that takes in a model from elsewhere.
  static let kind = "import"
  /// Where a training's settings name the checkpoint: a stage that makes a model, or a path.
  static let key = ["model", "from"]

  /// For each training whose `model.from` names a stage, makes that stage an input; for each other
  /// one, inserts a stage that takes in the model of that path, one for all that name the same.
  ///
  /// - Throws: `PipelineError` for a name that is neither, and for a stage that makes no model.
  static func insert(
    into drafts: [Draft], _ products: StageProducts, file: String
  ) throws(PipelineError) -> [Draft] {
    var all = drafts
    var added: [(path: String, name: String)] = []
    for place in drafts.indices where products.isTraining(drafts[place].kind) {
      let draft = drafts[place]
      guard let text = draft.with["model"]?["from"]?.stringValue, !text.isEmpty else { continue }
      let source = draft.source.place(of: key)
      func wrong(_ reason: String) -> PipelineError {
        PipelineError(file, source, "\(draft.label): model.from: \(reason)")
      }
      var name = text
      if let stage = drafts.first(where: { $0.name == text }) {
        guard products.does(stage.kind, make: .model) else {
          throw wrong("the stage \(text) is of kind \(stage.kind) and makes no model")
        }
      } else {
        let folder = source.override == nil ? Paths.parent(of: file) : "."
        let path = Paths.absolute(text, from: folder)
        guard fileExists(path) else {
          let models = drafts.filter { products.does($0.kind, make: .model) }.map(\.name)
          throw wrong(
            "neither a stage nor a file or folder: \(text)\(Nearness.hint(text, among: models))")
        }
        if let known = added.first(where: { $0.path == path }) {
          name = known.name
        } else {
          name = self.name(for: path, among: all.map(\.name))
          added.append((path, name))
          all.append(
            Draft(
              added: name, kind: kind, from: [], with: ["model": JSON(path)], source: draft.source,
              by: "the training \(draft.name)"))
        }
      }
      all[place].give(start: name, at: source)
    }
    return all
  }

  /// `start-` and the path's last word, made different from the names of other stages.
  private static func name(for path: String, among names: [String]) -> String {
    let last = Paths.last(of: path)
    let stem = last.hasSuffix(".gguf") ? String(last.dropLast(5)) : last
    let safe = stem.utf8.prefix(80).map { byte in
      let character = Character(UnicodeScalar(byte))
      return character.isASCII
        && (character.isLetter || character.isNumber || "._-".contains(character))
        ? character : "-"
    }
    let first = "start-" + String(safe)
    var name = first
    var count = 2
    while names.contains(name) {
      name = "\(first)-\(count)"
      count += 1
    }
    return name
  }
}

extension Draft {
  /// Names the input that the model starts from, and adds it where it is none yet.
  fileprivate mutating func give(start name: String, at place: Place) {
    var model = with["model"]?.objectValue ?? [:]
    model["from"] = JSON(name)
    with["model"] = .object(model)
    guard !from.contains(name) else { return }
    let places = from.indices.map { fromPlace($0) }
    fromPlaces = places + [place] + [fromPlaces.last ?? place]
    from.append(name)
  }
}
