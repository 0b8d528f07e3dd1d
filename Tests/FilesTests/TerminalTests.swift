import Files
import Foundation
import Testing

struct `What stands behind standard error` {
  /// Progress bars are drawn to the width of the window, and stay out of log files.
  @Test func `has a width where it is a terminal, and none where it is a file`() async {
    await #expect(processExitsWith: .exitCode(57)) {
      let master = open("/dev/ptmx", O_RDWR | O_NOCTTY)
      // TIOCSPTLCK and TIOCGPTN: unlock the other end, say its number.
      var (locked, number): (Int32, Int32) = (0, 0)
      guard master >= 0, ioctl(master, 0x4004_5431, &locked) == 0,
        ioctl(master, 0x8004_5430, &number) == 0
      else { exit(1) }
      let terminal = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY)
      var size = winsize(ws_row: 24, ws_col: 57, ws_xpixel: 0, ws_ypixel: 0)
      guard terminal >= 0, ioctl(terminal, UInt(TIOCSWINSZ), &size) == 0 else { exit(2) }
      dup2(terminal, 2)
      guard Terminal.isStandardErrorInteractive, let width = Terminal.width else { exit(3) }
      dup2(open("/dev/null", O_WRONLY), 2)
      guard !Terminal.isStandardErrorInteractive, Terminal.width == nil else { exit(4) }
      exit(Int32(width))
    }
  }
}
