internal import Glibc

/// The program's command-line arguments, without its name.
public enum ProgramArguments {
  /// The arguments, byte for byte.
  ///
  /// - Throws: `FileError.notUTF8` for the first one that is not valid UTF-8: as a string it would
  ///   name a different file.
  public static func read() throws(FileError) -> [String] {
    var arguments: [String] = []
    var next = CommandLine.unsafeArgv
    if next.pointee != nil { next += 1 }
    while let argument = next.pointee {
      guard let text = String(validatingCString: argument) else {
        let bytes = UnsafeRawBufferPointer(start: argument, count: strlen(argument))
        let shown = TerminalText.line(Array(bytes), limit: TerminalText.wordLimit)
        throw .notUTF8(shown: String(decoding: shown, as: UTF8.self))
      }
      arguments.append(text)
      next += 1
    }
    return arguments
  }
}
