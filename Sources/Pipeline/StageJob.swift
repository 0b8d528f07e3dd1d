internal import Files
internal import Stages

/// One stage on its own thread: look whether it is finished, run it if not, seal it.
struct StageJob: Sendable {
  enum Outcome: Sendable {
    case cached(Manifest)
    case finished(Manifest, summary: String)
    case interrupted
    case failed(any Error)
  }

  let folder: StageFolder
  let type: any Stage.Type
  let inputs: [StageInput]
  let pipelineSeed: UInt64
  let threads: Int
  /// Threads that the stage may have as it goes; `nil`: `threads`, always.
  var share: ThreadShare? = nil
  let trustSize: Bool
  let progress: any ProgressSink
  let metrics: Metrics
  /// What the manifest says of the machine.
  let machine: @Sendable () -> JSONObject
  /// Told before a damaged folder is made again.
  let warn: @Sendable (String) -> Void

  func run() -> Outcome {
    do {
      switch try folder.state(trustSize: trustSize) {
      case .finished(let manifest):
        // A power cut may bring back what was removed before the manifest was written.
        if Folder.isFolder(folder.scratch) { try Folder.remove(folder.scratch) }
        return .cached(manifest)
      case .damaged(let reason): warn("\(folder.stage.name): made again, since \(reason)")
      case .absent, .unfinished: break
      }
      try Interruption.check()
      var settings = Settings(folder.stage.with, pipelineSeed: pipelineSeed)
      let stage = try type.init(&settings, inputs: inputs)
      try settings.finish()
      // A setting may name files; the key says what was in them when the run was planned.
      guard settings.resolved == folder.stage.resolved else {
        throw StageError.data(
          "\(folder.stage.name): files that its settings name have changed since the run began -- "
            + "run the same command again")
      }
      try folder.clear()
      let result = try stage.run(
        StageContext(
          folder: folder.path, scratch: folder.scratch, threads: threads, share: share,
          progress: progress, metrics: metrics, machine: machine,
          notice: { [name = folder.stage.name] in warn("\(name): \($0)") }))
      let manifest = try folder.seal(result, inputs: inputs, machine: machine())
      return .finished(manifest, summary: result.summary)
    } catch is Interrupted {
      return .interrupted
    } catch {
      return .failed(error)
    }
  }
}
