internal import Foundation

/// Processor time of the calling thread: what a piece of work took, however busy the machine is.
public enum ThreadTime {
  /// Since the thread began; 0 if the system does not tell.
  public static var now: Duration {
    var time = timespec()
    guard clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time) == 0 else { return .zero }
    return .seconds(Int64(time.tv_sec)) + .nanoseconds(Int64(time.tv_nsec))
  }
}
