import Exact
import Testing

struct `An error of exact arithmetic` {
  @Test func `says the operation and what to do`() {
    let overflow = ExactError.overflow(operation: "(1/3) + (2)").description
    #expect(overflow.hasPrefix("(1/3) + (2): ") && overflow.contains("smaller"))
    #expect(ExactError.divisionByZero(operation: "3/0").description.contains("other than 0"))
  }
}
