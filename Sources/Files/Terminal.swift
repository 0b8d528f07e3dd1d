internal import Glibc

/// What stands at the other end of standard error.
public enum Terminal {
  /// Whether standard error is a terminal that a person looks at.
  public static var isStandardErrorInteractive: Bool { isatty(2) == 1 }

  /// Columns of the terminal behind standard error, asked anew each time so that a resized window
  /// is known; `nil` where there is none.
  public static var width: Int? {
    var size = winsize()
    guard ioctl(2, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }

  /// Writes to standard error in one piece; what cannot be written is dropped.
  public static func writeError(_ text: String) {
    let bytes = Array(text.utf8)
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.write(2, $0.baseAddress.map { $0 + done }, $0.count - done)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return }
      done += count
    }
  }
}
