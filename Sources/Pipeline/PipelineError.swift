/// A position in the pipeline file, or in a `--set` on the command line.
public struct Place: Sendable, Equatable {
  /// From 1; 0 for a value from `override`.
  public var line: Int
  /// From 1; 0 for a value from `override`.
  public var column: Int
  /// Text of the `--set` that gave the value.
  public var override: String?

  /// - Parameters:
  ///   - line, column: counted from 1.
  ///   - override: text of the `--set` that gave the value.
  public init(line: Int, column: Int, override: String? = nil) {
    self.line = line
    self.column = column
    self.override = override
  }
}

/// One fault in a pipeline file.
public struct PipelineProblem: Sendable, Equatable, CustomStringConvertible {
  /// The pipeline file, as it was named.
  public let file: String
  /// Where in it, or in which `--set`; `nil` for a fault of the file as a whole.
  public let place: Place?
  /// What was expected, what was found, what to do.
  public let message: String

  public var description: String {
    guard let place else { return "\(file): \(message)" }
    if let override = place.override { return "--set \(override): \(message)" }
    return "\(file):\(place.line):\(place.column): \(message)"
  }
}

/// All faults found in a pipeline file; a usage error (exit status 2).
public struct PipelineError: Error, Equatable, Sendable, CustomStringConvertible {
  /// At least one; in file order where they were found together.
  public let problems: [PipelineProblem]

  init(_ problems: [PipelineProblem]) { self.problems = problems }

  init(_ file: String, _ place: Place?, _ message: String) {
    problems = [PipelineProblem(file: file, place: place, message: message)]
  }

  public var description: String { problems.map(\.description).joined(separator: "\n") }
}
