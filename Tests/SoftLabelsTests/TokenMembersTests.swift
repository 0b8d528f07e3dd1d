import SoftLabels
import Tensors
import Testing

struct `Token members` {
  private func decode(
    _ tokens: [UInt8], _ mask: [UInt8], vocabulary: Int = 300
  ) throws -> (tokens: [Int32], mask: [UInt8]) {
    try TokenMembers.decode(tokens: tokens, mask: mask, vocabulary: vocabulary, sample: "s")
  }

  /// 65 536 tokens are the most that 16 bits tell apart.
  @Test(arguments: [(300, ElementType.uint16), (65_536, .uint16), (65_537, .uint32)])
  func `come back as they were`(vocabulary: Int, type: ElementType) throws {
    let tokens: [Int32] = [0, 7, Int32(vocabulary) - 1]
    let bytes = TokenMembers.encode(tokens: tokens, vocabulary: vocabulary)
    #expect(try NPY.decode(bytes, named: "tokens").type == type)
    let read = try decode(
      bytes, TokenMembers.encode(mask: [0, 0, 1]), vocabulary: vocabulary)
    #expect(read.tokens == tokens && read.mask == [0, 0, 1])
  }

  @Test func `a token outside the vocabulary is refused`() {
    let bytes = TokenMembers.encode(tokens: [5, 300], vocabulary: 301)
    #expect(throws: SoftLabelError.self) { try decode(bytes, TokenMembers.encode(mask: [0, 1])) }
    let huge = NPY.encode(Tensor(shape: [2], elements: .uint32([0, .max])))
    #expect(throws: SoftLabelError.self) { try decode(huge, TokenMembers.encode(mask: [0, 1])) }
  }

  @Test(arguments: [[0], [1, 1], [0, 2], [0, 1, 1]] as [[UInt8]])
  func `a mask that does not fit is refused`(mask: [UInt8]) {
    let bytes = TokenMembers.encode(tokens: [5, 6], vocabulary: 300)
    #expect(throws: SoftLabelError.self) { try decode(bytes, TokenMembers.encode(mask: mask)) }
  }

  @Test func `other types, other ranks and cut files are refused`() {
    let mask = TokenMembers.encode(mask: [0, 1])
    let good = TokenMembers.encode(tokens: [5, 6], vocabulary: 300)
    let signed = NPY.encode(Tensor(shape: [2], elements: .int32([5, 6])))
    let column = NPY.encode(Tensor(shape: [2, 1], elements: .uint16([5, 6])))
    for bytes in [signed, column, Array(good.dropLast())] {
      #expect(throws: SoftLabelError.self) { try decode(bytes, mask) }
    }
  }
}
