internal import Files
internal import Yams

extension YAML {
  static let byteLimit = 1 << 20
  static let depthLimit = 16

  /// Reads the one document of a pipeline file, strictly.
  ///
  /// Refused: a key twice in one mapping, anchors, aliases, tags, merge keys, keys that are not
  /// plain words, numbers that are not finite, several documents, nesting deeper than `depthLimit`,
  /// more than `byteLimit` bytes, text that is not UTF-8.
  /// - Parameter name: the file, for messages.
  static func parse(_ bytes: [UInt8], named name: String) throws(PipelineError) -> YAML {
    let text = try decoded(bytes, named: name)
    let source = Source(name: name, text: text)
    try source.refuseAliases()
    let root: Node?
    do {
      root = try compose(yaml: text, .basic, .default, .utf8)
    } catch {
      throw source.translate(error)
    }
    guard let root else {
      throw PipelineError(
        name, Place(line: 1, column: 1), "expected a pipeline, found an empty file")
    }
    return try source.convert(root, depth: 1)
  }

  private static func decoded(_ bytes: [UInt8], named name: String) throws(PipelineError) -> String
  {
    guard bytes.count <= byteLimit else {
      throw PipelineError(
        name, nil, "\(bytes.count) bytes, at most \(byteLimit) are read -- a pipeline is small")
    }
    var bytes = bytes
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
    let text = String(decoding: bytes, as: UTF8.self)
    guard text.utf8.elementsEqual(bytes) else {
      let line = zip(bytes, text.utf8).prefix { $0 == $1 }.count { $0.0 == 0x0A } + 1
      throw PipelineError(
        name, Place(line: line, column: 1), "the text is not UTF-8 -- save it as UTF-8")
    }
    var line = 1
    var column = 1
    for scalar in text.unicodeScalars {
      let value = scalar.value
      if value < 0x20 && value != 0x0A && value != 0x0D && value != 0x09 || value == 0x7F
        || [0x85, 0x2028, 0x2029, 0xFEFF].contains(value)
      {
        throw PipelineError(
          name, Place(line: line, column: column),
          "the character U+\(String(value, radix: 16, uppercase: true)) is not allowed here "
            + "-- remove it")
      }
      (line, column) = value == 0x0A ? (line + 1, 1) : (line, column + 1)
    }
    return text
  }
}

/// Text of a pipeline file, for details that the parser does not report.
private struct Source {
  let name: String
  let text: String
  let lines: [[Unicode.Scalar]]

  init(name: String, text: String) {
    self.name = name
    self.text = text
    lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
      .map { Array($0) }
  }

  func error(_ place: Place, _ message: String) -> PipelineError {
    PipelineError(name, place, message)
  }

  func place(_ mark: Mark?) -> Place {
    Place(line: mark?.line ?? 1, column: mark?.column ?? 1)
  }

  /// Refuses a name that stands both after `&` and after `*`.
  ///
  /// Before parsing: an alias of an alias of … would cost the parser exponential time.
  func refuseAliases() throws(PipelineError) {
    var anchors: Set<String> = []
    var aliases: [(name: String, place: Place)] = []
    for (row, line) in lines.enumerated() {
      for (column, scalar) in line.enumerated() where scalar == "&" || scalar == "*" {
        let word = line[(column + 1)...].prefix {
          $0.properties.isAlphabetic || $0.properties.numericType != nil
            || "-_".unicodeScalars
              .contains($0)
        }
        guard !word.isEmpty else { continue }
        let name = String(String.UnicodeScalarView(word))
        if scalar == "&" {
          anchors.insert(name)
        } else {
          aliases.append((name, Place(line: row + 1, column: column + 1)))
        }
      }
    }
    guard let alias = aliases.first(where: { anchors.contains($0.name) }) else { return }
    throw error(
      alias.place,
      "anchors (&\(alias.name)) and aliases (*\(alias.name)) are not taken -- write "
        + "the value out")
  }

  func convert(_ node: Node, depth: Int) throws(PipelineError) -> YAML {
    let place = place(node.mark)
    guard depth <= YAML.depthLimit else {
      throw error(place, "nested deeper than \(YAML.depthLimit) -- a pipeline is flat")
    }
    try refuseProperties(at: place)
    switch node {
    case .scalar(let scalar):
      guard scalar.style == .plain else {
        return YAML(value: .scalar(.string(scalar.string)), place: place)
      }
      switch YAML.plain(scalar.string) {
      case .value(let json): return YAML(value: .scalar(json), place: place)
      case .refused(let reason): throw error(place, reason)
      }
    case .sequence(let sequence):
      var elements: [YAML] = []
      for element in sequence { elements.append(try convert(element, depth: depth + 1)) }
      return YAML(value: .list(elements), place: place)
    case .mapping(let mapping):
      var members: [YAML.Member] = []
      for (key, value) in mapping {
        let keyPlace = self.place(key.mark)
        let name = try self.key(key, at: keyPlace)
        if let first = members.first(where: { $0.key == name }) {
          throw error(
            keyPlace, "the key \(name) stands twice, first in line \(first.place.line) -- keep one")
        }
        members.append(
          YAML.Member(
            key: name, place: keyPlace, value: try convert(value, depth: depth + 1)))
      }
      return YAML(value: .map(members), place: place)
    case .alias:
      throw error(place, "aliases (*) are not taken -- write the value out")
    }
  }

  private func key(_ node: Node, at place: Place) throws(PipelineError) -> String {
    try refuseProperties(at: place)
    guard case .scalar(let scalar) = node, !scalar.string.isEmpty else {
      throw error(place, "expected a word as key")
    }
    guard scalar.style != .plain || scalar.string != "<<" else {
      throw error(place, "merge keys (<<) are not taken -- write the settings out")
    }
    return scalar.string
  }

  /// Refuses anchors, aliases and tags at the start of a node.
  private func refuseProperties(at place: Place) throws(PipelineError) {
    guard lines.indices.contains(place.line - 1),
      lines[place.line - 1].indices.contains(place.column - 1)
    else { return }
    switch lines[place.line - 1][place.column - 1] {
    case "&": throw error(place, "anchors (&) are not taken -- write the value out")
    case "*": throw error(place, "aliases (*) are not taken -- write the value out")
    case "!": throw error(place, "tags (!) are not taken -- write the plain value")
    default: return
    }
  }

  func translate(_ raw: any Error) -> PipelineError {
    guard let raw = raw as? YamlError else { return PipelineError(name, nil, "\(raw)") }
    switch raw {
    case .scanner(let context, let problem, let mark, _),
      .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      let words = (context.map { $0.text + ": " } ?? "") + problem
      return error(place(mark), "not YAML: \(words) -- check indentation, quotes and brackets")
    case .duplicatedKeysInMapping(let keys, let context):
      let key = keys.first ?? ""
      let first = place(context.mark)
      return error(
        second(key, after: first),
        "the key \(key) stands twice, first in line \(first.line) -- keep one")
    default: return PipelineError(name, Place(line: 1, column: 1), "not YAML: \(raw)")
    }
  }

  /// The next place of `key:` after `first`; in the same column, if it is on a later line.
  private func second(_ key: String, after first: Place) -> Place {
    let key = Array(key.unicodeScalars)
    var fallback: Place?
    for row in (first.line - 1)..<lines.count {
      let line = lines[row]
      let from = row == first.line - 1 ? first.column + key.count - 1 : 0
      guard from + key.count < line.count else { continue }
      for column in from..<(line.count - key.count)
      where line[column..<(column + key.count)].elementsEqual(key)
        && line[(column + key.count)...].drop(while: { $0 == " " || $0 == "\"" }).first == ":"
      {
        let place = Place(line: row + 1, column: column + 1)
        if row == first.line - 1 || place.column == first.column { return place }
        if fallback == nil { fallback = place }
      }
    }
    return fallback ?? first
  }
}
