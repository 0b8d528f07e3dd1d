internal import CKernels
internal import Glibc

/// Threads that run one job each and report failure to start as an error: a limit on memory or on
/// processes may refuse a thread, and waiting for one that never started would block forever.
public enum JobThread {
  private final class Job: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  /// Starts a new thread that runs `body`.
  ///
  /// - Parameter stackBytes: size of its stack; memory is committed only as it is used.
  /// - Throws: `FileError` when the system cannot start it; `body` is then not run.
  public static func start(
    stackBytes: Int, _ body: @escaping @Sendable () -> Void
  ) throws(FileError) {
    switch create(body, stackBytes: stackBytes) {
    case .success(let thread): ck_thread_detach(thread)
    case .failure(let refusal):
      throw .system(operation: "start a thread", path: "this process", code: refusal.code)
    }
  }

  /// Starts an idle thread and opens a few descriptors, to test whether more are available right
  /// now. Dispatch, used by the database library, blocks forever when it gets no thread and crashes
  /// when it gets no descriptor.
  ///
  /// - Throws: `FileError` when the system refuses one.
  public static func probe() throws(FileError) {
    var descriptors: [Int32] = []
    defer { for descriptor in descriptors { close(descriptor) } }
    for _ in 0..<4 {
      let descriptor = dup(2)
      guard descriptor >= 0 else { throw .last("open files", "this process") }
      descriptors.append(descriptor)
    }
    switch create({}, stackBytes: nil) {
    case .success(let thread): ck_thread_join(thread)
    case .failure(let refusal):
      throw .system(operation: "start a thread", path: "this process", code: refusal.code)
    }
  }

  private struct Refusal: Error { let code: Int32 }

  private static func create(
    _ body: @escaping @Sendable () -> Void, stackBytes: Int?
  ) -> Result<ck_thread, Refusal> {
    let job = Unmanaged.passRetained(Job(body))
    var thread = ck_thread()
    let code = ck_thread_start(
      stackBytes ?? 0,
      { context in
        guard let context else { return nil }
        Unmanaged<Job>.fromOpaque(context).takeRetainedValue().body()
        return nil
      }, job.toOpaque(), &thread)
    guard code == 0 else {
      job.release()
      return .failure(Refusal(code: code))
    }
    return .success(thread)
  }
}
