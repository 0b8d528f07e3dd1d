import Checkpoints
import Files
import Foundation
import Kernels
import Models
import Tensors
import Testing

/// A deterministic fuzz target for every parser: files that are right, changed at random places.
///
/// What comes out is an error of ours or a checkpoint whose every tensor can be read; anything else
/// ends the process, which the run shows. `RETORT_FUZZ_ROUNDS` in the environment asks for more.
struct `Mutated files` {
  static let rounds =
    ProcessInfo.processInfo.environment["RETORT_FUZZ_ROUNDS"].flatMap(Int.init) ?? 2000

  /// xorshift64*: the same places in every run.
  struct Stream {
    var state: UInt64
    mutating func next(below bound: Int) -> Int {
      state ^= state >> 12
      state ^= state << 25
      state ^= state >> 27
      return Int((state &* 0x2545_F491_4F6C_DD1D) >> 33) % bound
    }
  }

  /// Bits flipped, integers replaced by extreme ones, pieces removed, doubled or cut off.
  static func mutate(_ original: [UInt8], headerEnd: Int, _ stream: inout Stream) -> [UInt8] {
    var bytes = original
    for _ in 0...stream.next(below: 4) {
      guard bytes.count > 16 else { break }
      // Most changes in the header: weights mean nothing to a parser.
      let area = stream.next(below: 10) < 9 ? min(headerEnd, bytes.count) : bytes.count
      let at = stream.next(below: area)
      switch stream.next(below: 6) {
      case 0: bytes[at] ^= 1 << UInt8(stream.next(below: 8))
      case 1: bytes[at] = UInt8(stream.next(below: 256))
      case 2:
        let extremes: [UInt64] = [0, 1, .max, 1 << 63, 1 << 62, 1 << 32, 0x7FFF_FFFF, 1 << 20]
        let value = extremes[stream.next(below: extremes.count)]
        let width = [4, 8][stream.next(below: 2)]
        for i in 0..<min(width, bytes.count - at) {
          bytes[at + i] = UInt8(truncatingIfNeeded: value >> UInt64(8 * i))
        }
      case 3: bytes.removeSubrange(at..<min(bytes.count, at + 1 + stream.next(below: 9)))
      case 4:
        let piece = bytes[at..<min(bytes.count, at + 1 + stream.next(below: 24))]
        bytes.insert(contentsOf: piece, at: stream.next(below: area))
      default: bytes.removeSubrange(at...)
      }
    }
    return bytes
  }

  /// Opens the file and reads all that it offers; returns whether its headers were taken.
  static func read(_ path: String) -> Bool {
    var isTaken = false
    do throws(CheckpointError) {
      let checkpoint = try Checkpoint(path)
      isTaken = true
      for tensor in checkpoint.tensors where tensor.format != nil && tensor.elementCount < 1 << 20 {
        let rows = try checkpoint.rows(of: tensor.name)
        _ = rows.floats
        _ = rows.firstNotFinite
      }
      for member in checkpoint.gguf?.members ?? [] {
        if let array = member.value.arrayValue {
          _ = (array.strings, array.integers, array.floats, array.bools)
        }
      }
      let model = try ModelCheckpoint(checkpoint)
      for tensor in model.tensors where tensor.stored.format != nil {
        guard tensor.stored.elementCount < 1 << 20 else { continue }
        try model.read(tensor.name, into: Floats(zeros: tensor.stored.elementCount))
      }
      _ = try model.architecture?.metadata(of: model.configuration)
    } catch {
      // Every message is a line or two that a person can read.
      #expect(!error.description.isEmpty && error.description.utf8.count < 2000)
    }
    return isTaken
  }

  @Test(
    .timeLimit(.minutes(10)),
    arguments: [
      ("values.gguf", 2304), ("llama.gguf", 2000), ("llama3.gguf", 2000), ("gpt2.gguf", 2400),
      ("gemma3.gguf", 5000), ("qwen2.gguf", 2000), ("qwen3.gguf", 2000),
    ])
  func `in GGUF are refused or read, never worse`(name: String, headerEnd: Int) throws {
    let original = try Golden.bytes("Models/" + name)
    var stream = Stream(state: 0x9E37_79B9_7F4A_7C15)
    var taken = 0
    try withFolder { folder in
      for _ in 0..<Self.rounds {
        let bytes = Self.mutate(original, headerEnd: headerEnd, &stream)
        try Data(bytes).write(to: URL(fileURLWithPath: folder + "/a.gguf"))
        if Self.read(folder + "/a.gguf") { taken += 1 }
      }
    }
    // Changes of names and numbers leave some files whole: the test reaches what lies behind.
    #expect(taken > 0 && taken < Self.rounds)
  }

  @Test(.timeLimit(.minutes(10)), arguments: ["llama", "gpt2", "qwen3"])
  func `in safetensors are refused or read, never worse`(name: String) throws {
    let original = try Golden.bytes("Models/\(name).safetensors")
    let headerEnd = 8 + original[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
    var stream = Stream(state: 0xD1B5_4A32_D192_ED03)
    var taken = 0
    try withFolder { folder in
      try AtomicFile.write(#"{"model_type":"\#(name)"}"#, to: folder + "/config.json")
      for _ in 0..<Self.rounds {
        let bytes = Self.mutate(original, headerEnd: headerEnd, &stream)
        try Data(bytes).write(to: URL(fileURLWithPath: folder + "/model.safetensors"))
        if Self.read(folder) { taken += 1 }
        if let decoded = try? Safetensors.decode(bytes, named: "a") {
          try? Safetensors.requireFinite(decoded.tensors, named: "a")
        }
      }
    }
    #expect(taken > 0 && taken < Self.rounds)
  }

  @Test func `as an index are refused or read, never worse`() throws {
    let original = Array(
      (#"{"metadata":{"total_size":16,"x":[1,{"y":null}]},"weight_map":"#
        + #"{"a":"one.safetensors","b":"two.safetensors"}}"#).utf8)
    var stream = Stream(state: 0x1234_5678_9ABC_DEF1)
    var taken = 0
    try withFolder { folder in
      for (file, name) in [("one", "a"), ("two", "b")] {
        try AtomicFile.write(
          Safetensors.encode([(name, Tensor(shape: [2], elements: .float32([1, 2])))]),
          to: "\(folder)/\(file).safetensors")
      }
      try AtomicFile.write(#"{"model_type":"llama"}"#, to: folder + "/config.json")
      for _ in 0..<Self.rounds {
        let bytes = Self.mutate(original, headerEnd: original.count, &stream)
        try Data(bytes).write(
          to: URL(fileURLWithPath: folder + "/model.safetensors.index.json"))
        if Self.read(folder) { taken += 1 }
      }
    }
    #expect(taken > 0 && taken < Self.rounds)
  }

  @Test(
    .timeLimit(.minutes(10)),
    arguments: [
      .float16bits([0, 0xBE00, 0x4280, 0xFC00, 1, 0x63D0]),
      .float32([0, -1.5, 3.25, 6.0e-8, 1, 2]),
      .int64([0, 1, 2, .max, .min, .max / 3]), .bool([1, 0, 1, 0, 0, 1]),
    ] as [TensorElements])
  func `in npy are refused or read, never worse`(elements: TensorElements) throws {
    let original = NPY.encode(Tensor(shape: [2, 3], elements: elements))
    var stream = Stream(state: 0xA076_1D64_78BD_642F)
    var taken = 0
    for _ in 0..<Self.rounds {
      let bytes = Self.mutate(original, headerEnd: 128, &stream)
      do throws(CheckpointError) {
        let tensor = try NPY.decode(bytes, named: "a.npy")
        taken += 1
        #expect(tensor.shape.reduce(1, *) == tensor.elements.count)
      } catch {
        #expect(!error.description.isEmpty && error.description.utf8.count < 2000)
      }
    }
    #expect(taken > 0 && taken < Self.rounds)
  }
}

/// `config.json`: bytes changed, and values replaced by others that are legal JSON. What is read
/// goes out again as GGUF, so that every field is used.
struct `Mutated configurations` {
  typealias Stream = `Mutated files`.Stream

  /// Numbers at the edges, other types, other words.
  static let values: [JSON] = [
    0, 1, -1, 2, 3, 7, 1_000_000_007, .int(.max), .int(.min), .int(1 << 32), .int(1 << 62), 0.0,
    0.5,
    -0.0, 1e300, -1e300, 1e-300, .null, true, false, "", "llama", "default", "linear", "llama3",
    "yarn", [], [1], ["full_attention"], [:], ["rope_type": "llama3"],
    ["rope_type": "yarn", "factor": 0], ["full_attention": [:], "sliding_attention": [:]],
  ]

  /// One member, at any depth, replaced, removed or added.
  static func mutate(_ object: JSONObject, _ stream: inout Stream) -> JSONObject {
    var object = object
    guard !object.isEmpty else { return object }
    let member = object.members[stream.next(below: object.count)]
    if let inner = member.value.objectValue, stream.next(below: 2) == 0 {
      object[member.key] = .object(mutate(inner, &stream))
      return object
    }
    switch stream.next(below: 8) {
    case 0: object[member.key] = nil
    case 1: object[member.key + "_"] = member.value
    default: object[member.key] = values[stream.next(below: values.count)]
    }
    return object
  }

  static func use(_ folder: String) -> Bool {
    do {
      let model = try ModelCheckpoint(folder)
      try model.writeGGUF(
        to: folder + "/out.gguf", format: .float16, general: [], tokenizer: [])
      return true
    } catch {
      let text = "\(error)"
      #expect(!text.isEmpty && text.utf8.count < 2000)
      return false
    }
  }

  @Test(.timeLimit(.minutes(10)), arguments: `A model checkpoint`.names)
  func `are refused or written, never worse`(name: String) throws {
    var stream = Stream(state: 0xE703_7ED1_A0B4_28DB)
    let rounds = max(100, `Mutated files`.rounds / 8)
    try withFolder { folder in
      try `A model written as GGUF`.makeFolder(name, in: folder + "/hf")
      let path = folder + "/hf/config.json"
      let original = try `A model checkpoint`.configuration(name)
      let text = JSON.object(original).serialized()
      var taken = 0
      for round in 0..<rounds {
        let bytes: [UInt8]
        if round % 4 == 0 {
          bytes = `Mutated files`.mutate(text, headerEnd: text.count, &stream)
        } else {
          var object = Self.mutate(original, &stream)
          if stream.next(below: 3) == 0 { object = Self.mutate(object, &stream) }
          bytes = JSON.object(object).serialized()
        }
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        if Self.use(folder + "/hf") { taken += 1 }
      }
      #expect(taken > 0 && taken < rounds)
      // However each round ended, nothing half written stays.
      let left = Set(try Folder.names(in: folder + "/hf"))
      #expect(left.isSubset(of: ["config.json", "model.safetensors", "out.gguf"]), "\(left)")
    }
  }

  @Test func `that are giant or deep are named at once`() throws {
    try withFolder { folder in
      try `A model written as GGUF`.makeFolder("llama", in: folder + "/hf")
      for (text, word) in [
        (String(repeating: "[", count: 900_000), "deep"),
        (#"{"a":"# + String(repeating: #"{"a":"#, count: 150_000), "deep"),
        (String(repeating: " ", count: 1 << 21), "at most"),
        (#"{"a":"\ud800"}"#, "surrogate"), (#"{"a":1,"a":2}"#, "twice"), ("[]", "an object"),
        (#"{"vocab_size":1e999}"#, "config.json"),
      ] {
        try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/hf/config.json"))
        let start = ContinuousClock.now
        let error = #expect(throws: CheckpointError.self) { try ModelCheckpoint(folder + "/hf") }
        #expect(ContinuousClock.now - start < .seconds(1))
        #expect(error?.description.contains(word) == true, "\(error?.description ?? "")")
      }
    }
  }
}
