import Files
import Generation
import Records
import Testing

/// `verify --strict`: every key is there and follows from the texts.
struct `A whole record` {
  private static func verdict(_ json: JSON) -> RecordVerdict {
    RecordVerification.verdict(ofLine: 1, json.serialized(), isStrict: true)
  }

  private static func record(_ family: String, level: Int = 2) throws -> JSONObject {
    let records = try `The generator`.records([.init(family: family, level: level)], count: 1)
    return try #require(records.records[0].json.objectValue)
  }

  static let families = [
    "sum-reduce", "column-addition", "linear-equation", "box-tracking", "worded-sum",
  ]

  @Test(arguments: families)
  func `is what the generator writes`(family: String) throws {
    for level in 1...10 {
      let verdict = Self.verdict(.object(try Self.record(family, level: level)))
      #expect(verdict.outcome == .accepted, "level \(level): \(verdict.text)")
    }
  }

  /// Each is accepted without `--strict`, but for a wrong answer and a lost text.
  @Test(arguments: [
    ("id", "\"x\""), ("id", "7"), ("level", "99"), ("level", "0"),
    ("level", "\"2\""),
    ("level", "2.0"), ("knobs", "[]"), ("knobs", "{}"), ("knobs", "{\"terms\":5}"),
    ("knobs", "{\"terms\":4,\"more\":1}"), ("answer", "null"), ("steps", "77"), ("steps", "\"3\""),
    ("steps", "-1"), ("origin", "\"nobody\""), ("origin", "null"), ("split", "\"none\""),
    ("split", "null"), ("content", "\"\(String(repeating: "0", count: 64))\""),
    ("content", "\"00\""),
    ("content", "1"), ("checker", "null"), ("checker", "{}"), ("checker", "\"sum-reduce\""),
    (
      "checker",
      #"{"name":"box-tracking","version":1,"verdict":"accepted","level":"steps"}"#
    ),
    ("checker", #"{"name":"sum-reduce","version":99,"verdict":"accepted","level":"steps"}"#),
    ("checker", #"{"name":"sum-reduce","version":0,"verdict":"accepted","level":"steps"}"#),
    ("checker", #"{"name":"sum-reduce","version":1,"verdict":"rejected","level":"steps"}"#),
    ("checker", #"{"name":"sum-reduce","version":1,"verdict":"accepted","level":"sight"}"#),
    ("checker", #"{"name":"sum-reduce","version":1,"verdict":"accepted","level":"steps","x":1}"#),
    ("extra", "1"),
  ])
  func `has no other value of any key`(key: String, value: String) throws {
    var object = try Self.record("sum-reduce")
    object[key] = try JSON.parse(value)
    let verdict = Self.verdict(.object(object))
    #expect(verdict.outcome == .rejected, "\(verdict)")
    #expect(verdict.reason?.contains(key) == true, "\(verdict.reason ?? "")")
    let plain = RecordVerification.verdict(ofLine: 1, JSON.object(object).serialized())
    #expect(plain.outcome == .accepted)
  }

  @Test func `lacks no key`() throws {
    let whole = try Self.record("sum-reduce")
    for key in whole.keys {
      var object = whole
      object[key] = nil
      let verdict = Self.verdict(.object(object))
      #expect(verdict.outcome != .accepted && verdict.reason?.contains(key) == true, "\(verdict)")
    }
    // The other splits than its own.
    for split in Split.allCases where split.rawValue != whole["split"]?.stringValue {
      var object = whole
      object["split"] = JSON(split.rawValue)
      #expect(Self.verdict(.object(object)).reason?.contains("split") == true)
    }
  }

  @Test func `may be of an older verifier, and judged by its answer where the family can`() throws {
    var object = try Self.record("worded-sum")
    object["checker"] = [
      "name": "worded-sum", "version": 2, "verdict": "accepted", "level": "steps",
    ]
    #expect(Self.verdict(.object(object)).outcome == .accepted)
    object["checker"] = [
      "name": "worded-sum", "version": 3, "verdict": "accepted", "level": "answer",
    ]
    // The trace is no free text of two operations without words between: whatever it is, it is
    // named.
    #expect(Self.verdict(.object(object)).reason?.contains("checker") != true)
  }

  @Test func `may be a free prompt that claims nothing`() throws {
    let prompt = Record(prompt: "Hi", solution: "Hello")
    #expect(Self.verdict(prompt.json).outcome == .unchecked)
    var object = try #require(prompt.json.objectValue)
    object["level"] = 1
    #expect(Self.verdict(.object(object)).outcome == .rejected)
  }
}
