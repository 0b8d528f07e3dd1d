internal import Comparison
internal import Files
public import Stages
internal import Scores
internal import Statistics

/// Stage `compare`: reads trainings, evaluations, labels and sets; writes `report.json` and
/// `report.html`.
///
/// The setting `roles` gives the purpose of each input, so the stage is a function of its settings
/// and inputs alone. A role without its input is a missing run: the report says so.
public struct CompareStage: Stage {
  public static let kind = "compare"
  public static let codeVersion = 4
  public static let about = "sets arms against each other over paired seeds and writes the report"
  public static let needs = [
    StageNeed(.model, .any, "trainings and teachers"),
    StageNeed(.evaluation, .any, "of each model"),
    StageNeed(.set, .any, "data, labels and test sets, for their figures"),
  ]
  public static let makes: [StageProduct] = [.report]

  private let title: String
  private let about: String?
  private let pipeline: String?
  let roles: [Role]
  private let declarations: [Declaration]
  private let inputs: [StageInput]

  public init(_ settings: inout Settings, inputs: [StageInput]) throws {
    let givenTitle = try Self.optionalString("title", "headline of the page", &settings)
    about = try Self.optionalString("about", "prose below it", &settings)
    pipeline = try Self.optionalString("pipeline", "name of the pipeline", &settings)
    let primary = try settings.choice(
      "primary", default: Metric.ceChoice, "the metric that verdicts are about")
    let rawRoles =
      settings.takeRaw(
        "roles", .list, default: .required, "what each input is for: {input, role, …}")
      ?? .array([])
    let rawComparisons = settings.takeRaw(
      "comparisons", Self.comparisonList, default: .words("one, of all trainings"),
      "what is compared: {name, title, primary, arms, seeds}")
    try settings.endOfReading()
    guard let list = rawRoles.arrayValue, !list.isEmpty else {
      throw settings.error("roles", "expected a list that gives every input its role")
    }
    do throws(ComparisonError) {
      var read: [Role] = []
      for json in list { read.append(try Role(json)) }
      roles = read
    } catch {
      throw settings.error("roles", error.description)
    }
    let named = Set(roles.map(\.input))
    if let stray = inputs.first(where: { !named.contains($0.name) }) {
      throw settings.error("roles", "the input \(stray.name) has no role")
    }
    settings.resolve("roles", JSON(roles) { $0.json })
    if let raw = rawComparisons {
      declarations = try Self.declarations(raw, primary: primary, settings)
    } else {
      declarations = Declaration.derived(from: roles, primary: primary)
    }
    guard !declarations.isEmpty else {
      throw settings.error("roles", "no training is among them: there is nothing to compare")
    }
    settings.resolve("comparisons", JSON(declarations) { $0.json })
    title =
      givenTitle ?? (declarations.count == 1 ? declarations.first?.title : nil)
      ?? "Distilled or from scratch: which student is better?"
    self.inputs = inputs
  }

  private static func optionalString(
    _ key: String, _ meaning: String, _ settings: inout Settings
  ) throws -> String? {
    guard let raw = settings.takeRaw(key, .string, meaning) else { return nil }
    guard let text = raw.stringValue else { throw settings.error(key, "expected a string") }
    settings.resolve(key, JSON(text))
    return text
  }

  private static let comparisonList = SettingDeclaration.Kind.other(
    "list",
    schema: [
      "type": "array", "minItems": 1,
      "items": [
        "type": "object", "additionalProperties": false, "required": ["name", "arms", "seeds"],
        "properties": [
          "name": ["type": "string"], "title": ["type": "string"],
          "arms": [
            "type": "array", "minItems": 1, "uniqueItems": true, "items": ["type": "string"],
          ],
          "seeds": [
            "anyOf": [
              ["type": "integer", "minimum": 1, "maximum": 1000],
              [
                "type": "array", "minItems": 1, "uniqueItems": true,
                "items": ["type": "integer"],
              ],
            ]
          ],
          "primary": ["enum": JSON(Metric.names) { JSON($0) }],
          "confidence": ["const": JSON(PairedInterval.level)],
        ],
      ],
    ])

  /// `[{name, title, primary, arms, seeds}]`, `seeds` a count or a list.
  private static func declarations(_ raw: JSON, primary: Metric, _ settings: Settings) throws
    -> [Declaration]
  {
    func wrong(_ reason: String) -> ConfigurationError { settings.error("comparisons", reason) }
    guard let list = raw.arrayValue else { throw wrong("expected a list") }
    var found: [Declaration] = []
    for entry in list {
      guard let object = entry.objectValue, let name = object["name"]?.stringValue else {
        throw wrong("expected {name, arms, seeds, primary}, found \(entry.text.prefix(60))")
      }
      let known = ["name", "title", "arms", "seeds", "primary", "confidence"]
      for key in object.keys where !known.contains(key) {
        throw wrong("\(name): unknown key \(key); known here: " + known.joined(separator: ", "))
      }
      if let level = object["confidence"], level.doubleValue != PairedInterval.level {
        throw wrong("\(name): confidence is \(PairedInterval.level), found \(level.text)")
      }
      if let title = object["title"], title.stringValue == nil {
        throw wrong("\(name): title: expected a string, found \(title.text.prefix(60))")
      }
      let arms = (object["arms"]?.arrayValue ?? []).compactMap(\.stringValue)
      guard !arms.isEmpty, Set(arms).count == arms.count else {
        throw wrong("\(name): arms should be a list of different names")
      }
      let seeds: [Int]
      if let count = object["seeds"]?.intValue, (1...1000).contains(count) {
        seeds = Array(1...count)
      } else {
        seeds = (object["seeds"]?.arrayValue ?? []).compactMap(\.intValue)
      }
      guard !seeds.isEmpty, Set(seeds).count == seeds.count else {
        throw wrong("\(name): seeds should be a count or a list of different numbers")
      }
      var metric = primary
      if let word = object["primary"] {
        guard let known = word.stringValue.flatMap(Metric.init(rawValue:)) else {
          throw wrong(
            "\(name): primary is one of "
              + Metric.names.joined(separator: ", "))
        }
        metric = known
      }
      found.append(
        Declaration(
          name: name, title: object["title"]?.stringValue, primary: metric, arms: arms,
          seeds: seeds))
    }
    guard Set(found.map(\.name)).count == found.count else { throw wrong("a name stands twice") }
    return found
  }

  /// Refuses a primary metric that no arm can have, as far as the test set's settings show.
  public func check(_ inputs: [Outlook]) throws {
    for declaration in declarations {
      let evaluations = roles.filter { $0.part == .evaluation && $0.comparison == declaration.name }
        .compactMap { role in inputs.first { $0.name == role.input } }
      let reasons = evaluations.map { declaration.primary.lack(in: $0) }
      guard let first = evaluations.first, let reason = reasons.first ?? nil,
        !reasons.contains(nil)
      else { continue }
      throw InputError(
        input: first.name,
        reason:
          "\(declaration.name): primary: \(declaration.primary.rawValue) has no value for any "
          + "arm: \(reason)", isAboutInput: false)
    }
  }

  public func run(_ context: StageContext) throws -> StageResult {
    var gatherer = try Gatherer(roles: roles, inputs: inputs)
    let facts = try gatherer.facts(
      title: title, about: about, pipeline: pipeline, declarations: declarations
    ) { try context.checkInterruption() }
    let report = try Report(facts)
    try AtomicFile.write(report.json(), to: context.folder + "/report.json")
    try AtomicFile.write(report.html(), to: context.folder + "/report.html")
    let flags = report.results.checks.filter { $0.state == .flag }.count
    return StageResult(
      details: [
        "verdicts": JSON(report.verdicts) { JSON($0) },
        "flags": JSON(flags),
      ],
      files: ["report.json", "report.html"], summary: report.verdicts.first ?? "")
  }
}
