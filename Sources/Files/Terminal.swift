internal import Glibc

/// Properties of the terminal behind the standard streams.
public enum Terminal {
  /// Whether standard error is an interactive terminal.
  public static var isStandardErrorInteractive: Bool { isatty(2) == 1 }

  /// Whether standard output is an interactive terminal.
  public static var isStandardOutputInteractive: Bool { isatty(1) == 1 }

  /// Columns of the terminal behind standard error, queried each time so that resizing is noticed;
  /// `nil` if it is not a terminal.
  public static var width: Int? {
    var size = winsize()
    guard ioctl(2, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }

  /// Draws on standard error: text already safe for a terminal, with our control sequences. Bytes
  /// that cannot be written are dropped.
  public static func draw(_ text: String) { _ = write(Array(text.utf8), to: 2) }

  /// Writes all bytes, waiting if the descriptor is non-blocking.
  ///
  /// - Returns: the system's error, or `nil`.
  static func write(_ bytes: [UInt8], to descriptor: Int32) -> Int32? {
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.write(descriptor, $0.baseAddress.map { $0 + done }, $0.count - done)
      }
      if count >= 0 {
        done += count
      } else if errno == EAGAIN {
        // Another process has made the descriptor non-blocking.
        var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        guard poll(&request, 1, -1) >= 0 || errno == EINTR else { return errno }
      } else if errno != EINTR {
        return errno
      }
    }
    return nil
  }
}
