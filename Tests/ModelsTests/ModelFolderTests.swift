import Files
import Foundation
import Kernels
import ModelSupport
import Models
import Randomness
import Tensors
import Testing

struct `Model folder` {
  func temporary() -> String {
    FileManager.default.temporaryDirectory.appendingPathComponent("retort-\(UUID())").path
  }

  @Test(arguments: [true, false])
  func `what is written is read back bit by bit`(tied: Bool) throws {
    let directory = temporary()
    defer { try? FileManager.default.removeItem(atPath: directory) }
    let parameters = Parameters(drawn: try smallConfiguration(tied: tied), seed: Seed(1))
    try ModelFolder.write(parameters, tokenizer: Array("{}".utf8), to: directory)
    let read = try ModelFolder.load(directory)
    #expect(read.configuration == parameters.configuration)
    #expect(read.values.array == parameters.values.array)
    #expect(try readFile(directory + "/tokenizer.json") == Array("{}".utf8))
    #expect(try JSON.parse(readFile(directory + "/generation_config.json"))["eos_token_id"] == 2)
  }

  /// Writes a folder whose weights `change` has spoilt; returns what loading it says.
  func loading(_ change: (inout [(name: String, tensor: Tensor)]) -> Void) throws -> String? {
    let directory = temporary()
    defer { try? FileManager.default.removeItem(atPath: directory) }
    let parameters = Parameters(drawn: try smallConfiguration(), seed: Seed(1))
    try ModelFolder.write(parameters, tokenizer: nil, to: directory)
    let path = directory + "/model.safetensors"
    var tensors = try Safetensors.decode(readFile(path), named: path).tensors
    change(&tensors)
    try AtomicFile.write(Safetensors.encode(tensors), to: path)
    return #expect(throws: (any Error).self) { try ModelFolder.load(directory) }.map { "\($0)" }
  }

  @Test func `weights that are not the configuration's are named`() throws {
    let name = "model.layers.1.mlp.down_proj.weight"
    func index(_ tensors: [(name: String, tensor: Tensor)]) -> Int {
      tensors.firstIndex { $0.name == name } ?? 0
    }
    #expect(
      try loading { $0.remove(at: index($0)) }?.contains("\(name) is missing") == true)
    #expect(
      try loading { $0[index($0)].name = "other" }?.contains("other") == true)
    #expect(
      try loading { $0[index($0)].tensor.shape = [48, 32] }?.contains("[48, 32]")
        == true)
    let integers = Tensor(shape: [32, 48], elements: .int32([Int32](repeating: 1, count: 32 * 48)))
    #expect(try loading { $0[index($0)].tensor = integers }?.contains("I32") == true)
    var values = [Float](repeating: 1, count: 32 * 48)
    values[5] = .nan
    let damaged = Tensor(shape: [32, 48], elements: .float32(values))
    #expect(try loading { $0[index($0)].tensor = damaged }?.contains("element 5 is nan") == true)
  }
}
