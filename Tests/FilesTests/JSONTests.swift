import Files
import Testing

struct `Strict JSON` {
  @Test(arguments: [
    "null", "true", "-0.5", "123", "\"a\\\"\\\\\\n\"", "[]", "{}", "[1,[2,{\"k\":null}]]", "1e300",
    "{\"b\":1,\"a\":2}", "-9223372036854775808", "\"\u{1F600}é\"",
  ])
  func `is written as it was read`(text: String) throws {
    let value = try JSON.parse(text)
    let again = try JSON.parse(value.serialized())
    #expect(again == value)
    if !text.contains("e") { #expect(value.text == text) }
  }

  @Test func `reads escapes`() throws {
    #expect(try JSON.parse(#""\u0041\ud83d\ude00\/\b""#) == .string("A\u{1F600}/\u{8}"))
  }

  @Test(arguments: [
    (#"{"a":1,"a":2}"#, 7, "twice"), (#""\ud800""#, 7, "surrogate"), ("01", 0, "leading zero"),
    ("1.", 2, "digit"), ("[1,]", 3, "value"), ("nul", 0, "null"), ("1 2", 2, "end"),
    ("", 0, "value"),
    ("\"\u{1}\"", 1, "control"), ("1e999", 0, "beyond"), (#"{"a" 1}"#, 5, "':'"),
    (#""\x""#, 2, "escape"), ("\u{FEFF}1", 0, "value"), ("NaN", 0, "value"), ("\"a", 2, "not end"),
  ])
  func `names the byte that is wrong`(text: String, offset: Int, word: String) {
    let error = #expect(throws: JSONError.self) { try JSON.parse(text) }
    #expect(error?.offset == offset)
    #expect(error?.reason.contains(word) == true, "\(error?.reason ?? "")")
  }

  @Test func `refuses bytes that are not UTF-8`() {
    #expect(throws: JSONError.self) { try JSON.parse([0x22, 0xFF, 0x22]) }
    #expect(throws: JSONError.self) { try JSON.parse([0x22, 0xED, 0xA0, 0x80, 0x22]) }
  }

  @Test func `refuses deep nesting without a crash`() {
    let deep = [UInt8](repeating: UInt8(ascii: "["), count: 1_000_000)
    #expect(throws: JSONError.self) { try JSON.parse(deep) }
    let legal = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
    #expect(throws: Never.self) { try JSON.parse(legal) }
    #expect(throws: JSONError.self) { try JSON.parse("[" + legal + "]") }
  }

  @Test func `keeps the order of keys and the place of a changed one`() {
    var object: JSONObject = ["z": 1, "a": 2]
    object["z"] = 3
    object["m"] = 4
    object["a"] = nil
    #expect(JSON.object(object).text == #"{"z":3,"m":4}"#)
  }

  @Test func `writes a double so that it reads back`() throws {
    for value in [
      0.1, 1e-7, 123456789.125, Double.leastNonzeroMagnitude, 1.7976931348623157e308, 3.0,
    ] {
      #expect(try JSON.parse(JSON.double(value).text) == .double(value))
    }
    #expect(JSON(Double.nan) == .null)
  }
}
