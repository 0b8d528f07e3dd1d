public import Files
public import Stages

/// Every kind of stage with its needs, products and settings: the source of help, of
/// `Pipelines/Settings.md` and of the JSON Schema.
public struct StageCatalogue: Sendable {
  /// One kind of stage.
  public struct Entry: Sendable {
    /// `Stage.kind`.
    public let kind: String
    /// `Stage.about`: what it does, in one line.
    public let about: String
    /// `Stage.needs`: what it reads.
    public let needs: [StageNeed]
    /// `Stage.makes`: what its folder holds.
    public let makes: [StageProduct]
    /// Every setting, in the order of reading.
    public let settings: [SettingDeclaration]
  }

  /// In the order of the kinds.
  public let entries: [Entry]

  /// - Throws: errors of a stage's `init` while it is described, and `Undeclared` for a default or
  ///   bound that depends on other settings without a description: defects of the stage.
  public init(_ kinds: [any Stage.Type]) throws {
    entries = try kinds.map { type in
      let settings = try type.declaredSettings(among: kinds)
      for placeholders in [Settings.Placeholders.shifted, .requiredShifted] {
        let others = try type.declaredSettings(among: kinds, placeholders: placeholders)
        for (a, b) in zip(settings, others) where a != b {
          throw Undeclared(kind: type.kind, setting: a.name)
        }
      }
      return Entry(
        kind: type.kind, about: type.about, needs: type.needs, makes: type.makes,
        settings: settings)
    }
  }

  /// A default or bound that depends on other settings without a description.
  public struct Undeclared: Error, Equatable, CustomStringConvertible {
    /// The kind of stage at fault.
    public let kind: String
    /// The setting, as `--set` spells it.
    public let setting: String

    public var description: String {
      "\(kind): \(setting): its default or bounds depend on other settings -- say so in words where "
        + "it is read (Settings.Derived)"
    }
  }

  /// The entry of a kind; `nil` if there is no such kind.
  public subscript(_ kind: String) -> Entry? { entries.first { $0.kind == kind } }
}

extension StageCatalogue.Entry {
  /// `{kind, about, needs, makes, settings}`.
  public var json: JSON {
    [
      "kind": JSON(kind), "about": JSON(about), "needs": JSON(needs) { JSON($0.words) },
      "makes": JSON(makes) { JSON($0.rawValue) }, "settings": JSON(settings, \.json),
    ]
  }

  /// Text for a terminal: one line per setting, its meaning below.
  public var text: String {
    var lines = ["\(kind): \(about)", ""]
    lines.append(
      "needs  " + (needs.isEmpty ? "nothing" : needs.map(\.words).joined(separator: "\n       ")))
    lines.append("makes  " + makes.map(\.rawValue).joined(separator: ", "))
    lines.append("")
    let width = (settings.map(\.name.count).max() ?? 0) + 2
    let typeWidth = (settings.map(\.typeName.count).max() ?? 0) + 2
    func pad(_ text: String, _ width: Int) -> String {
      text + String(repeating: " ", count: max(0, width - text.count))
    }
    for setting in settings {
      let bounds = setting.boundsText
      lines.append(
        pad(setting.name, width) + pad(setting.typeName, typeWidth)
          + (setting.fallback == .required ? "required" : "default: \(setting.defaultText)")
          + (bounds.isEmpty ? "" : "; \(bounds)"))
      lines.append("    \(setting.meaningInFull)")
    }
    return lines.joined(separator: "\n")
  }

  fileprivate var markdown: String {
    var text = "## \(kind)\n\n\(about.prefix(1).uppercased() + about.dropFirst()).\n\n"
    text +=
      "Needs: " + (needs.isEmpty ? "nothing" : needs.map(\.words).joined(separator: "; ")) + ".  \n"
    text += "Makes: " + makes.map(\.rawValue).joined(separator: ", ") + ".\n\n"
    text += "| setting | type | default | bounds | meaning |\n|---|---|---|---|---|\n"
    for setting in settings {
      let cells = [
        "`\(setting.name)`", setting.typeName,
        setting.fallback == .required ? "**required**" : setting.defaultText,
        setting.boundsText, setting.meaningInFull,
      ]
      text +=
        "| "
        + cells.map {
          $0.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
        }
        .joined(separator: " | ") + " |\n"
    }
    return text
  }
}

extension StageCatalogue {
  /// The page `Pipelines/Settings.md`.
  public var markdown: String {
    """
    # Settings of every kind of stage

    Written by `retort stages --markdown` from what each stage declares where it reads it; do not
    edit. A dot stands between a block and its key: `model.hidden_size` is `hidden_size` in the block
    `model`. `null` is the same as leaving a key out. `pipeline.schema.json` beside this file says the
    same to editors and validators.


    """ + entries.map(\.markdown).joined(separator: "\n")
  }
}
