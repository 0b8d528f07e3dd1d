import Tensors
import Testing

struct `A tensor` {
  @Test func `gives floats whatever floating-point type it holds`() {
    let values: [Float] = [1, -0.5, .infinity]
    for elements: TensorElements in [
      .float32(values), .float64(values.map(Double.init)),
      .float16bits(Float16Bits.encode(values)), .bfloat16bits(BFloat16Bits.encode(values)),
    ] { #expect(Tensor(shape: [3], elements: elements).floats == values) }
    #expect(Tensor(shape: [1], elements: .int32([1])).floats == nil)
  }

  @Test func `finds the first value that is not finite`() {
    let tensor = Tensor(shape: [3], elements: .float32([1, .infinity, .nan]))
    #expect(tensor.firstNonFinite?.at == 1)
    #expect(tensor.firstNonFinite?.value == "inf")
    #expect(Tensor(shape: [1], elements: .uint8([255])).firstNonFinite == nil)
  }

  @Test func `whose shape does not fit traps`() async {
    await #expect(processExitsWith: .failure) {
      _ = Tensor(shape: [2, 2], elements: .uint8([1, 2, 3]))
    }
  }
}

struct `Tensor elements` {
  @Test func `know their type and count`() {
    for (name, tensor) in oneOfEach {
      #expect(tensor.elements.type.rawValue == name)
      #expect(tensor.elements.count == 6)
    }
  }
}

struct `An element type` {
  @Test func `has its width in bytes`() {
    for (_, tensor) in oneOfEach {
      let empty = Safetensors.encode([("x", Tensor(shape: [0], elements: tensor.elements.none))])
      let full = Safetensors.encode([("x", Tensor(shape: [6], elements: tensor.elements))])
      let headers = full.count - empty.count - 6 * tensor.type.width
      #expect(headers.magnitude <= 8)
    }
  }
}

extension TensorElements {
  /// No element, of the same type.
  fileprivate var none: TensorElements {
    switch self {
    case .float64: .float64([])
    case .float32: .float32([])
    case .float16bits: .float16bits([])
    case .bfloat16bits: .bfloat16bits([])
    case .int64: .int64([])
    case .int32: .int32([])
    case .int16: .int16([])
    case .int8: .int8([])
    case .uint32: .uint32([])
    case .uint16: .uint16([])
    case .uint8: .uint8([])
    case .bool: .bool([])
    }
  }
}
