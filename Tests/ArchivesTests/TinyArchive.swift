import Archives
import CZstd
import Files
import Foundation
import Testing

/// A folder of its own for each test, gone with it.
final class TemporaryFolder {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "retort-archives-\(UUID().uuidString)"
    try Folder.make(path)
  }

  deinit { try? Folder.remove(path) }

  func file(_ name: String) -> String { path + "/" + name }
  func bytes(_ name: String) throws -> [UInt8] { try readFile(file(name)) }

  /// Replaces a file without the care that durable files need.
  func put(_ bytes: [UInt8], _ name: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: file(name)))
  }

  /// Changes one byte in place.
  func poke(_ byte: UInt8, at place: Int, _ name: String) throws {
    let descriptor = open(file(name), O_RDWR)
    defer { close(descriptor) }
    var byte = byte
    try #require(pwrite(descriptor, &byte, 1, place) == 1)
  }

  /// Makes the manifest agree with what the files now are, so that only deeper checks can object.
  func reseal(_ change: (inout Manifest) -> Void = { _ in }) throws {
    var manifest = try Manifest.read(from: path)
    for i in manifest.files.indices {
      manifest.files[i] = try Manifest.entry(manifest.files[i].path, in: path)
    }
    change(&manifest)
    try put(manifest.serialized(), Manifest.fileName)
  }
}

/// Small sets whose bytes follow from their sizes.
enum TinyArchive {
  /// `sizes[i]` bytes in the field `data.bin` of sample i.
  static func samples(_ sizes: [Int]) -> [ArchiveSample] {
    sizes.enumerated().map { i, size in
      ArchiveSample(
        id: "s-\(i)",
        fields: [
          ("json", Array("{\"n\":\(i)}".utf8)),
          ("data.bin", (0..<size).map { UInt8(truncatingIfNeeded: $0 &* $0 &* (i + 3) >> 3) }),
        ], columns: ["level": JSON(i % 10 + 1)])
    }
  }

  @discardableResult
  static func write(
    _ samples: [ArchiveSample], to folder: TemporaryFolder,
    options: ArchiveWriter.Options = .init(samplesPerFrame: 2)
  ) throws -> ArchiveSummary {
    var writer = try ArchiveWriter(directory: folder.path, name: "tiny", options: options)
    for sample in samples { try writer.append(sample) }
    let summary = try writer.finish()
    try folder.put(summary.manifest(kind: "records").serialized(), Manifest.fileName)
    return summary
  }

  /// Five samples in three frames of one shard.
  static func five(in folder: TemporaryFolder) throws -> [ArchiveSample] {
    let samples = samples([0, 1, 511, 512, 513])
    try write(samples, to: folder)
    return samples
  }
}

/// Runs a program; `nil` when it is not installed.
func run(_ words: [String], input: Data? = nil) throws -> (status: Int32, output: String)? {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  process.arguments = words
  let output = Pipe()
  process.standardOutput = output
  process.standardError = FileHandle.nullDevice
  try process.run()
  let data = output.fileHandleForReading.readDataToEndOfFile()
  process.waitUntilExit()
  return (process.terminationStatus, String(decoding: data, as: UTF8.self))
}

func isInstalled(_ program: String) -> Bool {
  ["/usr/bin/", "/bin/", "/usr/local/bin/"].contains { fileExists($0 + program) }
}

/// Shards made without our writer.
enum Frames {
  static func frame(of raw: [UInt8]) -> [UInt8] {
    let context = ZSTD_createCCtx()
    defer { ZSTD_freeCCtx(context) }
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)
    var out = [UInt8](repeating: 0, count: ZSTD_compressBound(raw.count))
    let count = ZSTD_compress2(context, &out, out.count, raw, raw.count)
    return Array(out[..<count])
  }

  static func shard(_ frames: [[UInt8]], _ rawSizes: [Int]) -> [UInt8] {
    var out = frames.flatMap { $0 }
    out.append(littleEndian: UInt32(0x184D_2A5E))
    out.append(littleEndian: UInt32(8 * frames.count + 9))
    for (frame, size) in zip(frames, rawSizes) {
      out.append(littleEndian: UInt32(frame.count))
      out.append(littleEndian: UInt32(size))
    }
    out.append(littleEndian: UInt32(frames.count))
    out.append(0)
    out.append(littleEndian: UInt32(0x8F92_EAB1))
    return out
  }
}
