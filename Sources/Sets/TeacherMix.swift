public import Files
public import Stages

/// How several teachers make one distribution: a weighted mixture of their probabilities, or each
/// its own families.
///
/// Names of stages are not part of a stage's key, so what goes into the key are places among the
/// teachers, counted from 1.
public enum TeacherMix: Sendable, Equatable {
  /// For each teacher its weight; they sum to 1.
  case mixture([Double])
  /// For each family the place of its teacher, from 0; `fallback` has all other families.
  case routes([String: Int], fallback: Int?)

  /// The name of a route for all families that have none of their own.
  public static let fallbackKey = "default"

  /// Reads `teachers` and `route`. Nothing is resolved where there is one teacher.
  ///
  /// - Parameter teachers: names of the inputs, in their order.
  /// - Throws: `ConfigurationError` for names that are no teacher, and for teachers left out.
  public init(
    _ settings: inout Settings, teachers: [String]
  ) throws(ConfigurationError) {
    let weights = settings.takeRaw(
      "teachers", .other("mapping", schema: Self.weightsSchema),
      default: .words("equal weights"),
      "with several teachers: the weight of each in the mixture of their probabilities, by name; "
        + "made to sum to 1")
    let routes = settings.takeRaw(
      "route", .other("mapping", schema: Self.routesSchema),
      "with several teachers: for each family the teacher that labels it, by name; default: all "
        + "others")
    guard weights == nil || routes == nil else {
      throw settings.error("route", "says what teachers says otherwise -- leave one out")
    }
    if teachers.count < 2, let key = weights != nil ? "teachers" : routes != nil ? "route" : nil {
      throw settings.error(
        key,
        "is for several teachers, and there \(teachers.isEmpty ? "is none" : "is one: \(teachers[0])") "
          + "-- name them all under from, or leave it out")
    }
    if let routes {
      self = try Self.routes(routes, teachers, &settings)
    } else {
      self = try Self.mixture(weights, teachers, &settings)
    }
  }

  private static func mixture(
    _ given: JSON?, _ teachers: [String], _ settings: inout Settings
  ) throws(ConfigurationError) -> TeacherMix {
    guard let given else {
      let count = max(1, teachers.count)
      let equal = [Double](repeating: 1 / Double(count), count: count)
      if teachers.count > 1 { settings.resolve("teachers", JSON(equal) { JSON($0) }) }
      return .mixture(equal)
    }
    guard let object = given.objectValue else {
      throw settings.error(
        "teachers",
        "expected a mapping like {\(teachers[0]): 0.7, …}, found \(given.text.prefix(60))")
    }
    var weights = [Double](repeating: 0, count: teachers.count)
    for member in object.members {
      let place = try place(of: member.key, teachers, under: "teachers", settings)
      guard let weight = member.value.doubleValue, weight.isFinite, weight > 0, weight <= 1e9 else {
        throw settings.error(
          "teachers",
          "\(member.key): expected a weight of more than 0, found \(member.value.text.prefix(60)) -- "
            + "a teacher without one is left out under from")
      }
      weights[place] = weight
    }
    if let missing = weights.firstIndex(of: 0) {
      throw settings.error(
        "teachers", "says nothing of \(teachers[missing]), which is among the inputs")
    }
    let sum = weights.reduce(0, +)
    let shares = weights.map { $0 / sum }
    settings.resolve("teachers", JSON(shares) { JSON($0) })
    return .mixture(shares)
  }

  private static func routes(
    _ given: JSON, _ teachers: [String], _ settings: inout Settings
  ) throws(ConfigurationError) -> TeacherMix {
    guard let object = given.objectValue, !object.isEmpty else {
      throw settings.error(
        "route",
        "expected a mapping like {sum-reduce: \(teachers[0]), default: \(teachers[1])}, found "
          + given.text.prefix(60))
    }
    var routes: [String: Int] = [:]
    var fallback: Int?
    for member in object.members {
      guard let name = member.value.stringValue else {
        throw settings.error(
          "route",
          "\(member.key): expected the name of a teacher, found \(member.value.text.prefix(60))")
      }
      let place = try place(of: name, teachers, under: "route", settings)
      if member.key == fallbackKey { fallback = place } else { routes[member.key] = place }
    }
    let used = Set(routes.values).union(fallback.map { [$0] } ?? [])
    if let idle = teachers.indices.first(where: { !used.contains($0) }) {
      throw settings.error(
        "route", "sends nothing to \(teachers[idle]), which is among the inputs")
    }
    var sorted: [JSON] = routes.sorted { $0.key < $1.key }.map {
      [JSON($0.key), JSON($0.value + 1)]
    }
    if let fallback { sorted.append([.null, JSON(fallback + 1)]) }
    settings.resolve("route", .array(sorted))
    return .routes(routes, fallback: fallback)
  }

  private static func place(
    of name: String, _ teachers: [String], under key: String, _ settings: Settings
  ) throws(ConfigurationError) -> Int {
    guard let place = teachers.firstIndex(of: name) else {
      throw settings.error(
        key,
        "\(name.prefix(60)) is no teacher among the inputs\(Nearness.hint(name, among: teachers)); "
          + "teachers: \(teachers.joined(separator: ", "))")
    }
    return place
  }

  /// For each teacher its weight in the distributions of a family; `nil`: no teacher has the
  /// family.
  public func weights(of family: String, teachers count: Int) -> [Double]? {
    switch self {
    case .mixture(let weights): return weights
    case .routes(let routes, let fallback):
      guard let place = routes[family] ?? fallback else { return nil }
      return (0..<count).map { $0 == place ? 1 : 0 }
    }
  }

  /// Identifies teachers mixed like this, 64 hex: the only one's own fingerprint.
  public func fingerprint(of teachers: [String]) -> String {
    teachers.count == 1 ? teachers[0] : SHA256.hash(json(of: teachers).serialized()).hex
  }

  /// What manifests say: for each teacher its fingerprint and its weight or its families.
  ///
  /// - Parameter teachers: fingerprints.
  public func json(of teachers: [String]) -> JSON {
    .array(
      teachers.enumerated().map { place, fingerprint in
        switch self {
        case .mixture(let weights):
          return ["fingerprint": JSON(fingerprint), "weight": JSON(weights[place])]
        case .routes(let routes, let fallback):
          let own = routes.filter { $0.value == place }.keys.sorted()
          return [
            "fingerprint": JSON(fingerprint), "families": JSON(own) { JSON($0) },
            "default": JSON(fallback == place),
          ]
        }
      })
  }

  /// Refuses what the outlooks rule out: teachers of different tokenizers, families without a
  /// teacher.
  ///
  /// - Throws: `InputError`, `ConfigurationError`.
  public func check(teachers: [Outlook], set: Outlook?) throws {
    if let first = teachers.first(where: { $0.tokenizer != nil }),
      let other = teachers.first(where: { $0.tokenizer ?? first.tokenizer != first.tokenizer })
    {
      throw InputError(
        input: other.name,
        reason:
          "its tokens are others than those of \(first.name) -- teachers are mixed token by token "
          + "and must share a tokenizer")
    }
    guard case .routes(let routes, nil) = self, let sources = set?.sources else { return }
    let families = Set(sources.flatMap(\.cells).compactMap { $0.split(separator: "/").first })
    if let lost = families.map(String.init).sorted().first(where: { routes[$0] == nil }) {
      throw ConfigurationError(
        path: ["route"],
        reason:
          "sends \(lost) to nobody, which \(set?.name ?? "the set") holds -- name its teacher, "
          + "or \(Self.fallbackKey)")
    }
  }

  private static let weightsSchema: JSONObject = [
    "type": "object", "additionalProperties": ["type": "number", "exclusiveMinimum": 0],
    "minProperties": 2,
  ]
  private static let routesSchema: JSONObject = [
    "type": "object", "additionalProperties": ["type": "string"], "minProperties": 1,
  ]
}
