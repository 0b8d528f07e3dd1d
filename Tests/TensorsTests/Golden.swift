import Files
import Foundation
import Tensors
import Testing

/// Files that other libraries wrote (`Scripts/goldens/checkpoints.py`).
enum Golden {
  static func path(_ name: String) throws -> String {
    try #require(Bundle.module.resourcePath) + "/Goldens/" + name
  }

  static func bytes(_ name: String) throws -> [UInt8] { try readFile(try path(name)) }
}

/// Calls `body` with the path of an empty folder.
func withFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
  let path = NSTemporaryDirectory() + "tensors-" + UUID().uuidString
  try Folder.make(path)
  defer { try? Folder.remove(path) }
  return try body(path)
}

private let elementsOfEach: [(name: String, elements: TensorElements)] = [
  ("F64", .float64([0, -1.5, 3.25, -.infinity, 6.0e-8, 1000])),
  ("F32", .float32([0, -1.5, 3.25, -.infinity, 6.0e-8, 1000])),
  ("F16", .float16bits([0, 0xBE00, 0x4280, 0xFC00, 1, 0x63D0])),
  ("I64", .int64([0, 1, 2, .max, .min, .max / 3])),
  ("I32", .int32([0, 1, 2, .max, .min, .max / 3])),
  ("I16", .int16([0, 1, 2, .max, .min, .max / 3])),
  ("I8", .int8([0, 1, 2, .max, .min, .max / 3])),
  ("U32", .uint32([0, 1, 2, .max, .min, .max / 3])),
  ("U16", .uint16([0, 1, 2, .max, .min, .max / 3])),
  ("U8", .uint8([0, 1, 2, .max, .min, .max / 3])),
  ("BOOL", .bool([1, 0, 1, 0, 0, 1])),
]

/// One small tensor of every element type, with values that tell them apart.
let oneOfEach: [(name: String, tensor: Tensor)] = elementsOfEach.map {
  (name: $0.name, tensor: Tensor(shape: [2, 3], elements: $0.elements))
}
