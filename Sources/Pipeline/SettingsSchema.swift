internal import Files
internal import Stages

/// The JSON Schema of one block of settings, from their declarations.
///
/// Conditions that depend on other settings (a bound, a default) are left to the reader: the schema
/// then accepts more than the reader, never less.
struct SettingsSchema {
  private final class Node {
    var leaf: SettingDeclaration?
    var children: [(key: String, node: Node)] = []

    func child(_ key: String) -> Node {
      if let known = children.first(where: { $0.key == key }) { return known.node }
      let new = Node()
      children.append((key, new))
      return new
    }

    var isRequired: Bool {
      leaf.map { $0.fallback == .required } ?? children.contains { $0.node.isRequired }
    }

    /// The key in whose place it is required; `nil`: none.
    var alternativeKey: String? {
      guard isRequired, case .without(let other)? = leaf?.condition else { return nil }
      return other
    }
  }

  private let root = Node()

  init(_ settings: [SettingDeclaration]) {
    for setting in settings {
      var path = setting.path
      // Each alternative has its own node: two may have settings of the same name.
      if case .alternative(_, let name)? = setting.condition, path.count > 1 {
        path.insert(name, at: path.count - 1)
      }
      path.reduce(root) { $0.child($1) }.leaf = setting
    }
  }

  /// Whether an empty block is invalid.
  var isRequired: Bool { root.isRequired }

  /// Keys in the order of reading, each with its schema.
  var properties: [(key: String, schema: JSONObject)] {
    root.children.map { ($0.key, Self.schema(of: $0.node)) }
  }

  var requiredKeys: [String] { root.children.filter(\.node.isRequired).map(\.key) }

  /// The block itself.
  var object: JSONObject { Self.object(root) }

  private static func object(_ node: Node) -> JSONObject {
    var schema: JSONObject = [
      "type": "object", "additionalProperties": false,
      "properties": .object(
        JSONObject(node.children.map { ($0.key, .object(Self.schema(of: $0.node))) })),
    ]
    let required = node.children.filter { $0.node.isRequired && $0.node.alternativeKey == nil }
      .map(\.key)
    if !required.isEmpty { schema["required"] = JSON(required) { JSON($0) } }
    var rules = node.children.compactMap { Self.rule(for: $0.key, $0.node) }
    for (key, child) in node.children {
      guard let other = child.alternativeKey else { continue }
      let isNamed: (String) -> JSON = { has($0, ["not": ["type": "null"]]) }
      rules.append(["anyOf": [isNamed(other), isNamed(key)]])
    }
    if !rules.isEmpty { schema["allOf"] = .array(rules) }
    return schema
  }

  /// A key that is allowed only if other keys have certain values.
  private static func rule(for key: String, _ node: Node) -> JSON? {
    let holds: JSON
    var otherwise: JSON = false
    switch node.leaf?.condition {
    case .setting(let other, let value): holds = has(other, ["const": JSON(value)])
    case .beside(let beside): holds = self.holds(beside)
    case .without(let other):
      holds = ["not": has(other, ["not": ["type": "null"]])]
      otherwise = ["type": "null"]
    case .alternative, .words, nil: return nil
    }
    return [
      "if": ["not": holds], "then": ["properties": .object(JSONObject([(key, otherwise)]))],
    ]
  }

  private static func has(_ key: String, _ value: JSON) -> JSON {
    ["required": [JSON(key)], "properties": .object(JSONObject([(key, value)]))]
  }

  /// When a setting of some alternatives may stand beside the block that names one.
  private static func holds(_ beside: SettingDeclaration.Beside) -> JSON {
    let names: JSON = ["enum": JSON(beside.names) { JSON($0) }]
    let isNamed: JSON = [
      "type": "object", "required": ["name"], "properties": ["name": names],
    ]
    let isUnnamed: JSON = [
      "type": "object", "properties": ["name": ["type": "null"]],
    ]
    let absent: (String) -> JSON = { ["not": has($0, ["not": ["type": "null"]])] }
    var forms = [has(beside.key, ["anyOf": [names, isNamed]])]
    if let alias = beside.alias { forms.append(has(alias, names)) }
    if beside.isFallback {
      forms.append(has(beside.key, isUnnamed))
      forms.append(["allOf": .array([beside.key, beside.alias].compactMap { $0 }.map(absent))])
    }
    return ["anyOf": .array(forms)]
  }

  /// A name, or a block with a name and its settings.
  private static func alternatives(
    _ names: [String], _ fallback: String, _ node: Node
  ) -> JSONObject {
    let forms = names.map { name -> JSON in
      var block = object(node.children.first { $0.key == name }?.node ?? Node())
      let isFallback = name == fallback
      var properties: JSONObject = [
        "name": isFallback ? ["enum": [JSON(name), .null]] : ["const": JSON(name)]
      ]
      for member in block["properties"]?.objectValue?.members ?? [] {
        properties[member.key] = member.value
      }
      block["properties"] = .object(properties)
      if !isFallback {
        block["required"] = .array(["name"] + (block["required"]?.arrayValue ?? []))
      }
      return .object(block)
    }
    return ["anyOf": .array([["enum": JSON(names) { JSON($0) }]] + forms)]
  }

  private static func schema(of node: Node) -> JSONObject {
    guard let setting = node.leaf else {
      let block = object(node)
      return node.isRequired ? block : orNull(block)
    }
    var schema: JSONObject
    switch setting.kind {
    case .integer: schema = ["type": "integer"]
    case .number: schema = ["type": "number"]
    case .boolean: schema = ["type": "boolean"]
    case .string: schema = ["type": "string"]
    case .path: schema = ["type": "string", "minLength": 1]
    case .choice(let words): schema = ["enum": JSON(words) { JSON($0) }]
    case .names(let names):
      schema = [
        "type": "object", "minProperties": 1,
        "propertyNames": ["enum": JSON(names) { JSON($0) }],
      ]
      // Settings of every name, and settings of one name alone.
      let general = node.children.first { !names.contains($0.key) }?.node ?? Node()
      let own = node.children.filter { names.contains($0.key) }
      if !own.isEmpty {
        schema["properties"] = .object(
          JSONObject(
            own.map { name, inner in
              let whole = Node()
              whole.children = general.children + inner.children
              return (name, .object(orNull(object(whole))))
            }))
      }
      if !node.children.isEmpty {
        schema["additionalProperties"] = .object(orNull(object(general)))
      }
    case .alternatives(let names, let fallback): schema = alternatives(names, fallback, node)
    case .other(_, let given): schema = given
    }
    for (key, bound) in [("minimum", setting.low), ("maximum", setting.high)] {
      if case .value(let value) = bound { schema[key] = value }
    }
    if setting.fallback != .required { schema = orNull(schema) }
    schema["description"] = JSON(setting.meaningInFull + words(of: setting))
    if case .value(let value) = setting.fallback { schema["default"] = value }
    return schema
  }

  private static func words(of setting: SettingDeclaration) -> String {
    guard setting.dependsOnOthers else { return "" }
    return " (default: \(setting.defaultText)"
      + (setting.boundsText.isEmpty ? "" : "; \(setting.boundsText)") + ")"
  }

  /// The schema, or null: a key without a value counts as missing.
  static func orNull(_ schema: JSONObject) -> JSONObject {
    var schema = schema
    if let type = schema["type"] {
      schema["type"] = [type, "null"]
    } else if let words = schema["enum"]?.arrayValue {
      schema["enum"] = .array(words + [.null])
    } else {
      schema = ["anyOf": [.object(schema), ["type": "null"]]]
    }
    return schema
  }
}
