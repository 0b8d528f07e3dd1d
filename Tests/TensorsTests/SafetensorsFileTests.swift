import Files
import Tensors
import Testing

struct `A safetensors file` {
  @Test func `gives each tensor alone as the whole file gives it`() throws {
    let path = try Golden.path("library.safetensors")
    let file = try SafetensorsFile(path)
    let (tensors, metadata) = try Safetensors.decode(try readFile(path), named: path)
    #expect(file.names == tensors.map(\.name))
    #expect(file.header.metadata.map(\.0) == metadata.map(\.0))
    for (name, tensor) in tensors {
      #expect(try file.tensor(named: name) == tensor)
      #expect(file.entry(named: name)?.shape == tensor.shape)
    }
  }

  @Test func `names what it lacks`() throws {
    let path = try Golden.path("library.safetensors")
    let file = try SafetensorsFile(path)
    #expect(throws: CheckpointError.missing(file: path, name: "lm_head")) {
      try file.tensor(named: "lm_head")
    }
  }

  @Test func `that is none is refused before anything is read`() throws {
    #expect(throws: CheckpointError.self) { try SafetensorsFile("/nowhere/model.safetensors") }
    #expect(throws: CheckpointError.self) { try SafetensorsFile(Golden.path("F32.npy")) }
  }
}
