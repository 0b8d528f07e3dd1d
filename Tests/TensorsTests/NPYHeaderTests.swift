import Tensors
import Testing

struct `An npy header` {
  static func file(_ text: String, data: Int, version: [UInt8] = [1, 0]) -> [UInt8] {
    let header = Array(text.utf8)
    return [0x93] + Array("NUMPY".utf8) + version
      + [UInt8(truncatingIfNeeded: header.count), UInt8(truncatingIfNeeded: header.count >> 8)]
      + header + [UInt8](repeating: 1, count: data)
  }

  static func header(
    _ descr: String = "'|u1'", _ order: String = "False", _ shape: String = "(2,)"
  ) -> String { "{'descr': \(descr), 'fortran_order': \(order), 'shape': \(shape), }\n" }

  @Test(arguments: [
    header(), "{\"shape\":(2,),'descr':'|u1','fortran_order':False}\n",
    header("'|u1'", "False", "(1,2)"), header("'|u1'", "False", "(1, 2,)"),
  ])
  func `in another legal spelling is read`(text: String) throws {
    let tensor = try NPY.decode(Self.file(text, data: 2), named: "legal")
    #expect(tensor.elements == .uint8([1, 1]))
  }

  @Test(arguments: [
    (header("'|O'"), "\"|O\""), (header("'>f4'"), "\">f4\""), (header("'<c8'"), "\"<c8\""),
    (header("[('a', '<f4')]"), "a string"), (header("'|u1'", "True"), "Fortran"),
    (header("'|u1'", "0"), "True or False"), (header("'|u1'", "False", "(2)"), "','"),
    (header("'|u1'", "False", "(-2,)"), "dimension"), (header("'|u1'", "False", "(2L,)"), "','"),
    (header("'|u1'", "False", "(02,)"), "dimension"), (header("'|u1'", "False", "(3,)"), "needs 3"),
    (header("'|u1'", "False", "(1,)"), "after the array"),
    (header("'|u1'", "False", "(9223372036854775807,9223372036854775807)"), "too large"),
    (header("'|u1'", "False", "(0,9223372036854775807,9)"), "too large"),
    (header("'|u1'", "False", "(99999999999999999999,)"), "dimension"),
    (header("'|u1'", "False", "(" + String(repeating: "1,", count: 65) + ")"), "too many"),
    ("{'descr': '|u1', 'fortran_order': False}\n", "expected the keys"),
    ("{'descr': '|u1', 'descr': '|u1'}\n", "twice"), ("{'x': 1}\n", "unknown key"),
    ("{}\n", "expected the keys"), ("{", "newline"), ("\n", "{"), (header() + "x\n", "end"),
    ("{'descr\n", "ASCII"),
  ])
  func `that breaks a rule is refused by name`(text: String, word: String) {
    let error = #expect(throws: CheckpointError.self) {
      try NPY.decode(Self.file(text, data: 2), named: "a.npy")
    }
    #expect(error?.description.contains(word) == true, "\(error?.description ?? "")")
    #expect(error?.description.hasPrefix("a.npy: ") == true)
  }

  @Test func `of another version or format is refused`() {
    for version: [UInt8] in [[2, 0], [3, 0], [1, 1], [0, 0]] {
      #expect(throws: CheckpointError.self) {
        try NPY.decode(Self.file(Self.header(), data: 2, version: version), named: "v")
      }
    }
    var bytes = Self.file(Self.header(), data: 2)
    bytes[0] = 0x92
    #expect(throws: CheckpointError.self) { try NPY.decode(bytes, named: "magic") }
  }
}
