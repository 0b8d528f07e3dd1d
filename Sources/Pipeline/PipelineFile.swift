internal import Files
internal import Stages

/// A parsed pipeline file: its own keys are checked, nothing is expanded yet.
public struct PipelineFile: Sendable {
  /// One entry of `stages`.
  struct Entry: Sendable {
    var name: String
    var kind: String
    var from: [(name: String, place: Place)]
    var with: YAML
    var place: Place
    var kindPlace: Place
    var fromPlace: Place
  }

  /// The path as given, for messages.
  public let file: String
  /// `pipeline`: its name, fit for a folder.
  public let name: String
  /// `about`: prose; empty if missing.
  public let about: String
  /// `seed`: used by stages that set none.
  public let seed: UInt64
  let entries: [Entry]
  /// `compare`, as a list.
  let comparisons: [YAML]
  /// `rounds`, as a list.
  let rounds: [YAML]

  /// Reads the pipeline file at `path` and applies `--set` overrides (`teacher.steps=5`, `seed=7`,
  /// `compare.seeds=2`).
  ///
  /// - Throws: `FileError` when the file cannot be read, `PipelineError` for faults in it.
  public static func load(_ path: String, overrides: [String] = []) throws -> PipelineFile {
    let bytes: [UInt8]
    do {
      bytes = try readFile(path, limit: YAML.byteLimit)
    } catch .tooLarge(_, let size, let limit) {
      throw PipelineError(path, nil, "\(size) bytes, at most \(limit) are read")
    }
    try FileSignature.requireText(bytes, at: path)
    return try PipelineFile(bytes, named: path, overrides: overrides)
  }

  /// Reads a pipeline from bytes; `name` is for messages.
  public init(_ bytes: [UInt8], named file: String, overrides: [String] = [])
    throws(PipelineError)
  {
    var root = try YAML.parse(bytes, named: file)
    for override in overrides { try root.apply(override: override, named: file) }
    try self.init(root, named: file)
  }

  private init(_ root: YAML, named file: String) throws(PipelineError) {
    self.file = file
    let keys = Keys(file)
    try keys.check(
      root, in: "a pipeline", ["pipeline", "about", "seed", "stages", "rounds", "compare"])
    name = try keys.name(root, "pipeline")
    about = try keys.optionalText(root, "about") ?? ""
    if let given = root["seed"] {
      guard let number = given.json.intValue, number >= 0 else {
        throw PipelineError(
          file, root.place(of: ["seed"]),
          "seed: expected an integer of at least 0, found \(given.found)")
      }
      seed = UInt64(number)
    } else {
      seed = 0
    }
    guard let stages = root["stages"] else {
      throw PipelineError(file, root.place, "the key stages is missing -- list the stages")
    }
    guard let list = stages.list, !list.isEmpty else {
      throw PipelineError(
        file, stages.place, "stages: expected a list of stages, found \(stages.found)")
    }
    var entries: [Entry] = []
    for element in list { entries.append(try keys.entry(element)) }
    self.entries = entries
    comparisons = try Self.blocks("compare", of: root, file)
    rounds = try Self.blocks("rounds", of: root, file)
  }

  /// A mapping, or a list of some, as a list; empty for a missing key.
  private static func blocks(
    _ key: String, of root: YAML, _ file: String
  ) throws(PipelineError) -> [YAML] {
    guard let block = root[key] else { return [] }
    if block.map != nil { return [block] }
    guard let list = block.list, !list.isEmpty, list.allSatisfy({ $0.map != nil }) else {
      throw PipelineError(
        file, block.place,
        "\(key): expected a mapping or a list of mappings, found \(block.found)")
    }
    return list
  }
}

/// Reads a pipeline file's own keys.
struct Keys {
  let file: String

  init(_ file: String) { self.file = file }

  /// Refuses unknown keys.
  func check(_ value: YAML, in what: String, _ known: [String]) throws(PipelineError) {
    guard let members = value.map else {
      throw PipelineError(file, value.place, "expected \(what), found \(value.found)")
    }
    for member in members where !known.contains(member.key) {
      throw PipelineError(
        file, member.place,
        "unknown key \(member.key)\(Nearness.hint(member.key, among: known)); known in \(what): "
          + known.joined(separator: ", "))
    }
  }

  func optionalText(_ value: YAML, _ key: String) throws(PipelineError) -> String? {
    guard let given = value[key], given.json != .null else { return nil }
    guard let text = given.json.stringValue else {
      throw PipelineError(
        file, given.place, "\(key): expected a text, found \(given.found)")
    }
    return text
  }

  func text(_ value: YAML, _ key: String) throws(PipelineError) -> String {
    guard let text = try optionalText(value, key) else {
      throw PipelineError(file, value.place, "the key \(key) is missing")
    }
    return text
  }

  /// A word that becomes part of a file name.
  func name(_ value: YAML, _ key: String) throws(PipelineError) -> String {
    let text = try text(value, key)
    guard Paths.isSafeName(text), text.utf8.count <= 100 else {
      throw PipelineError(
        file, value.place(of: [key]),
        "\(key): expected a name of letters, digits, '.', '_' and '-' (at most 100, no dot in "
          + "front), found \(JSON(text).text)")
    }
    return text
  }

  func entry(_ element: YAML) throws(PipelineError) -> PipelineFile.Entry {
    try check(element, in: "a stage", ["name", "kind", "from", "with"])
    let name = try name(element, "name")
    guard !YAML.reservedNames.contains(name) else {
      throw PipelineError(
        file, element.place(of: ["name"]),
        "name: \(name) means something else to --set -- choose another name")
    }
    var from: [(name: String, place: Place)] = []
    if let given = element["from"], given.json != .null {
      guard let list = given.list else {
        throw PipelineError(
          file, given.place,
          "from: expected a list of stage names like [problems], found \(given.found)")
      }
      for item in list {
        guard let text = item.json.stringValue else {
          throw PipelineError(
            file, item.place, "from: expected the name of a stage, found \(item.found)")
        }
        from.append((text, item.place))
      }
    }
    let with = element["with"] ?? YAML(value: .map([]), place: element.place)
    let settings = with.json == .null ? YAML(value: .map([]), place: with.place) : with
    guard settings.map != nil else {
      throw PipelineError(
        file, with.place, "with: expected a mapping of settings, found \(with.found)")
    }
    return PipelineFile.Entry(
      name: name, kind: try text(element, "kind"), from: from, with: settings,
      place: element.place(of: ["name"]), kindPlace: element.place(of: ["kind"]),
      fromPlace: element.place(of: ["from"]))
  }
}
