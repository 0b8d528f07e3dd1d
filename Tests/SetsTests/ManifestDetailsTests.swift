import Files
import Sets
import Testing

struct `Details of a manifest` {
  static let details = ManifestDetails(
    ["count": 4, "none": .null, "rate": 1.5, "word": "x", "list": [1], "inner": ["deep": "no"]],
    of: "run")

  @Test func `are read by type, null standing for absent`() throws {
    let details = Self.details
    #expect(try details.count("count") == 4 && details.optionalCount("none") == nil)
    #expect(try details.optionalNumber("rate") == 1.5 && details.optionalString("word") == "x")
    #expect(details.optionalText("list") == "[1]" && details.optionalText("absent") == nil)
    #expect(try details.block("absent").members.isEmpty)
    #expect(try details.block("inner").members.map(\.key) == ["deep"])
  }

  @Test func `of another type are named with the keys that lead to them`() {
    func message(_ body: () throws(SetError) -> Void) -> String {
      do { try body() } catch { return error.description }
      return ""
    }
    #expect(
      message { () throws(SetError) in _ = try Self.details.count("absent") }.contains("\"absent\"")
    )
    #expect(
      message { () throws(SetError) in _ = try Self.details.count("rate") }.contains("a count"))
    #expect(
      message { () throws(SetError) in
        _ = try Self.details.block("inner").optionalCount("deep")
      }.contains("\"inner.deep\": expected a count"))
  }
}
