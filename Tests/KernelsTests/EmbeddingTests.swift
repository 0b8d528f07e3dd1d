import Kernels
import Testing

struct `Embedding` {
  static let cases = Dispatch.available.flatMap { set in edgeWidths.map { (set, $0) } }

  @Test(arguments: cases)
  func `agrees with the reference`(set: InstructionSet, width C: Int) {
    let tokens: [Int32] = [2, 0, 2, 4], table = draw(5 * C, seed: 1), dY = draw(4 * C, seed: 2)
    let y = Floats(zeros: 4 * C), d = Floats(zeros: 5 * C)
    Dispatch.using(set) {
      embeddingForward(y: y, table: Floats(table), tokens: tokens.span, width: C)
      embeddingBackward(dTable: d, dY: Floats(dY), tokens: tokens.span, width: C)
    }
    let indices = tokens.map(Int.init)
    #expect(
      doubles(y.array)
        == Reference.embeddingForward(table: doubles(table), tokens: indices, width: C))
    let expected = Reference.embeddingBackward(
      dY: doubles(dY), tokens: indices, vocabulary: 5, width: C)
    // One addition at most.
    #expect(mismatch(d.array, expected, absolute: 0, relative: unitRoundoff) == nil)
    let numeric = centralDifferences(doubles(table)) {
      dot(Reference.embeddingForward(table: $0, tokens: indices, width: C), doubles(dY))
    }
    #expect(mismatch(d.array, numeric, absolute: 1e-8, relative: unitRoundoff) == nil)
  }

  @Test func `agrees with PyTorch, and a lost repeat is seen`() throws {
    let golden = try Golden("embedding")
    let tokens = golden.tokens("tokens"), dY = golden.floats("dY")
    let y = Floats(zeros: 20)
    embeddingForward(y: y, table: Floats(golden.floats("table")), tokens: tokens.span, width: 5)
    #expect(doubles(y.array) == golden["y"])
    func backward(_ tokens: [Int32], _ dY: [Float]) -> [Float] {
      let d = Floats(zeros: 30)
      embeddingBackward(dTable: d, dY: Floats(dY), tokens: tokens.span, width: 5)
      return d.array
    }
    let expected = golden["dTable"]
    #expect(mismatch(backward(tokens, dY), expected, absolute: 0, relative: unitRoundoff) == nil)
    let lost = backward(Array(tokens.dropFirst()), Array(dY.dropFirst(5)))
    #expect(mismatch(lost, expected, absolute: 0, relative: unitRoundoff) != nil)
  }

  @Test func `rows are gathered from a plain array`() {
    let y = Floats(zeros: 4)
    gatherRows(y: y, from: [Float(1), 2, 3, 4, 5, 6].span, rows: [Int32(2), 0].span, width: 2)
    #expect(y.array == [5, 6, 1, 2])
  }
}
