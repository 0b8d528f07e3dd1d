public import Files

/// Which part of a stage's work was done on which kind of processor.
///
/// Bytes are guaranteed to be the same only on one kind of processor. Work begun on one kind and
/// continued on another matches the bytes of neither, so its folder records which part ran where.
public struct WorkSpans: Sendable, Equatable {
  /// Pieces of work `first ... last`, counted from 1.
  public struct Span: Sendable, Equatable {
    /// Number of the first piece.
    public let first: Int
    /// Number of the last piece, at least `first`.
    public fileprivate(set) var last: Int
    /// The manifest's description of the processor.
    public let machine: JSONObject
  }

  /// In order, without gaps; neighbours differ in their processor.
  public private(set) var spans: [Span] = []

  /// No work recorded.
  public init() {}

  /// Number of pieces recorded.
  public var count: Int { spans.last?.last ?? 0 }

  /// Whether more than one kind of processor was used.
  public var isMixed: Bool { spans.count > 1 }

  /// Adds the pieces up to `last`, done on `machine`.
  public mutating func add(through last: Int, on machine: JSONObject) {
    guard last > count else { return }
    if spans.last?.machine == machine {
      spans[spans.count - 1].last = last
    } else {
      spans.append(Span(first: count + 1, last: last, machine: machine))
    }
  }

  /// `[{"from": 1, "to": 16, …}, …]`: the manifest's key `machines`.
  public var json: JSON {
    JSON(spans) { span in
      var object: JSONObject = ["from": JSON(span.first), "to": JSON(span.last)]
      for member in span.machine.members { object[member.key] = member.value }
      return .object(object)
    }
  }

  /// Reads what `json` wrote; `nil` for anything else.
  public init?(json: JSON?) {
    guard let list = json?.arrayValue else { return nil }
    for entry in list {
      guard var object = entry.objectValue, let first = object["from"]?.intValue,
        let last = object["to"]?.intValue, first == count + 1, last >= first
      else { return nil }
      object["from"] = nil
      object["to"] = nil
      add(through: last, on: object)
    }
  }

  /// `1 to 16 on v4, SkylakeX; 17 to 24 on v3, Haswell`
  public var words: String {
    spans.map { "\($0.first) to \($0.last) on \(Self.words(for: $0.machine))" }
      .joined(separator: "; ")
  }

  /// A processor in words: the values of its manifest description.
  public static func words(for machine: JSONObject) -> String {
    let values = machine.members.map { $0.value.stringValue ?? $0.value.text }
    return values.isEmpty ? "an unnamed processor" : values.joined(separator: ", ")
  }

  /// The message for work that continues on another processor than it stopped on; `nil` if it is
  /// the same.
  ///
  /// - Parameter unit: what the pieces are: `step`.
  public func change(to machine: JSONObject, unit: String) -> String? {
    guard let last = spans.last, last.machine != machine else { return nil }
    return
      "goes on at \(unit) \(count + 1) on \(Self.words(for: machine)), after \(words): the result "
      + "is that of neither processor alone, and its manifest says so"
  }
}
