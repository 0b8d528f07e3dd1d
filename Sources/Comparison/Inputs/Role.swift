package import Files
package import Scores

/// Purpose of one input of a comparison, as named in the stage's setting `roles`.
package struct Role: Sendable, Equatable {
  /// What an input is in a comparison.
  package enum Part: String, CaseIterable, Sendable {
    /// The trained model of one arm and seed.
    case training
    /// The results of that model on the test set.
    case evaluation
    /// The model that labels, or that students learn beside.
    case teacher
    /// The teacher's results on the test set.
    case teacherEvaluation = "teacher-evaluation"
    /// A label set of the teacher's distributions.
    case labels
    /// A label set of the task's exact distributions.
    case oracleLabels = "oracle-labels"
    /// A set of texts that the teacher wrote.
    case samples
    /// A generated set that the teacher or students learn from, or that is only shown on the data
    /// page.
    case dataset
    /// The test set of every evaluation.
    case test
    /// The set on which checkpoints are chosen.
    case validation
    /// The order in which students learn.
    case order
  }

  /// Name of the input in the pipeline file.
  package var input: String
  /// What the input is there for.
  package var part: Part
  /// `nil`: belongs to every comparison.
  package var comparison: String?
  /// Given for every training and evaluation; `nil` for other parts.
  package var arm: String?
  /// Given for every training and evaluation; `nil` for other parts.
  package var seed: Int?

  /// Reads `{"input": …, "role": …}`.
  ///
  /// - Throws: `ComparisonError.roles`.
  package init(_ json: JSON) throws(ComparisonError) {
    guard let object = json.objectValue, let input = object["input"]?.stringValue else {
      throw .roles("expected {\"input\": …, \"role\": …}, found \(json.text.prefix(80))")
    }
    let word = object["role"]?.stringValue ?? ""
    guard let part = Part(rawValue: word) else {
      throw .roles(
        "\(input): expected a role out of "
          + Part.allCases.map(\.rawValue).joined(separator: ", ") + ", found \"\(word)\"")
    }
    for key in object.keys
    where !["input", "role", "comparison", "arm", "seed"].contains(key) {
      throw .roles("\(input): unknown key \(key)")
    }
    self.input = input
    self.part = part
    comparison = object["comparison"]?.stringValue
    arm = object["arm"]?.stringValue
    seed = object["seed"]?.intValue
    if part == .training || part == .evaluation {
      guard comparison != nil, arm != nil, seed != nil else {
        throw .roles("\(input): a \(word) needs comparison, arm and seed")
      }
    }
  }

  /// As `init` reads it; keys that are `nil` are left out.
  package var json: JSON {
    var object: JSONObject = ["input": JSON(input), "role": JSON(part.rawValue)]
    object["comparison"] = comparison.map { JSON($0) }
    object["arm"] = arm.map { JSON($0) }
    object["seed"] = seed.map { JSON($0) }
    return .object(object)
  }

  /// Whether the input belongs to the comparison `name`.
  package func isOf(_ name: String) -> Bool { comparison == nil || comparison == name }
}

/// What the pipeline file declared about one comparison before anything ran.
package struct Declaration: Sendable, Equatable {
  /// As the pipeline file spells it.
  package var name: String
  /// Title on the page; `nil`: its name.
  package var title: String?
  /// The metric that the headline's claim is about.
  package var primary: Metric
  /// Names of the arms, in the order of tables.
  package var arms: [String]
  /// Training seeds, the replicates of every difference.
  package var seeds: [Int]

  /// A comparison as its stage declares it.
  package init(name: String, title: String?, primary: Metric, arms: [String], seeds: [Int]) {
    self.name = name
    self.title = title
    self.primary = primary
    self.arms = arms
    self.seeds = seeds
  }

  /// `{name, title, primary, arms, seeds}`; `title` is null where there is none.
  package var json: JSON {
    [
      "name": JSON(name), "title": title.map { JSON($0) } ?? .null,
      "primary": JSON(primary.rawValue), "arms": JSON(arms) { JSON($0) },
      "seeds": JSON(seeds) { JSON($0) },
    ]
  }

  /// Comparisons in the order of their first role, with arms and seeds taken from roles, for a
  /// pipeline that declared none.
  package static func derived(from roles: [Role], primary: Metric) -> [Declaration] {
    var found: [Declaration] = []
    for role in roles where role.part == .training || role.part == .evaluation {
      guard let name = role.comparison, let arm = role.arm, let seed = role.seed else { continue }
      let place: Int
      if let known = found.firstIndex(where: { $0.name == name }) {
        place = known
      } else {
        place = found.count
        found.append(Declaration(name: name, title: nil, primary: primary, arms: [], seeds: []))
      }
      if !found[place].arms.contains(arm) { found[place].arms.append(arm) }
      if !found[place].seeds.contains(seed) { found[place].seeds.append(seed) }
    }
    return found
  }
}
