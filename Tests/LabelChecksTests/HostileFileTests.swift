import Archives
import Files
import Foundation
import LabelChecks
import Tensors
import Testing

/// Files that nobody would write by accident: a clear finding, little memory, no waiting.
struct `A hostile label file` {
  static let cases: [Case] = [
    .file("an empty file", "truncated", as: "a.jsonl") { [] },
    .file("one byte", "unreadable", as: "a") { [7] },
    .file("one letter of a magic", "truncated", as: "a.kld") { Array("_".utf8) },
    .file("a header of billions", "damaged", as: "a.kld") {
      var bytes = Array("_logits_".utf8)
      for _ in 0..<3 { bytes.append(littleEndian: Int32.max) }
      return bytes
    },
    .file("counts whose product is beyond all files", "truncated", as: "a.kld") {
      var bytes = Array("_logits_".utf8)
      for number in [1 << 15, 1 << 24, 1 << 15] { bytes.append(littleEndian: Int32(number)) }
      return bytes + [UInt8](repeating: 0, count: 100)
    },
    .file("a pickle that calls something", "damaged", as: "a.pt") {
      TorchBytes.zip([
        (
          "archive/data.pkl",
          [0x80, 2] + TorchBytes.global("os", "system") + TorchBytes.text("x")
            + [0x85, UInt8(ascii: "R"), UInt8(ascii: ".")]
        )
      ])
    },
    .file("a pickle of a million lists in one another", "damaged", as: "a.pt") {
      let depth = 1_000_000
      return TorchBytes.zip([
        (
          "archive/data.pkl",
          [0x80, 2] + [UInt8](repeating: UInt8(ascii: "]"), count: depth)
            + [UInt8](repeating: UInt8(ascii: "a"), count: depth - 1) + [UInt8(ascii: ".")]
        )
      ])
    },
    .file("a list that holds itself", "damaged", as: "a.pt") {
      TorchBytes.zip([
        (
          "archive/data.pkl",
          [0x80, 2] + Array("]q".utf8) + [0] + Array("h".utf8) + [0] + Array("aa.".utf8)
        )
      ])
    },
    .file("a pickle of a few bytes that stands for 2^60", "damaged", as: "a.pt") {
      var pickle: [UInt8] = [0x80, 2, UInt8(ascii: "N")]
      for place in 0..<60 {
        pickle += [UInt8(ascii: "q"), UInt8(place), UInt8(ascii: "h"), UInt8(place), 0x86]
      }
      return TorchBytes.zip([("archive/data.pkl", pickle + [UInt8(ascii: ".")])])
    },
    .file("a compressed zip", "damaged", as: "a.pt") {
      TorchBytes.zip([("archive/data.pkl", [UInt8](repeating: 0, count: 9))], method: 8)
    },
    .file("a zip without its end", "truncated", as: "a.pt") {
      Array(TorchBytes.zip([("archive/data.pkl", [0x80, 2])]).dropLast(12))
    },
    .file("a bomb of zstd", "truncated", as: "dp0__1.tar") {
      // 80 MB of zeros in a few kilobytes.
      let frame = try ZstdBytes.compressed([UInt8](repeating: 0, count: 80 << 20), level: 1)
      return TarFile.bytes([
        ("_meta.json", Array("{}".utf8)),
        ("0.pt.zst", frame),
      ])
    },
    .file("a cut frame of zstd", "truncated", as: "dp0__1.tar") {
      let frame = try ZstdBytes.compressed((0..<5000).map { UInt8($0 * 37 % 251) })
      return TarFile.bytes([("0.pt.zst", Array(frame.dropLast(40)))])
    },
    .file("a tar of something else", "unreadable", as: "a.tar") {
      TarFile.bytes([("readme.txt", [1, 2, 3])])
    },
    .file("text that is not UTF-8", "damaged", as: "a.jsonl") {
      Array(#"{"logprobs":{"content":["#.utf8) + [0xFF, 0xC0, 0x80] + Array("]}}".utf8)
    },
    .file("JSON without rows", "unreadable", as: "a.jsonl") { Array("{\"a\":1}\n".utf8) },
    .file("JSON nested without an end", "damaged", as: "a.jsonl") {
      [UInt8](repeating: UInt8(ascii: "["), count: 100_000)
    },
    .file("Parquet", "unreadable", as: "a.parquet") {
      Array("PAR1".utf8) + [UInt8](repeating: 0, count: 40) + Array("PAR1".utf8)
    },
    .file("a picture with another name", "damaged", as: "a.npy") {
      [0x89] + Array("PNG\r\n".utf8) + [0x1A, 0x0A, 0, 0]
    },
    .file("a safetensors header longer than the file", "truncated", as: "a.safetensors") {
      var bytes: [UInt8] = []
      bytes.append(littleEndian: UInt64(90_000_000))
      return bytes + Array("{\"a\":1}".utf8)
    },
    .file("arrays of no size", "empty-rows", as: "a.safetensors") {
      Safetensors.encode([("logits", Tensor(shape: [0, 7], elements: .float32([])))])
    },
    .file("arrays without rows", "unreadable", as: "a.safetensors") {
      Safetensors.encode([("tokens", Tensor(shape: [2], elements: .int32([1, 2])))])
    },
    .file("rows of nothing in JSON", "empty-rows", as: "a.jsonl", vocabulary: 9) {
      Array(
        #"{"input_ids":[1,2,3],"target_token_ids":[[],[1]],"target_logprobs":[[],[-0.1]]}"#.utf8)
    },
    .file("a codec without its settings", "unreadable", as: "a.jsonl") {
      Array(#"{"input_ids":[1,2],"compressed_logprobs":[[0]],"bytepacked_indices":[[0]]}"#.utf8)
    },
    .file("a codec of other sizes", "damaged", as: "a.jsonl") {
      Array(
        (#"{"compression":{"d":16,"k":2,"exact_k":2,"residual_bins":[]}}"# + "\n"
          + #"{"input_ids":[1,2],"compressed_logprobs":[[0]],"bytepacked_indices":[[0]]}"#).utf8)
    },
  ]

  @Test(.timeLimit(.minutes(4)), arguments: cases) func `is told by name`(_ hostile: Case) throws {
    let report = try hostile.report()
    #expect(
      report.findings.map(\.name).contains(hostile.finding ?? ""),
      "found \(report.findings.map { "\($0.name): \($0.evidence)" })")
    #expect(report.verdict == "broken")
  }

  @Test func `that is none is an error of its own`() throws {
    let folder = NSTemporaryDirectory() + "retort-labels-\(UUID().uuidString)"
    try Folder.make(folder)
    defer { try? Folder.remove(folder) }
    #expect(throws: FileError.self) {
      try LabelAudit.run(folder + "/nothing", given: GivenContext())
    }
    let empty = try LabelAudit.run(folder, given: GivenContext())
    #expect(empty.findings.map(\.name) == ["unreadable"])
    // A pipe without a writer would block a reader for ever.
    try #require(mkfifo(folder + "/pipe", 0o600) == 0)
    #expect(throws: FileError.self) {
      try LabelAudit.run(folder + "/pipe", given: GivenContext())
    }
  }
}
