internal import Files

/// Settings that name files and folders.
extension Settings {
  /// Takes a file or folder and returns a path that opens. Relative paths in a pipeline file start
  /// at the file's folder. A file's location is not part of the key, so the stage puts its content
  /// into `resolved` itself.
  ///
  /// - Parameter what: what is expected, for messages: `a .gguf file or a model's folder`.
  public mutating func location(
    _ key: String, _ what: String, _ meaning: String
  ) throws(ConfigurationError) -> String {
    declare(key, .path, .required, meaning)
    if placeholders != nil { return "" }
    guard let raw = take(key) else { throw missing(key) }
    guard let written = raw.stringValue, !written.isEmpty else { throw wrong(key, what, raw) }
    let place = locate(path + [key], written)
    locations.append((path + [key], JSON(place)))
    return place
  }

  /// One file or folder, read as by `location`; `nil` if the key is left out.
  ///
  /// - Throws: `ConfigurationError` for what is no path.
  public mutating func optionalLocation(
    _ key: String, _ what: String, _ meaning: String
  ) throws(ConfigurationError) -> String? {
    declare(key, .path, .nothing, meaning)
    guard let raw = take(key) else { return nil }
    guard let written = raw.stringValue, !written.isEmpty else { throw wrong(key, what, raw) }
    let place = locate(path + [key], written)
    locations.append((path + [key], JSON(place)))
    return place
  }

  /// Files or folders, as a list; empty if the key is left out. Each is read as by `location`.
  ///
  /// - Throws: `ConfigurationError` for what is no list of paths.
  public mutating func optionalLocations(
    _ key: String, _ what: String, _ meaning: String
  ) throws(ConfigurationError) -> [String] {
    declare(key, .paths, .nothing, meaning)
    guard let raw = take(key) else { return [] }
    guard let list = raw.arrayValue else { throw wrong(key, "a list: \(what)", raw) }
    var places: [String] = []
    for item in list {
      guard let written = item.stringValue, !written.isEmpty else { throw wrong(key, what, item) }
      places.append(locate(path + [key], written))
    }
    locations.append((path + [key], JSON(places) { JSON($0) }))
    return places
  }

  /// One file or folder, or a list of them, each read as by `location`.
  public mutating func locations(
    _ key: String, _ what: String, _ meaning: String
  ) throws(ConfigurationError) -> [String] {
    declare(
      key,
      .other(
        "path",
        schema: [
          "oneOf": [
            ["type": "string", "minLength": 1],
            ["type": "array", "items": ["type": "string", "minLength": 1], "minItems": 1],
          ]
        ]), .required, meaning)
    if placeholders != nil { return [] }
    guard let raw = take(key) else { throw missing(key) }
    let written = raw.arrayValue ?? [raw]
    var places: [String] = []
    for entry in written {
      guard let path = entry.stringValue, !path.isEmpty else { throw wrong(key, what, raw) }
      places.append(locate(self.path + [key], path))
    }
    guard !places.isEmpty else { throw wrong(key, what, raw) }
    locations.append(
      (path + [key], raw.arrayValue == nil ? JSON(places[0]) : JSON(places) { JSON($0) }))
    return places
  }
}
