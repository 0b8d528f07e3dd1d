internal import Files

extension Settings {
  /// Another key that may give the name of an alternative, and the names it accepts.
  public struct Alias: Sendable {
    let key: String
    let names: [String]

    /// - Parameter names: the words that the key may have.
    public init(_ key: String, _ names: [String]) {
      self.key = key
      self.names = names
    }
  }

  /// One word from a list that a registry gives.
  public mutating func word(
    _ key: String, among words: [String], default fallback: String, _ meaning: String
  ) throws(ConfigurationError) -> String {
    declare(key, .choice(words), .value(JSON(fallback)), meaning)
    let raw = take(key)
    guard let value = raw == nil ? fallback : raw?.stringValue, words.contains(value) else {
      throw wrong(key, "one of \(words.joined(separator: ", "))", raw ?? .null)
    }
    resolved[key] = JSON(value)
    return value
  }

  /// One of several alternatives by name, each with its own settings: `key: NAME`, or
  /// `key: {name: NAME, …}`. Settings of the named alternative may also be placed beside the key.
  ///
  /// `resolved` receives the block, whichever way it was written.
  /// - Parameters:
  ///   - fallback: the alternative if none is named.
  ///   - read: reads the settings of the alternative of that name.
  public mutating func alternative<T>(
    _ key: String, among names: [String], default fallback: String, alias: Alias? = nil,
    _ meaning: String,
    _ read: (_ name: String, inout Settings) throws(ConfigurationError) -> T
  ) throws(ConfigurationError) -> T {
    if placeholders != nil {
      try declare(key, names, fallback, alias, meaning, read)
      var inner = described(key, fallback)
      return try read(fallback, &inner)
    }
    known.append(key)
    let (name, given) = try named(key, names, fallback, alias)
    var block = given
    var beside: [String] = []
    for setting in try settings(of: name, key, read) {
      known.append(setting)
      guard let value = take(setting) else { continue }
      guard block[setting] == nil else {
        throw error(setting, "is given twice, here and in \(key) -- leave one out")
      }
      block[setting] = value
      beside.append(setting)
    }
    let value: T
    let inner: Settings
    do throws(ConfigurationError) {
      (value, inner) = try readInner(block, at: [key], named: [key]) {
        (settings: inout Settings) throws(ConfigurationError) in try read(name, &settings)
      }
    } catch {
      // Report the place where it is written.
      guard error.path.count == path.count + 2, let last = error.path.last, beside.contains(last)
      else { throw error }
      throw ConfigurationError(path: path + [last], reason: error.reason)
    }
    locations += inner.locations
    var whole: JSONObject = ["name": JSON(name)]
    for member in inner.resolved.members { whole[member.key] = member.value }
    resolved[key] = .object(whole)
    return value
  }

  /// The selected name, and the rest of the block.
  private mutating func named(
    _ key: String, _ names: [String], _ fallback: String, _ alias: Alias?
  ) throws(ConfigurationError) -> (name: String, block: JSONObject) {
    var name = fallback
    var block: JSONObject = [:]
    let raw = take(key)
    if let alias {
      known.append(alias.key)
      if let other = take(alias.key) {
        guard raw == nil else {
          throw error(alias.key, "says what \(key) says -- leave one out")
        }
        guard let word = other.stringValue, alias.names.contains(word) else {
          throw wrong(alias.key, "one of \(alias.names.joined(separator: ", "))", other)
        }
        name = word
      }
    }
    if let raw {
      if let object = raw.objectValue {
        block = object
        if let word = object["name"], word != .null {
          guard let text = word.stringValue else { throw wrong(key, "a name", word) }
          name = text
        }
        block["name"] = nil
      } else if let text = raw.stringValue {
        name = text
      } else {
        throw wrong(key, "a name or a block {name: …}", raw)
      }
    }
    guard names.contains(name) else {
      throw error(
        key,
        "expected one of \(names.joined(separator: ", ")), found "
          + "\(name.prefix(60))\(Nearness.hint(name, among: names))")
    }
    return (name, block)
  }

  /// A reader that only declares what the alternative reads.
  private func described(_ key: String, _ name: String) -> Settings {
    var inner = Settings(
      [:], path: path + [key], describing: placeholders ?? .plain,
      under: .alternative(of: key, is: name))
    inner.resolved = [:]
    return inner
  }

  /// Keys that the alternative of a name reads.
  private func settings<T>(
    of name: String, _ key: String,
    _ read: (_ name: String, inout Settings) throws(ConfigurationError) -> T
  ) throws(ConfigurationError) -> [String] {
    var inner = described(key, name)
    _ = try read(name, &inner)
    return inner.declared.filter { $0.path.count == path.count + 2 }.compactMap(\.path.last)
  }

  private mutating func declare<T>(
    _ key: String, _ names: [String], _ fallback: String, _ alias: Alias?, _ meaning: String,
    _ read: (_ name: String, inout Settings) throws(ConfigurationError) -> T
  ) throws(ConfigurationError) {
    func add(
      _ path: [String], _ kind: SettingDeclaration.Kind, _ default: SettingDeclaration.Fallback,
      _ condition: SettingDeclaration.Condition?, _ meaning: String,
      like other: SettingDeclaration? = nil
    ) {
      declared.append(
        SettingDeclaration(
          path: path, kind: kind, fallback: `default`, low: other?.low, high: other?.high,
          condition: condition, meaning: meaning))
    }
    add(
      path + [key], .alternatives(names, fallback: fallback), .value(JSON(fallback)), condition,
      meaning)
    add(
      path + [key, "name"], .choice(names), .value(JSON(fallback)), condition,
      "which one, in a block with its settings")
    var shared: [(setting: SettingDeclaration, names: [String])] = []
    for name in names {
      var inner = described(key, name)
      _ = try read(name, &inner)
      declared += inner.declared
      for setting in inner.declared where setting.path.count == path.count + 2 {
        if let place = shared.firstIndex(where: { $0.setting.path == setting.path }) {
          shared[place].names.append(name)
        } else {
          shared.append((setting, [name]))
        }
      }
    }
    for (setting, names) in shared {
      let beside = SettingDeclaration.Beside(
        key: key, names: names, isFallback: names.contains(fallback), alias: alias?.key)
      add(
        path + [setting.path[path.count + 1]], setting.kind, .nothing, .beside(beside),
        "the same as \(setting.path.dropFirst(path.count).joined(separator: "."))", like: setting)
    }
    if let alias {
      add(
        path + [alias.key], .choice(alias.names), .nothing, .without(key), "another word for \(key)"
      )
    }
  }
}
