internal import Arms
public import Files
internal import Stages

extension StageCatalogue {
  /// The JSON Schema (draft 2020-12) of pipeline files, made from the declarations of stages and
  /// arms.
  ///
  /// Like the reader, it refuses unknown keys, wrong types and values out of bounds. Whatever
  /// depends on other settings, other stages or files is left to the reader.
  public var schema: JSON {
    let name: JSON = [
      "type": "string", "pattern": "^(?!\\.)[A-Za-z0-9._-]{1,100}$",
    ]
    var definitions: JSONObject = [:]
    for entry in entries {
      definitions[entry.kind] = .object(SettingsSchema(entry.settings).object)
    }
    definitions["stage"] = stage(name)
    definitions["rounds"] = rounds(name)
    definitions["comparison"] = comparison(name)
    return [
      "$schema": "https://json-schema.org/draft/2020-12/schema",
      "title": "A pipeline of retort",
      "description": "Written by `retort stages --schema`; do not edit.",
      "type": "object", "additionalProperties": false, "required": ["pipeline", "stages"],
      "properties": [
        "pipeline": name,
        "about": ["type": ["string", "null"], "description": "a paragraph of prose"],
        "seed": [
          "type": "integer", "minimum": 0, "default": 0,
          "description": "what stages draw from that name no seed of their own",
        ],
        "stages": [
          "type": "array", "minItems": 1, "items": ["$ref": "#/$defs/stage"],
        ],
        "rounds": Self.oneOrMore("rounds"), "compare": Self.oneOrMore("comparison"),
      ],
      "$defs": .object(definitions),
    ]
  }

  /// A block of this definition, or a list of some.
  private static func oneOrMore(_ definition: String) -> JSON {
    let block: JSON = ["$ref": JSON("#/$defs/\(definition)")]
    return ["anyOf": [block, ["type": "array", "minItems": 1, "items": block]]]
  }

  /// One entry of `rounds`: its own keys, and the settings of the stages that a round adds.
  private func rounds(_ name: JSON) -> JSON {
    let text: JSON = ["type": "string", "minLength": 1]
    func words<T: RawRepresentable & CaseIterable>(_: T.Type) -> JSON where T.RawValue == String {
      ["enum": JSON(T.allCases.map(\.rawValue)) { JSON($0) }]
    }
    func settings(_ kind: String, without keys: [String]) -> JSON {
      let own = (self[kind]?.settings ?? []).filter { !keys.contains($0.path[0]) }
      return .object(SettingsSchema.orNull(SettingsSchema(own).object))
    }
    return [
      "type": "object", "additionalProperties": false,
      "required": ["count", "problems", "start"],
      "properties": [
        "name": name, "count": ["type": "integer", "minimum": 1, "maximum": 1000],
        "problems": text, "teacher": ["type": ["string", "null"]], "start": text,
        "texts": words(RoundsBlock.Texts.self), "weights": words(RoundsBlock.Weights.self),
        "new_problems": ["type": "boolean"], "validation": ["type": ["string", "null"]],
        "sample": settings("sample", without: RoundsBlock.sampleKeys),
        "label": settings("label", without: []),
        "distil": ["type": ["object", "null"]],
      ],
    ]
  }

  private func stage(_ name: JSON) -> JSON {
    let rules: [JSON] = entries.map { entry in
      let block: JSON = ["$ref": JSON("#/$defs/\(entry.kind)")]
      let isRequired = SettingsSchema(entry.settings).isRequired
      var then: JSONObject = [
        "properties": ["with": isRequired ? block : ["anyOf": [block, ["type": "null"]]]]
      ]
      if isRequired { then["required"] = ["with"] }
      return [
        "if": ["required": ["kind"], "properties": ["kind": ["const": JSON(entry.kind)]]],
        "then": .object(then),
      ]
    }
    return [
      "type": "object", "additionalProperties": false, "required": ["name", "kind"],
      "properties": [
        "name": [
          "allOf": [name, ["not": ["enum": JSON(YAML.reservedNames) { JSON($0) }]]]
        ],
        "kind": ["enum": JSON(entries) { JSON($0.kind) }],
        "from": [
          "type": ["array", "null"], "items": ["type": "string"],
          "description": "names of the stages that it reads, in order",
        ],
        "with": ["type": ["object", "null"]],
      ],
      "allOf": .array(rules),
    ]
  }

  /// One entry of `compare`: its own keys, and settings of the trainings it adds.
  private func comparison(_ name: JSON) -> JSON {
    let text: JSON = ["type": "string", "minLength": 1]
    var properties: JSONObject = [
      "name": name,
      "arms": [
        "type": "array", "minItems": 1, "uniqueItems": true,
        "items": ["enum": JSON(Arm.names) { JSON($0) }],
      ],
      "seeds": ["type": "integer", "minimum": 1, "maximum": 1000, "default": 3],
      "teacher": text, "labels": text, "test": text, "validation": ["type": ["string", "null"]],
      "curriculum": block([.order], without: ComparisonBlock.curriculumKeys),
      "evaluation": block([.evaluation], without: []),
    ]
    let report = maker(of: [.report])?.settings.first { $0.name == "comparisons" }
    if case .other(_, let schema)? = report?.kind {
      for key in ComparisonBlock.reportKeys {
        properties[key] = schema["items"]?["properties"]?[key]
      }
    }
    var rules: [JSON] = []
    let trainings = entries.filter { $0.needs.contains { $0.product == .order && $0.isNeeded } }
      .map { (kind: $0.kind, block: SettingsSchema($0.settings)) }
    var required = ["arms", "teacher", "labels", "test"]
    for (kind, block) in trainings {
      for (key, schema) in block.properties
      where properties[key] == nil && !ComparisonBlock.setKeys.contains(key) {
        let takers = arms(that: key, of: kind)
        let isOption = Arm.allOptions.contains(key)
        guard !takers.isEmpty || isOption else { continue }
        properties[key] = .object(schema)
        // An option of arms that are left out is ignored.
        if !isOption, takers.count < Arm.all.count {
          rules.append(Self.forbid(key, unless: ["items": Self.any(of: takers)]))
        }
      }
      required += block.requiredKeys.filter { !required.contains($0) }
    }
    var comparison: JSONObject = [
      "type": "object", "additionalProperties": false,
      "required": JSON(required) { JSON($0) }, "properties": .object(properties),
    ]
    if !rules.isEmpty { comparison["allOf"] = .array(rules) }
    return .object(comparison)
  }

  /// The arms whose trainings have the key.
  private func arms(that key: String, of kind: String) -> [Arm] {
    Arm.all.filter { arm in
      guard let settings = self[arm.stage]?.settings.filter({ $0.path.first == key }),
        !settings.isEmpty
      else { return false }
      return settings.allSatisfy { setting in
        switch setting.condition {
        case nil: true
        case .alternative(_, let name): arm.objective == name
        case .beside(let beside): beside.names.contains(arm.objective)
        // Within a block, its own schema says what excludes what.
        case .without: setting.path.count > 1
        // The arms set the objective; their sets are labelled, so no tokenizer is learnt.
        case .setting, .words: false
        }
      }
    }
  }

  private static func any(of arms: [Arm]) -> JSON {
    ["enum": JSON(arms) { JSON($0.name) }]
  }

  private static func forbid(_ key: String, unless arms: JSON) -> JSON {
    [
      "if": ["not": ["required": ["arms"], "properties": ["arms": arms]]],
      "then": ["properties": .object(JSONObject([(key, false)]))],
    ]
  }

  /// The kind that makes exactly these products.
  private func maker(of products: [StageProduct]) -> StageCatalogue.Entry? {
    entries.first { $0.makes == products }
  }

  /// The settings of the kind that makes these products.
  private func block(_ products: [StageProduct], without keys: [String]) -> JSON {
    let settings = (maker(of: products)?.settings ?? []).filter { !keys.contains($0.path[0]) }
    return .object(SettingsSchema.orNull(SettingsSchema(settings).object))
  }
}
