import Kernels
import Testing

struct `The check of the matrix products` {
  @Test func `accepts the products of this machine`() throws {
    try BLAS.require(threads: 1)
    let check = ProductCheck.run()
    #expect(check.isHealthy, "\(check.error)")
    #expect(check.error > 0, "float32 sums of 37 products are not exact")
  }

  /// One wrong digit of a kernel is thousands of units in the last place.
  @Test func `refuses an error that no order of summation explains`() {
    #expect(ProductCheck(error: 36 * 0x1p-24).isHealthy)
    #expect(!ProductCheck(error: 37 * 0x1p-24).isHealthy)
    #expect(!ProductCheck(error: .nan).isHealthy)
  }
}
