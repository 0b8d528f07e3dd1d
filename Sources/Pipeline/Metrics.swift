internal import Stages
internal import Synchronization

/// Collects the curves of one stage until they are written.
final class Metrics: MetricsSink {
  private let points = Mutex<[TensorBoard.Point]>([])

  func record(step: Int, values: [(name: String, value: Double)]) {
    add(TensorBoard.Point(time: WallClock.seconds, step: step, values: values))
  }

  /// Takes a point that another process recorded.
  func add(_ point: TensorBoard.Point) { points.withLock { $0.append(point) } }

  var all: [TensorBoard.Point] { points.withLock { $0 } }
}
