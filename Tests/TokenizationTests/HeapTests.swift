import Testing
import Tokenization

struct `A heap` {
  @Test(arguments: [0, 1, 2, 3, 100])
  func `gives its elements in order`(count: Int) {
    var numbers = Numbers(state: UInt64(count))
    var heap = Heap<Int>()
    let elements = (0..<count).map { _ in Int.random(in: 0..<20, using: &numbers) }
    for element in elements { heap.push(element) }
    var out: [Int] = []
    while let element = heap.pop() { out.append(element) }
    #expect(out == elements.sorted())
  }
}
