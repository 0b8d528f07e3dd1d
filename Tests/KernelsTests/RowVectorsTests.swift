import Kernels
import Testing

struct `Vectors for rows` {
  static let cases = Dispatch.available.flatMap { set in edgeWidths.map { (set, $0) } }

  @Test(arguments: cases)
  func `are added to every row, and a factor multiplies every element`(
    set: InstructionSet, width C: Int
  ) {
    let x = draw(3 * C, seed: 1), b = draw(C, seed: 2)
    let sums = Floats(x), products = Floats(x)
    Dispatch.using(set) {
      add(Floats(b), toRowsOf: sums, rows: 3)
      scale(products, by: 2.5)
    }
    #expect(sums.array == x.indices.map { x[$0] + b[$0 % C] })
    #expect(products.array == x.map { $0 * 2.5 })
  }
}
