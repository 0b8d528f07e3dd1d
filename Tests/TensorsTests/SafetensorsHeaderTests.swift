import Tensors
import Testing

struct `A safetensors header` {
  /// A file of this header and `dataSize` bytes of data.
  static func file(_ header: String, dataSize: Int, length: UInt64? = nil) -> [UInt8] {
    let text = Array(header.utf8)
    let length = length ?? UInt64(text.count)
    return (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + text
      + [UInt8](repeating: 1, count: dataSize)
  }

  static func one(_ dtype: String, _ shape: String, _ offsets: String) -> String {
    #"{"a":{"dtype":\#(dtype),"shape":\#(shape),"data_offsets":\#(offsets)}}"#
  }

  static let f32 = "\"F32\""

  @Test(arguments: [
    ("{}", 0), ("{}   ", 0), (one(f32, "[4]", "[0,16]"), 16), (one(f32, "[]", "[0,4]"), 4),
    (one(f32, "[0,7]", "[0,0]"), 0), (#"{"":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}"#, 1),
    (#"{"a\u0000/../":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}"#, 1),
    (
      #"{"b":{"dtype":"U8","shape":[1],"data_offsets":[1,2]},"#
        + #""a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}"#, 2
    ),
  ])
  func `that is legal is read`(header: String, dataSize: Int) throws {
    _ = try Safetensors.decode(Self.file(header, dataSize: dataSize), named: "legal")
  }

  /// Each line breaks one rule; the word must stand in the message.
  @Test(arguments: [
    (one(f32, "[4]", "[16,0]"), 16, "begin ≤ end"),
    (one(f32, "[1024]", "[0,4096]"), 16, "begin ≤ end"),
    (one(f32, "[4]", "[-16,0]"), 16, "begin ≤ end"),
    (one(f32, "[4]", "[0,16,32]"), 32, "begin ≤ end"),
    (one(f32, "[4]", "[0.0,16.0]"), 16, "64-bit integers"),
    (one("\"U8\"", "[1]", "[18446744073709551614,18446744073709551615]"), 1, "64-bit integers"),
    (one(f32, "[1000,1000]", "[0,32]"), 32, "needs 4000000 bytes"),
    (one(f32, "[4194305,4194305,211106198978564]", "[0,16]"), 16, "too large"),
    (one(f32, "[0,4611686018427387904,4611686018427387904]", "[0,0]"), 0, "too large"),
    (one(f32, "[-2,-2]", "[0,16]"), 16, "negative"),
    (one(f32, "[" + String(repeating: "1,", count: 64) + "4]", "[0,16]"), 16, "at most 64"),
    (one("\"F33\"", "[4]", "[0,16]"), 16, "\"F33\""),
    (one("\"U64\"", "[2]", "[0,16]"), 16, "\"U64\""),
    (one("1", "[4]", "[0,16]"), 16, "a string as dtype"),
    (#"{"a":{"dtype":"F32","shape":[4]}}"#, 16, "data_offsets"),
    (#"{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16],"x":1}}"#, 16, "unknown key"),
    (#"{"a":7}"#, 0, "an object"),
    (one(f32, "[2]", "[0,8]"), 16, "8 bytes after the last tensor"),
    (one(f32, "[2]", "[8,16]"), 16, "hole"),
    (
      #"{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"#
        + #""b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}"#, 3, "overlaps"
    ),
    (
      #"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"#
        + #""a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}"#, 2, "twice"
    ),
    (#"{"__metadata__":"x"}"#, 0, "an object"), (#"{"__metadata__":{"x":{}}}"#, 0, "a string"),
    (" {}", 0, "'{'"), ("", 0, "'{'"), (#"{"a":"#, 0, "value"),
    (#"{"\ud800":1}"#, 0, "surrogate"), ("{} {}", 0, "the end"),
  ])
  func `that breaks a rule is refused by name`(header: String, dataSize: Int, word: String) {
    let error = #expect(throws: CheckpointError.self) {
      try Safetensors.decode(Self.file(header, dataSize: dataSize), named: "model.safetensors")
    }
    let text = error?.description ?? ""
    #expect(text.contains(word), "\(text)")
    #expect(text.hasPrefix("model.safetensors: "))
    #expect(text.utf8.count < 1000)
  }

  @Test(arguments: [
    (UInt64.max, "at most"), (1 << 31, "at most"), (100_000_001, "at most"),
    (10_000, "needs 10000"),
    (1, "header"),
  ])
  func `whose length is wrong is refused`(length: UInt64, word: String) {
    let bytes = Self.file("{}", dataSize: 0, length: length)
    let error = #expect(throws: CheckpointError.self) {
      try Safetensors.decode(bytes, named: "x")
    }
    #expect(error?.description.contains(word) == true, "\(error?.description ?? "")")
  }

  @Test func `nested a million deep is refused where it leaves the format`() {
    for (header, word) in [
      (String(repeating: #"{"a":"#, count: 200_000), "unknown key"),
      (#"{"a":"# + String(repeating: "[", count: 1_000_000), "an object"),
      (#"{"a":{"shape":"# + String(repeating: "[", count: 1_000_000), "64-bit integers"),
    ] {
      let error = #expect(throws: CheckpointError.self) {
        try Safetensors.decode(Self.file(header, dataSize: 0), named: "deep")
      }
      #expect(error?.description.contains(word) == true, "\(error?.description ?? "")")
    }
  }

  /// Many tensors must not cost quadratic time.
  @Test(.timeLimit(.minutes(4)))
  func `with 100000 tensors is read in linear time`() throws {
    let entries = (0..<100_000).map {
      #""t\#($0)":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}"#
    }
    let header = "{" + entries.joined(separator: ",") + "}"
    let (tensors, _) = try Safetensors.decode(Self.file(header, dataSize: 0), named: "many")
    #expect(tensors.count == 100_000)
  }
}
