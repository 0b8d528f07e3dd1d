internal import ArgumentParser
internal import Benchmarks
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
    let code = run()
    // A cut output with exit code 0 would be trusted.
    guard code == 0, let failure = StandardOutput.failure else { endProcess(code) }
    endProcess(report(failure))
  }

  private static func run() -> Int32 {
    var command: any ParsableCommand
    do {
      try Dispatch.configure(environment: Environment.all)
      let arguments = FormerBenchLine.renewed(try arguments()) { subject, option in
        say("bench \(subject) has no \(option): it is ignored")
      }
      command = try Retort.parseAsRoot(arguments)
    } catch let error as DispatchError {
      return report(error)
    } catch let failure as Failure {
      return report(failure)
    } catch {
      return answer(error)
    }
    do {
      try command.run()
      return 0
    } catch {
      return report(error)
    }
  }

  private static func arguments() throws -> [String] {
    do {
      return try ProgramArguments.read()
    } catch {
      throw Failure.usage("\(error)")
    }
  }

  /// Answers a command line that runs no command: help, or what is wrong with it.
  private static func answer(_ error: any Error) -> Int32 {
    let message = quoted(Retort.fullMessage(for: error))
    guard Retort.exitCode(for: error) == .success else {
      StandardError.write(text: message)
      return 2
    }
    var output = StandardOutput()
    output.write(text: message)
    output.flush()
    return 0
  }

  /// Shows a message with each argument on one line, so that no argument can forge a line.
  private static func quoted(_ message: String) -> String {
    let steering = CommandLine.arguments.dropFirst().filter { $0.contains(where: \.isNewline) }
    return steering.reduce(message) { text, argument in
      // The quoted part may be a flag's own name or value.
      let parts = [argument] + argument.split(separator: "=", maxSplits: 1).map(String.init)
      return parts.filter { $0.contains(where: \.isNewline) }.reduce(text) {
        $0.replacing($1, with: TerminalText.word($1))
      }
    }
  }

  /// Prints the error and returns the exit code.
  private static func report(_ error: any Error) -> Int32 {
    switch error {
    case let failure as Failure:
      if !failure.message.isEmpty { say(failure.message) }
      return failure.code
    case let interrupted as Interrupted:
      say("\(interrupted)")
      return 75
    case let error as FileError where error.isInterruption && Interruption.requested:
      return report(Interrupted())
    case let held as RunLock.Held:
      say("\(held)")
      return 75
    case let error as ConfigurationError:
      say("\(error)")
      return 2
    case let error as PipelineError:
      StandardError.write(
        text: error.problems.map { "retort: \(TerminalText.line("\($0)"))" }.joined(separator: "\n")
      )
      return 2
    case let error as BenchmarkError:
      say("\(error)")
      return error.isUsage ? 2 : 1
    case let error as DispatchError:
      say("\(error)")
      if case .unknown = error { return 2 }
      return 1
    case let error as BLASError:
      say("\(error)")
      if case .unknownCore = error { return 2 }
      return 1
    case let error as RunError:
      // One line for each stage that failed or is damaged.
      let lines = error.lines.map { "retort: \(TerminalText.line($0))" }
      StandardError.write(text: lines.joined(separator: "\n"))
      return 1
    default: break
    }
    // `help`, and faults that a command finds in its own arguments.
    let code = Retort.exitCode(for: error)
    if code == .success || code == .validationFailure { return answer(error) }
    say("\(error)")
    return 1
  }

  private static func say(_ message: String) { StandardError.write(line: "retort: " + message) }
}

/// An exit that the command has already explained, or explains with `message`.
struct Failure: Error {
  let code: Int32
  let message: String

  /// A check failed or data is bad.
  static func data(_ message: String = "") -> Failure { Failure(code: 1, message: message) }
  /// The command line, or a pipeline file, is wrong.
  static func usage(_ message: String) -> Failure { Failure(code: 2, message: message) }
}
