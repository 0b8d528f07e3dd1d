import Files
import Kernels
import Models
import Stages
import Testing
import Training

/// The mean of a training's last weights, in the place of a falling rate.
struct `Averaging of weights` {
  /// One set, whose trainings stand beside each other.
  private struct Learnt {
    let sets: TinySets
    let labels: StageInput

    init() throws {
      sets = try TinySets()
      labels = try sets.labelled()
    }

    var path: String { sets.place.path }
  }

  private func weights(_ with: JSONObject, _ sets: Learnt, _ name: String) throws -> [Float] {
    var run = TinyRun(inputs: [sets.labels, try sets.sets.order(48)])
    run.with = ["schedule": "constant"]
    for member in with.members { run.with[member.key] = member.value }
    let out = sets.path + "/" + name
    _ = try run(out)
    return try ModelFolder.load(out + "/model").values.array
  }

  /// The weights after each of the last steps, by trainings that end there: a constant rate without
  /// a warm-up does not know how long it is.
  private func course(_ steps: ClosedRange<Int>, _ sets: Learnt) throws -> [[Float]] {
    try steps.map { steps in
      var run = TinyRun(inputs: [sets.labels, try sets.sets.order(4 * steps)])
      run.with = ["schedule": "constant", "warmup": 2, "steps": JSON(steps)]
      let out = sets.path + "/of-\(steps)"
      _ = try run(out)
      return try ModelFolder.load(out + "/model").values.array
    }
  }

  /// Twelve steps from half on: the mean of those after 7 to 12. A running mean rounds six times.
  @Test func `from the tail is the mean of its steps`() throws {
    let sets = try Learnt()
    let last = try course(7...12, sets)
    let found = try weights(["averaging": ["start": 0.5]], sets, "tail")
    for i in found.indices {
      let mean = last.reduce(0.0) { $0 + Double($1[i]) } / 6
      #expect(abs(Double(found[i]) - mean) < 1e-6 * max(1, abs(mean)))
    }
    #expect(found != last[5])
  }

  @Test func `by an exponential mean forgets`() throws {
    let sets = try Learnt()
    let last = try course(10...12, sets)
    let found = try weights(
      ["averaging": ["kind": "ema", "start": 0.8, "decay": 0.75]], sets, "ema")
    for i in found.indices {
      var mean = Double(last[0][i])
      for weights in last.dropFirst() { mean = 0.75 * mean + 0.25 * Double(weights[i]) }
      #expect(abs(Double(found[i]) - mean) < 1e-6 * max(1, abs(mean)))
    }
    let none = try weights(["averaging": ["kind": "ema", "decay": 0]], sets, "none")
    #expect(none == last[2])
  }

  /// The mean is part of a state; validation judges what would be kept.
  @Test func `writes the same bytes after a stop, and on any number of threads`() throws {
    let sets = try TinySets()
    let inputs = [
      try sets.labelled(), try sets.order(48), try sets.labelled("validation", oracle: true),
    ]
    func digest(_ name: String, threads: Int = 1, stopAt: Int? = nil) throws -> [String] {
      var run = TinyRun(inputs: inputs)
      run.with = ["averaging": ["start": 0.25], "schedule": "constant"]
      run.threads = threads
      let out = sets.place.path + "/" + name
      if let stopAt {
        #expect(throws: Interrupted.self) { try run(out, stopAt: stopAt) }
      }
      return try TinyRun.digest(of: run(out), in: out)
    }
    let whole = try digest("whole")
    for stop in [2, 6, 9, 11] { #expect(try digest("s\(stop)", stopAt: stop) == whole) }
    #expect(try digest("threads", threads: 3) == whole)
    #expect(whole.last?.contains("\"averaging\"") == true)
  }

  @Test func `is refused where it is wrong, and changes no key where it is left out`() throws {
    let sets = try Learnt()
    for averaging: JSON in [
      ["start": 1], ["kind": "mean"], ["decay": 0.5], ["kind": "ema", "decay": 1], ["begin": 0.5],
      0.5,
    ] {
      #expect(throws: ConfigurationError.self) {
        try weights(["averaging": averaging], sets, "wrong")
      }
    }
    var settings = Settings(["model": ["hidden_size": 8], "steps": 4, "batch": 1])
    let read = try TrainingSettings(&settings)
    #expect(read.averaging == nil && settings.resolved["averaging"] == nil)
    #expect(settings.resolved["memory"] == nil)
  }
}

struct `Moving a buffer towards another` {
  @Test func `is exact at both ends`() {
    let (y, x) = (Floats([1, 2, 3]), Floats([5, -2, 3]))
    blend(y, towards: x, share: 0)
    #expect(y.array == [1, 2, 3])
    blend(y, towards: x, share: 0.5)
    #expect(y.array == [3, 0, 3])
    blend(y, towards: x, share: 1)
    #expect(y.array == [5, -2, 3])
  }
}
