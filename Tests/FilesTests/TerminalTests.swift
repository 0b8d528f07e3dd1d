import Files
import Testing

struct `What stands behind standard error` {
  /// Progress bars must not get into log files.
  @Test func `a width is given only where there is a terminal`() {
    #expect((Terminal.width != nil) == Terminal.isStandardErrorInteractive)
  }
}
