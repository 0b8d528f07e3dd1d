internal import Files
internal import Stages

/// Which targets of a sample hold a label. The others learn their next token.
public struct LabelledPositions: Sendable, Equatable {
  /// How they are selected.
  public enum Selection: String, CaseIterable, Sendable {
    /// Every target.
    case all
    /// Those of a sample at which the teacher's distribution has the highest entropy.
    case entropy
    /// Those at which the family of the problem knows several right tokens.
    case choices
  }

  /// By what the targets are selected; `all` needs no `share`.
  public var selection: Selection
  /// Of the targets of a sample, rounded up; read for `entropy`.
  public var share: Double

  /// - Parameter share: of the targets of a sample, rounded up.
  public init(_ selection: Selection, share: Double = 0.2) {
    self.selection = selection
    self.share = share
  }

  /// `positions: WORD`, or `positions: {select: WORD, share: S}`; `nil`: all.
  init?(_ settings: inout Settings) throws(ConfigurationError) {
    let words = Selection.allCases.map(\.rawValue)
    let raw = settings.takeRaw(
      "positions",
      .other(
        "word, or block of select and share",
        schema: [
          "anyOf": [
            ["enum": JSON(words) { JSON($0) }],
            [
              "type": "object", "additionalProperties": false,
              "properties": [
                "select": ["enum": JSON(words) { JSON($0) }],
                "share": ["type": "number", "minimum": 0.001, "maximum": 1],
              ],
            ],
          ]
        ]), default: .value(JSON(Selection.all.rawValue)),
      "which targets hold a label: all; a share (0.2) of those of a sample, where the teacher's entropy is "
        + "highest; or those where the family of the problem knows a choice. The others learn their next "
        + "token")
    let block = raw?.objectValue ?? ["select": raw ?? JSON(Selection.all.rawValue)]
    func wrong() -> ConfigurationError {
      settings.error(
        "positions",
        "expected one of \(words.joined(separator: ", ")), or {select: entropy, share: 0.001 to 1}, found "
          + (raw?.text ?? "nothing"))
    }
    guard block.keys.allSatisfy({ ["select", "share"].contains($0) }),
      let selection = block["select"]?.stringValue.flatMap(Selection.init(rawValue:))
    else { throw wrong() }
    var share = 0.2
    if let given = block["share"] {
      guard selection == .entropy, let value = given.doubleValue, (0.001...1) ~= value else {
        throw wrong()
      }
      share = value
    }
    // What changes no byte belongs into no key.
    if selection == .all {
      settings.leaveOut("positions")
      return nil
    }
    self.init(selection, share: share)
    settings.resolve("positions", json)
  }

  /// What the manifest says of it.
  var json: JSON {
    selection == .entropy
      ? ["select": JSON(selection.rawValue), "share": .double(share)]
      : ["select": JSON(selection.rawValue)]
  }

  /// Reads that back; `nil` for anything else.
  init?(json: JSON) {
    guard let selection = json["select"]?.stringValue.flatMap(Selection.init(rawValue:)) else {
      return nil
    }
    let share = json["share"]?.doubleValue ?? 1
    guard (0...1) ~= share else { return nil }
    self.init(selection, share: share)
  }

  /// Which of some targets are selected.
  ///
  /// - Parameters:
  ///   - entropies: of the teacher's distribution at each target.
  ///   - choices: whether the family knows a choice at each; `nil`: not known.
  func selected(entropies: [Double], choices: [Bool]?) -> [Bool] {
    switch selection {
    case .all: return entropies.map { _ in true }
    case .choices: return choices ?? entropies.map { _ in false }
    case .entropy:
      let wanted = Int((share * Double(entropies.count)).rounded(.up))
      // Of equals, the first.
      let order = entropies.indices.sorted {
        (entropies[$0], $1) > (entropies[$1], $0)
      }
      let chosen = Set(order.prefix(wanted))
      return entropies.indices.map { chosen.contains($0) }
    }
  }
}

extension LabelledPositions {
  /// Which targets of a sample hold a label, and how they meet the family's choices.
  ///
  /// - Parameters:
  ///   - targets: rows of the sample.
  ///   - entropies: of the teacher's distribution at each target.
  ///   - choices: for each row of the sample whether the family knows a choice; `nil`: not known.
  func chosen(
    of targets: [Int], entropies: [Double], choices: [Bool]?
  ) -> (rows: Set<Int>, figures: PositionFigures) {
    let open = choices.map { choices in targets.map { choices[$0] } }
    let selected = selected(entropies: entropies, choices: open)
    var figures = PositionFigures()
    figures.labelled = selected.count { $0 }
    if let open {
      figures.choices = open.count { $0 }
      figures.hits = zip(open, selected).count { $0 && $1 }
    }
    return (Set(zip(targets, selected).filter(\.1).map(\.0)), figures)
  }
}

/// How a selection of positions meets the choices that the families know.
public struct PositionFigures: Sendable, Equatable {
  /// Targets that hold a label.
  public var labelled = 0
  /// Targets at which a family knows a choice; `nil`: no family of the set says.
  public var choices: Int?
  /// Those of them that hold a label.
  public var hits = 0

  /// - Parameter labelled: targets that hold a label.
  public init(labelled: Int = 0) { self.labelled = labelled }

  mutating func add(_ other: PositionFigures) {
    labelled += other.labelled
    if let more = other.choices { choices = (choices ?? 0) + more }
    hits += other.hits
  }

  /// The certificate's key `positions`.
  var json: JSON {
    var object: JSONObject = ["labelled": JSON(labelled)]
    if let choices {
      object["choices"] = JSON(choices)
      object["precision"] = JSON(Double(hits) / Double(max(1, labelled)))
      object["recall"] = JSON(Double(hits) / Double(max(1, choices)))
    }
    return .object(object)
  }

  init?(json: JSON) {
    guard let labelled = json["labelled"]?.intValue, labelled >= 0 else { return nil }
    self.labelled = labelled
    choices = json["choices"]?.intValue
    if let recall = json["recall"]?.doubleValue, let choices {
      hits = Int((recall * Double(choices)).rounded())
    }
  }
}

extension StoredLabelSet {
  /// How the labelled targets of the set were selected; `nil`: all are labelled.
  ///
  /// - Throws: `SoftLabelError.shape` for other words, and for a set whose samples do not say
  ///   which.
  func positions(
    of encoding: any LabelEncoding.Type
  ) throws(SoftLabelError) -> LabelledPositions? {
    guard let given = details?["positions"] else { return nil }
    guard let positions = LabelledPositions(json: given),
      fields.contains(LabelSelection.field)
    else {
      throw .shape(
        sample: name,
        expected: "the manifest's \"\(encoding.name)\" with positions, how they were selected, and "
          + "members \(LabelSelection.field)",
        found: given.text)
    }
    return positions
  }
}
