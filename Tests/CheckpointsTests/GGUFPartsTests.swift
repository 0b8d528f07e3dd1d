import Checkpoints
import Files
import Foundation
import Kernels
import Tensors
import Testing

/// `llama-gguf-split` makes several files of one; each has a header of its own.
struct `A GGUF file in parts` {
  static let names = ["a", "b", "c", "d", "e"]

  static func write(
    _ path: String, _ tensors: [String], _ metadata: [(String, GGUFValue)]
  ) throws {
    try GGUFWriter.write(
      to: path, metadata: metadata,
      tensors: tensors.map { GGUFWriter.Entry(name: $0, shape: [2, 3], format: .float32) }
    ) { entry in Floats((0..<6).map { Float(entry.name.utf8.first ?? 0) + Float($0) }) }
  }

  static func split(
    _ folder: String, count: Int = 3,
    changing: (Int, inout [(String, GGUFValue)]) -> Void = { _, _ in }
  ) throws -> [String] {
    let paths = (1...count).map { folder + "/m-0000\($0)-of-0000\(count).gguf" }
    for (number, path) in paths.enumerated() {
      var metadata: [(String, GGUFValue)] = [
        ("split.no", .uint16(UInt16(number))), ("split.count", .uint16(UInt16(count))),
        ("split.tensors.count", .int32(Int32(names.count))),
      ]
      if number == 0 { metadata.insert(("general.architecture", .string("llama")), at: 0) }
      changing(number, &metadata)
      try Self.write(
        path, names.indices.filter { $0 % count == number }.map { names[$0] }, metadata)
    }
    return paths
  }

  func withFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("parts-\(UUID())")
      .path
    try Folder.make(folder)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
  }

  @Test func `is read as one, whichever part is named`() throws {
    try withFolder { folder in
      let paths = try Self.split(folder)
      for path in paths {
        let model = try Checkpoint(path)
        #expect(model.files == paths && Set(model.tensors.map(\.name)) == Set(Self.names))
        #expect(model.gguf?["general.architecture"] == .string("llama"))
        for name in Self.names {
          #expect(try model.rows(of: name).floats[5] == Float(name.utf8.first ?? 0) + 5)
        }
        #expect(GGUFParts.head(of: path) == paths[0])
      }
    }
  }

  @Test func `is refused with a part missing, renamed or of another model`() throws {
    func refused(_ path: String, _ words: String...) {
      do {
        _ = try Checkpoint(path)
        Issue.record("\(path) opened")
      } catch {
        #expect(words.allSatisfy("\(error)".contains), "\(error)")
      }
    }
    try withFolder { folder in
      let paths = try Self.split(folder)
      try Folder.rename(paths[1], to: folder + "/away.gguf")
      refused(paths[0], "part 2 of 3", paths[1])
      refused(folder + "/away.gguf", "split.count", "-00001-of-00003.gguf")
      try Folder.rename(paths[2], to: paths[1])
      refused(paths[0], "split.no")
    }
    try withFolder { folder in
      let paths = try Self.split(folder) { if $0 == 2 { $1[1].1 = .uint16(4) } }
      refused(paths[0], "split.count", "is 4", paths[2])
    }
    try withFolder { folder in
      let paths = try Self.split(folder) {
        if $0 == 1 { $1.append(("llama.block_count", .uint32(2))) }
      }
      refused(paths[0], "llama.block_count", paths[1])
    }
    try withFolder { folder in
      let paths = try Self.split(folder) { if $0 == 0 { $1[3].1 = .int32(9) } }
      refused(paths[0], "split.tensors.count", "is 9")
    }
    try withFolder { folder in
      let paths = try Self.split(folder)
      try Folder.remove(paths[1])
      try Self.write(
        paths[1], ["a", "b"],
        [("split.no", .uint16(1)), ("split.count", .uint16(3)), ("split.tensors.count", .int32(5))])
      refused(paths[0], "\"a\"", "another part")
    }
  }

  @Test(arguments: [
    "m.gguf", "m-00001-of-00002.bin", "m-0001-of-0002.gguf", "m-00003-of-00002.gguf",
    "m-00000-of-00002.gguf", "-00001-of-00002", "m-00001-of-99999.gguf",
  ])
  func `is not seen in other names`(name: String) { #expect(GGUFParts.paths(of: name) == nil) }
}

/// What Git leaves where nobody asked it for the file itself.
struct `A Git LFS pointer` {
  static let pointer = """
    version https://git-lfs.github.com/spec/v1
    oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393
    size 123456789

    """

  @Test(arguments: [
    "model.safetensors", "config.json", "model.gguf", "model-00001-of-00001.safetensors",
  ])
  func `is named in the place of any file of a model`(name: String) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("lfs-\(UUID())").path
    try Folder.make(folder)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let shard = "model-00001-of-00001.safetensors"
    let tensor = Tensor(shape: [1], elements: .float32([1]))
    try AtomicFile.write("{}", to: folder + "/config.json")
    if name == shard {
      try AtomicFile.write(
        #"{"weight_map": {"a": "\#(shard)"}}"#, to: folder + "/model.safetensors.index.json")
    } else {
      try AtomicFile.write(Safetensors.encode([("a", tensor)]), to: folder + "/model.safetensors")
    }
    try AtomicFile.write(Self.pointer, to: folder + "/" + name)
    do {
      _ = try Checkpoint(name == "model.gguf" ? folder + "/" + name : folder)
      Issue.record("opened")
    } catch {
      #expect("\(error)".contains("Git LFS pointer") && "\(error)".contains(name), "\(error)")
    }
  }
}
