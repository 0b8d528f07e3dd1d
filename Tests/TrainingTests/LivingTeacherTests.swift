import Files
import Foundation
import Models
import Stages
import Testing
import Tokenization
import Training

/// A teacher that labels each batch as it is learnt, beside one whose labels lie in a set.
struct `A living teacher` {
  private let sets: TinySets
  private let order: StageInput

  init() throws {
    sets = try TinySets()
    order = try sets.order(48)
  }

  /// A model that was trained on the tiny set, as the runner leaves it.
  private func teacher(_ name: String = "teacher", seed: Int = 3) throws -> StageInput {
    var run = TinyRun(inputs: [try sets.labelled("taught-\(name)"), order])
    run.kind = .train
    run.with = ["seed": JSON(seed)]
    let folder = sets.place.path + "/" + name
    let result = try run(folder)
    let manifest = Manifest(
      kind: "train", content: SHA256.hash(name).hex,
      files: try result.files.map { try Manifest.entry($0, in: folder) }, details: result.details)
    try manifest.write(to: folder)
    return StageInput(
      name: name, kind: "train", makes: [.model],
      finished: .init(folder: folder, manifest: manifest))
  }

  /// The label set that the teacher would have written, every row in full.
  private func labelled(by teacher: StageInput) throws -> StageInput {
    let parameters = try ModelFolder.load(try teacher.require().folder + "/model")
    let pass = InferencePass(
      configuration: parameters.configuration, maximumTokensPerPart: 512)
    return try sets.labelled("stored") { tokens in
      let mask = tokens.indices.map { UInt8($0 == 0 ? 0 : 1) }
      return try pass.logProbabilities(
        parameters: parameters, batch: Batch(samples: [(tokens, mask)]))
    }
  }

  private func losses(_ inputs: [StageInput], _ name: String) throws -> [Double] {
    var run = TinyRun(inputs: inputs)
    run.with = ["log_every": 1, "temperature": 2]
    let out = sets.place.path + "/" + name
    _ = try run(out)
    return try TinyRun.metrics(in: out).compactMap { $0["loss"]?.doubleValue }
  }

  /// A stored logarithm is off by at most 2^-11 of itself. At temperature T a divergence is
  /// sum p (log p - log q): it moves by at most that share of the entropy and the cross-entropy,
  /// each at most log V and a little, with T^2 in front and 1 / T on the logarithms.
  @Test func `trains as its stored labels do, but for their rounding`() throws {
    let teacher = try teacher()
    let stored = try losses([try labelled(by: teacher), order], "a")
    let taught = try sets.labelled()
    let living = try losses([taught, order, teacher], "b")
    #expect(stored.count == 12 && living.count == 12)
    let V = Double(TinySets.tokenizer.vocabularySize)
    #expect(abs(stored[0] - living[0]) < 0x1p-11 * 2 * 2 * (log(V) + 1))
    #expect(stored[0] > 0.1, "they would agree on nothing to learn, too")
    // Not the labels of the set, which are another's.
    let others = try losses([taught, order], "c")
    #expect(abs(others[0] - living[0]) > 0.05)
    #expect(living[11] < living[0])
  }

  @Test func `writes the same bytes on any number of threads, and after a stop`() throws {
    let inputs = [try sets.plain(), order, try teacher()]
    func digest(_ name: String, threads: Int = 1, stopAt: Int? = nil) throws -> [String] {
      var run = TinyRun(inputs: inputs)
      run.threads = threads
      let out = sets.place.path + "/" + name
      if let stopAt {
        #expect(throws: Interrupted.self) { try run(out, stopAt: stopAt) }
      }
      return try TinyRun.digest(of: run(out), in: out)
    }
    let whole = try digest("a")
    for threads in [2, 3] { #expect(try digest("t\(threads)", threads: threads) == whole) }
    #expect(try digest("s", stopAt: 6) == whole)
    // What it cost is told beside the student's own operations.
    #expect(whole.last?.contains("\"teacher_flops\":0") == false)
  }

  @Test func `is refused where it cannot teach the set`() throws {
    func failure(_ inputs: [StageInput], _ with: JSONObject = [:]) -> String {
      var run = TinyRun(inputs: inputs)
      run.with = with
      do {
        _ = try run(sets.place.path + "/out")
        return ""
      } catch {
        return "\(error)"
      }
    }
    let teacher = try teacher()
    let labels = try sets.labelled()
    #expect(
      failure([labels, order, teacher], ["objective": "hard"])
        .contains("expected one on distributions where a teacher is given"))
    #expect(
      failure([labels, order, teacher], ["teachers": ["teacher": 1]]).contains(
        "for several teachers"))
    let (folder, manifest) = (try teacher.require().folder, try teacher.require().manifest)
    let path = folder + "/model/model.safetensors"
    var bytes = try readFile(path)
    bytes[bytes.count - 1] ^= 1
    try AtomicFile.write(bytes, to: path)
    #expect(failure([labels, order, teacher]).contains("its manifest names SHA-256"))
    let none = StageInput(
      name: "empty", kind: "train", makes: [.model],
      finished: .init(
        folder: folder, manifest: Manifest(kind: "train", content: manifest.content, files: [])))
    #expect(failure([labels, order, none]).contains("its manifest names SHA-256 none"))
  }

  /// Ids are what a distribution is over: another tokenizer's teacher speaks of other tokens.
  @Test func `of another tokenizer is refused`() throws {
    var run = TinyRun(inputs: [try sets.plain(), order])
    run.kind = .train
    run.with = ["tokenizer": ["vocab_size": 262]]
    let folder = sets.place.path + "/other"
    let result = try run(folder)
    let manifest = Manifest(
      kind: "train", content: SHA256.hash("other").hex,
      files: try result.files.map { try Manifest.entry($0, in: folder) }, details: result.details)
    let other = StageInput(
      name: "other", kind: "train", makes: [.model],
      finished: .init(folder: folder, manifest: manifest))
    let error = #expect(throws: TrainingError.self) {
      try TinyRun(inputs: [try sets.labelled(), order, other])(sets.place.path + "/out")
    }
    #expect(error?.description.contains("other token ids") == true)
  }
}
