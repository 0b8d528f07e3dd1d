import Files
import Foundation
import Testing

/// A manifest vouches for what lies in its folder; who reads a file of it must find what it says.
struct `The seal of a folder` {
  func withFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("seal-\(UUID())")
      .path
    try Folder.make(folder + "/model")
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try AtomicFile.write("weights", to: folder + "/model/a.bin")
    try AtomicFile.write("other", to: folder + "/b.bin")
    try body(folder)
  }

  func seal(_ folder: String) throws {
    try Manifest(
      kind: "train", content: SHA256.hash("c").hex,
      files: [
        Manifest.entry("model/a.bin", in: folder), Manifest.entry("b.bin", in: folder),
      ]
    ).write(to: folder)
  }

  @Test func `is none for a bare folder`() throws {
    try withFolder { folder in
      #expect(try !Seal.check([folder + "/model/a.bin"]))
      // Another program's file of the same name.
      try AtomicFile.write(#"{"name": "app", "icons": []}"#, to: folder + "/model/manifest.json")
      #expect(try !Seal.check([folder + "/model/a.bin"]))
    }
  }

  @Test func `holds for files in the folder and in the folder within`() throws {
    try withFolder { folder in
      try seal(folder)
      #expect(try Seal.check([folder + "/model/a.bin", folder + "/b.bin"]))
      #expect(try Seal.check([folder + "/model/../model/a.bin"]))
    }
  }

  @Test func `breaks for any byte, any size, a stranger, and a damaged manifest`() throws {
    try withFolder { folder in
      try seal(folder)
      let file = folder + "/model/a.bin"
      try AtomicFile.write("Weights", to: file)
      #expect(throws: ManifestError.self) { try Seal.check([file]) }
      try AtomicFile.write("weights!", to: file)
      #expect(throws: ManifestError.self) { try Seal.check([file]) }
      try AtomicFile.write("weights", to: file)
      #expect(try Seal.check([file]))
      try AtomicFile.write("{}", to: folder + "/model/stranger.json")
      #expect(throws: ManifestError.self) { try Seal.check([folder + "/model/stranger.json"]) }
      #expect(try !Seal.check([folder + "/model/stranger.json"], takesStrangers: true))
      try AtomicFile.write("Weights", to: file)
      #expect(throws: ManifestError.self) { try Seal.check([file], takesStrangers: true) }
      try AtomicFile.write("weights", to: file)
      let manifest = folder + "/manifest.json"
      let bytes = try readFile(manifest)
      for at in stride(from: 0, to: bytes.count, by: 7) {
        var other = bytes
        other[at] ^= 1
        try AtomicFile.write(other, to: manifest)
        #expect(throws: ManifestError.self, "byte \(at)") { try Seal.check([file]) }
      }
    }
  }
}
