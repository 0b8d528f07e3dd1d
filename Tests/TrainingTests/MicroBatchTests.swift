import Files
import Stages
import Testing
import Training

struct `A training in micro-batches` {
  /// Loss and weights of a training do not depend on how many samples go through the model at once,
  /// but for roundings: 1e-4 after twelve steps of 4 samples, hard and soft.
  @Test(arguments: [TinyRun.Kind.train, .distil], [1, 3])
  func `is the same but for rounding`(kind: TinyRun.Kind, size: Int) throws {
    let sets = try TinySets()
    let inputs = [try sets.labelled(), try sets.order(48)]
    func losses(_ name: String, _ with: JSONObject, stopAt: Int? = nil) throws -> [Double] {
      var run = TinyRun(inputs: inputs)
      run.kind = kind
      run.with = with
      run.with["log_every"] = 1
      let out = sets.place.path + "/" + name
      if let stopAt {
        #expect(throws: Interrupted.self) { try run(out, stopAt: stopAt) }
      }
      _ = try run(out)
      return try TinyRun.metrics(in: out).compactMap { $0["loss"]?.doubleValue }
    }
    let whole = try losses("whole", [:])
    let parts = try losses("parts", ["micro_batch": JSON(size)])
    #expect(whole.count == 12 && parts.count == 12)
    for (a, b) in zip(whole, parts) { #expect(abs(a - b) < 1e-4) }
    #expect(try losses("stopped", ["micro_batch": JSON(size)], stopAt: 5) == parts)
    // A batch that fits is not cut, to the last bit.
    #expect(try losses("large", ["micro_batch": 4]) == whole)
  }
}
