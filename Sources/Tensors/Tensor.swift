/// A dense array in row-major order.
public struct Tensor: Sendable, Equatable {
  /// Elements per axis, outermost first; empty for a scalar.
  public var shape: [Int]
  /// In row-major order; as many as the product of `shape`, which only `init` checks.
  public var elements: TensorElements

  /// - Precondition: `shape` and `elements` have the same number of elements.
  public init(shape: [Int], elements: TensorElements) {
    self.shape = shape
    self.elements = elements
    precondition(isConsistent, "a shape of \(shape) does not hold \(elements.count) elements")
  }

  /// Type of the elements, and the one that a file stores.
  public var type: ElementType { elements.type }

  /// Whether shape and elements agree.
  var isConsistent: Bool { type.elementCount(shape: shape) == elements.count }

  /// Index and text of the first NaN or infinity; `nil` for integers and if all are finite.
  public var firstNonFinite: (at: Int, value: String)? {
    func find<T>(_ values: [T], _ isFinite: (T) -> Bool, _ text: (T) -> String) -> (Int, String)? {
      values.firstIndex { !isFinite($0) }.map { ($0, text(values[$0])) }
    }
    return switch elements {
    case .float32(let values): find(values, \.isFinite, \.description)
    case .float64(let values): find(values, \.isFinite, \.description)
    case .float16bits(let values):
      find(values, { $0 & 0x7C00 != 0x7C00 }, { Float16Bits.decode($0).description })
    case .bfloat16bits(let values):
      find(values, { $0 & 0x7F80 != 0x7F80 }, { BFloat16Bits.decode($0).description })
    default: nil
    }
  }

  /// The elements as `Float`, for the four floating-point types: exact from 16 bits, rounded to
  /// nearest even from 64. `nil` for integers.
  public var floats: [Float]? {
    switch elements {
    case .float32(let values): values
    case .float64(let values): values.map { Float($0) }
    case .float16bits(let values): Float16Bits.decode(values)
    case .bfloat16bits(let values): BFloat16Bits.decode(values)
    default: nil
    }
  }
}
