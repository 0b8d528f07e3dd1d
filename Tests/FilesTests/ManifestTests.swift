import Files
import Foundation
import Testing

struct `A manifest` {
  static let sample = Manifest(
    kind: "generate", content: SHA256.hash("c").hex,
    files: [.init(path: "a/b.npy", bytes: 3, sha256: SHA256.hash("abc").hex)],
    details: ["counts": ["records": 2]])

  @Test func `reads back from its bytes`() throws {
    #expect(try Manifest.parse(Self.sample.serialized(), path: "m") == Self.sample)
  }

  /// The closing key is the digest of everything before it, as outsiders compute it.
  @Test func `closes with the digest of all bytes before that key`() throws {
    let text = String(decoding: Self.sample.serialized(), as: UTF8.self)
    let parts = text.components(separatedBy: "\"sha256\"")
    let before = parts.dropLast().joined(separator: "\"sha256\"")
    #expect(parts.last == ": \"\(SHA256.hash(before).hex)\"\n}\n")
  }

  @Test func `with any bit flipped, any byte cut off or any byte added is refused`() {
    let bytes = Self.sample.serialized()
    for place in bytes.indices {
      for bit in 0..<8 {
        var damaged = bytes
        damaged[place] ^= 1 << bit
        #expect(throws: ManifestError.self) { try Manifest.parse(damaged, path: "m") }
      }
      #expect(throws: ManifestError.self) { try Manifest.parse(Array(bytes[..<place]), path: "m") }
    }
    #expect(throws: ManifestError.self) { try Manifest.parse(bytes + [0x0A], path: "m") }
  }

  @Test func `names a file that is missing, longer or changed`() throws {
    let folder = NSTemporaryDirectory() + "retort-manifest-\(UUID().uuidString)"
    defer { try? Folder.remove(folder) }
    try Folder.make(folder + "/a")
    #expect(throws: ManifestError.missing(folder: folder)) { try Manifest.read(from: folder) }
    try Self.sample.write(to: folder)
    let manifest = try Manifest.read(from: folder)
    #expect(throws: ManifestError.missingFile(folder: folder, file: "a/b.npy")) {
      try manifest.verifyFiles(in: folder)
    }
    try AtomicFile.write("abc", to: folder + "/a/b.npy")
    #expect(throws: Never.self) { try manifest.verifyFiles(in: folder) }
    try AtomicFile.write("abd", to: folder + "/a/b.npy")
    #expect(throws: ManifestError.self) { try manifest.verifyFiles(in: folder) }
    #expect(throws: Never.self) { try manifest.verifyFiles(in: folder, sizesOnly: true) }
    try AtomicFile.write("abcd", to: folder + "/a/b.npy")
    #expect(throws: ManifestError.size(path: folder + "/a/b.npy", expected: 3, found: 4)) {
      try manifest.verifyFiles(in: folder)
    }
  }

  /// A detail called `format` once made every folder of its stage unreadable.
  @Test(
    arguments: ["format", "kind", "content", "files", "sha256", "stage", "machine", "archive"])
  func `keeps its own keys whatever its details are called`(key: String) throws {
    for value in ["gguf", 1, .null, ["key": "0"], []] as [JSON] {
      var named = Self.sample
      named.stage = ["key": "a stage"]
      named.details[key] = value
      #expect(try Manifest.parse(named.serialized(), path: "m") == named, "\(value.text)")
    }
  }

  /// Folders made before details had an object of their own stay readable.
  @Test func `of format 1 is read, with every other key among its details`() throws {
    var text = """
      {
        "format": 1,
        "kind": "generate",
        "content": "\(Self.sample.content)",
        "stage": {"key": "a"},
        "machine": {},
        "counts": {"records": 2},
        "archive": {"format": 1},
        "files": [],

      """
    text += "  \"sha256\": \"\(SHA256.hash(text + "  ").hex)\"\n}\n"
    let found = try Manifest.parse(Array(text.utf8), path: "m")
    #expect(found.stage == ["key": "a"] && found.archive == ["format": 1] && found.machine == [:])
    #expect(found.details == ["counts": ["records": 2]])
  }

  @Test func `refuses a key that its format does not have, and blocks that are none`() {
    func resealed(_ from: String, _ to: String) -> [UInt8] {
      let text = String(decoding: Self.sample.serialized(), as: UTF8.self)
        .replacingOccurrences(of: from, with: to)
      let body = text.components(separatedBy: "\"sha256\": \"").dropLast()
        .joined(separator: "\"sha256\": \"")
      return Array((body + "\"sha256\": \"\(SHA256.hash(body).hex)\"\n}\n").utf8)
    }
    for (from, to) in [
      ("\"details\":", "\"more\": 1,\n  \"details\":"), ("\"details\":", "\"detail\":"),
      ("\"details\":", "\"stage\": 3,\n  \"details\":"), ("\"format\": 2", "\"format\": 3"),
      ("\"format\": 2", "\"format\": 0"),
    ] {
      #expect(throws: ManifestError.self, "\(to)") {
        try Manifest.parse(resealed(from, to), path: "m")
      }
    }
  }

  @Test func `refuses paths that leave the folder`() {
    var evil = Self.sample
    evil.files[0].path = "../../etc/passwd"
    #expect(throws: ManifestError.self) { try Manifest.parse(evil.serialized(), path: "m") }
  }
}
