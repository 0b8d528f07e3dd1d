internal import Files

/// Everything a job needs to know, wherever it runs: one stage of a run folder.
///
/// Another process or machine reads it from `logs/jobs/<stage>/ticket.json`. Results come back
/// through files too: the stage's manifest and the job's folder (`JobFiles`).
public struct JobTicket: Sendable, Equatable {
  /// The run's folder, as the process that reads the ticket opens it; not part of the file.
  public let runFolder: String
  /// The stage's name in the plan.
  public let stage: String
  /// Folders of the finished inputs, relative to the run's folder, in the order of the stage's
  /// `from`. The writer of the ticket has verified them.
  public let inputs: [String]
  /// Threads that the job may use, at least 1.
  public let threads: Int
  /// Finished stages are checked by file size only.
  public let trustSize: Bool
  /// The process that holds the run folder. The job stops once that process is gone.
  public let owner: String

  init(
    runFolder: String, stage: String, inputs: [String], threads: Int, trustSize: Bool,
    owner: String
  ) {
    self.runFolder = runFolder
    self.stage = stage
    self.inputs = inputs
    self.threads = threads
    self.trustSize = trustSize
    self.owner = owner
  }

  /// The content of the file.
  var json: JSON {
    [
      "format": 1, "stage": JSON(stage), "inputs": JSON(inputs) { JSON($0) },
      "threads": JSON(threads), "trust_size": JSON(trustSize), "owner": JSON(owner),
    ]
  }

  /// Reads the ticket of a stage from the run's folder.
  ///
  /// - Throws: `RunError.noTicket` if there is no readable ticket.
  public static func read(from runFolder: String, stage: String) throws -> JobTicket {
    let path = JobFiles(runFolder: runFolder, stage: stage).ticket
    guard Paths.isSafeName(stage), let bytes = try? readFile(path, limit: 1 << 20),
      let json = try? JSON.parse(bytes), json["format"]?.intValue == 1,
      json["stage"]?.stringValue == stage, let threads = json["threads"]?.intValue, threads >= 1,
      let inputs = json["inputs"]?.arrayValue?.compactMap(\.stringValue),
      let trustSize = json["trust_size"]?.boolValue, let owner = json["owner"]?.stringValue
    else { throw RunError.noTicket(path: path) }
    return JobTicket(
      runFolder: runFolder, stage: stage, inputs: inputs, threads: threads, trustSize: trustSize,
      owner: owner)
  }
}
