internal import ArgumentParser
internal import Files
internal import Kernels
internal import Pipeline
internal import Stages

/// The program: parses, runs, and turns errors into the exit codes of the design.
///
/// 0 good; 1 bad data or a failed check; 2 usage; 75 interrupted, or the folder is another
/// process's: run the same command again.
@main
enum Main {
  static func main() {
    Interruption.install()
    HeapRetention.keepLargeBlocks()
    do {
      try Dispatch.configure(environment: Environment.all)
      var command = try Retort.parseAsRoot()
      try command.run()
      if let failure = StandardOutput.failure { throw failure }
    } catch {
      endProcess(report(error))
    }
  }

  /// Prints what went wrong and says the exit code.
  private static func report(_ error: any Error) -> Int32 {
    switch error {
    case let failure as Failure:
      if !failure.message.isEmpty { StandardError.write(line: "retort: " + failure.message) }
      return failure.code
    case let interrupted as Interrupted:
      StandardError.write(line: "retort: \(interrupted)")
      return 75
    case let error as FileError where error.isInterruption && Interruption.requested:
      return report(Interrupted())
    case let held as RunLock.Held:
      StandardError.write(line: "retort: \(held)")
      return 75
    case let error as ConfigurationError:
      StandardError.write(line: "retort: \(error)")
      return 2
    case let error as PipelineError:
      for line in error.description.split(separator: "\n") {
        StandardError.write(line: "retort: \(line)")
      }
      return 2
    case let error as DispatchError:
      StandardError.write(line: "retort: \(error)")
      if case .unknown = error { return 2 }
      return 1
    case let error as MatrixEngineError:
      StandardError.write(line: "retort: \(error)")
      return 1
    default: break
    }
    let code = Retort.exitCode(for: error)
    let isParsing = error is CleanExit || code == .validationFailure || code == .success
    guard isParsing || error is ValidationError || "\(type(of: error))" == "CommandError" else {
      StandardError.write(line: "retort: \(error)")
      return 1
    }
    let message = Retort.fullMessage(for: error)
    if code == .success {
      var output = StandardOutput()
      output.write(line: message)
      return 0
    }
    StandardError.write(line: message)
    return 2
  }
}

/// An end that the command has explained already, or explains with `message`.
struct Failure: Error {
  let code: Int32
  let message: String

  /// A check failed or data is bad.
  static func data(_ message: String = "") -> Failure { Failure(code: 1, message: message) }
  /// The command line, or a pipeline file, is wrong.
  static func usage(_ message: String) -> Failure { Failure(code: 2, message: message) }
}
