internal import Files

/// A value of a pipeline file with its place.
struct YAML: Sendable {
  enum Value: Sendable {
    case scalar(JSON)
    case list([YAML])
    case map([Member])
  }

  struct Member: Sendable {
    var key: String
    /// Place of the key.
    var place: Place
    var value: YAML
  }

  var value: Value
  var place: Place

  var json: JSON {
    switch value {
    case .scalar(let json): json
    case .list(let elements): .array(elements.map(\.json))
    case .map(let members): .object(JSONObject(members.map { ($0.key, $0.value.json) }))
    }
  }

  var list: [YAML]? { if case .list(let elements) = value { elements } else { nil } }
  var map: [Member]? { if case .map(let members) = value { members } else { nil } }

  /// The value of a key; `nil` for a missing key and for a value that is no mapping.
  subscript(_ key: String) -> YAML? { map?.first { $0.key == key }?.value }

  /// The place of the deepest existing key of `path`; this value's own if there is none.
  func place(of path: [String]) -> Place {
    guard let key = path.first else { return place }
    guard let member = map?.first(where: { $0.key == key }) else { return place }
    let rest = Array(path.dropFirst())
    if rest.isEmpty || member.value.map == nil { return member.place }
    guard let next = rest.first, member.value[next] != nil else { return member.place }
    return member.value.place(of: rest)
  }

  /// Sets the value at `path`, creating mappings on the way.
  ///
  /// - Returns: false when a value on the way is no mapping.
  mutating func set(_ path: ArraySlice<String>, to new: YAML) -> Bool {
    guard let key = path.first else {
      self = new
      return true
    }
    if case .scalar(.null) = value { value = .map([]) }
    guard case .map(var members) = value else { return false }
    let place = members.firstIndex { $0.key == key } ?? members.count
    if place == members.count {
      members.append(
        Member(key: key, place: new.place, value: YAML(value: .map([]), place: new.place)))
    }
    guard members[place].value.set(path.dropFirst(), to: new) else { return false }
    if path.count == 1 { members[place].place = new.place }
    value = .map(members)
    return true
  }

  /// Its type, in the words of an error message.
  var found: String {
    switch value {
    case .map: "a mapping"
    case .list: "a list"
    case .scalar(let json): String(json.text.prefix(60))
    }
  }
}
