import Tensors
import Testing

struct `NumPy arrays` {
  @Test(arguments: oneOfEach.map(\.name))
  func `are read and written as numpy writes them`(name: String) throws {
    let bytes = try Golden.bytes(name + ".npy")
    let tensor = try NPY.decode(bytes, named: name)
    #expect(tensor == oneOfEach.first { $0.name == name }?.tensor)
    #expect(NPY.encode(tensor) == bytes)
  }

  @Test(arguments: [
    ("scalar", Tensor(shape: [], elements: .float32([7]))),
    ("line", Tensor(shape: [5], elements: .uint16([0, 1, 2, 3, 4]))),
  ])
  func `of one axis or none are as numpy writes them`(name: String, tensor: Tensor) throws {
    let bytes = try Golden.bytes(name + ".npy")
    #expect(try NPY.decode(bytes, named: name) == tensor)
    #expect(NPY.encode(tensor) == bytes)
  }

  @Test func `without elements come back`() throws {
    let tensor = Tensor(shape: [3, 0], elements: .float16bits([]))
    #expect(try NPY.decode(NPY.encode(tensor), named: "empty") == tensor)
  }

  @Test func `are refused at every truncation and with a byte more`() {
    let bytes = NPY.encode(Tensor(shape: [2, 2], elements: .int32([1, 2, 3, 4])))
    for count in bytes.indices {
      #expect(throws: CheckpointError.self, "\(count) of \(bytes.count) bytes") {
        try NPY.decode(Array(bytes[..<count]), named: "cut")
      }
    }
    #expect(throws: CheckpointError.self) { try NPY.decode(bytes + [0], named: "long") }
  }

  @Test func `never trap on a flipped bit`() {
    let bytes = NPY.encode(Tensor(shape: [2, 2], elements: .int32([1, 2, 3, 4])))
    for index in bytes.indices {
      for bit in 0..<8 {
        var flipped = bytes
        flipped[index] ^= 1 << bit
        _ = try? NPY.decode(flipped, named: "flipped")
      }
    }
  }
}
