/// Where something stands: in the pipeline file, or in a `--set` on the command line.
public struct Place: Sendable, Equatable {
  /// From 1; 0 for a value that came from `override`.
  public var line: Int
  public var column: Int
  /// The text of the `--set` that the value came from.
  public var override: String?

  public init(line: Int, column: Int, override: String? = nil) {
    self.line = line
    self.column = column
    self.override = override
  }
}

/// One thing wrong in a pipeline file.
public struct PipelineProblem: Sendable, Equatable, CustomStringConvertible {
  public let file: String
  public let place: Place?
  /// What was expected, what was found, what to do.
  public let message: String

  public var description: String {
    guard let place else { return "\(file): \(message)" }
    if let override = place.override { return "--set \(override): \(message)" }
    return "\(file):\(place.line):\(place.column): \(message)"
  }
}

/// Everything found wrong in a pipeline file: the fault of who wrote it (exit status 2).
public struct PipelineError: Error, Equatable, Sendable, CustomStringConvertible {
  /// At least one; in the order of the file where they were found together.
  public let problems: [PipelineProblem]

  init(_ problems: [PipelineProblem]) { self.problems = problems }

  init(_ file: String, _ place: Place?, _ message: String) {
    problems = [PipelineProblem(file: file, place: place, message: message)]
  }

  public var description: String { problems.map(\.description).joined(separator: "\n") }
}
