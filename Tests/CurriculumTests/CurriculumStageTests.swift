import Archives
import Curriculum
import Files
import Foundation
import Stages
import Tensors
import Testing

/// A folder that is gone when its owner is.
private final class Place {
  let path: String
  init() throws {
    path = NSTemporaryDirectory() + "curriculum-" + UUID().uuidString
    try Folder.make(path)
  }
  deinit { try? Folder.remove(path) }
}

struct `The curriculum stage` {
  private func set(in place: Place, columns: (Int) -> JSONObject) throws -> StageInput {
    let folder = place.path + "/set"
    try Folder.make(folder)
    var writer = try ArchiveWriter(directory: folder, name: "data")
    for i in 0..<30 {
      try writer.append(
        ArchiveSample(id: "s\(i)", fields: [("json", [0x31])], columns: columns(i)))
    }
    let manifest = try writer.finish().manifest(kind: "generate")
    try manifest.write(to: folder)
    return StageInput(
      name: "problems", kind: "generate", makes: [.set],
      finished: StageInput.Finished(folder: folder, manifest: manifest))
  }

  private func run(
    _ with: JSONObject, on input: StageInput, into folder: String
  ) throws -> StageResult {
    var settings = Settings(with, pipelineSeed: 3)
    let stage = try CurriculumStage(&settings, inputs: [input])
    try settings.finish()
    try Folder.make(folder)
    return try stage.run(StageContext(folder: folder, scratch: folder + ".scratch", threads: 1))
  }

  @Test func `writes the order as a file and says what it orders`() throws {
    let place = try Place()
    let input = try set(in: place) { ["level": JSON($0 % 3 + 2)] }
    let out = place.path + "/out"
    let result = try run(
      ["order": "easy-to-hard", "steps": 6, "batch": 5], on: input, into: out)
    #expect(result.files == ["order.npy", "histogram.json"])
    #expect(result.details["entries"] == 30)
    #expect(result.details["unique_samples"] == 30)
    #expect(result.details["set"]?.stringValue == input.finished?.manifest.content)
    let tensor = try NPY.decode(try readFile(out + "/order.npy"), named: "order.npy")
    guard case .uint32(let order) = tensor.elements else {
      Issue.record("order.npy holds \(tensor.type)")
      return
    }
    #expect(tensor.shape == [30])
    #expect(order.map { Int($0) % 3 } == (0..<30).map { $0 / 10 })
    let histogram = try JSON.parse(try readFile(out + "/histogram.json"))
    #expect(histogram["tenths"]?.arrayValue?.first?["mean"]?.doubleValue == 2)
  }

  @Test func `names the sample that lacks the column, and the columns there are`() throws {
    let place = try Place()
    let input = try set(in: place) { $0 == 7 ? ["steps": 1] : ["steps": 1, "level": 2] }
    let error = #expect(throws: CurriculumError.self) {
      try run(["steps": 1, "batch": 1], on: input, into: place.path + "/out")
    }
    #expect(error?.description.contains("sample s7") == true)
    #expect(error?.description.contains("steps -- name one of these") == true)
  }

  @Test func `refuses an order too long for a file, and another input`() throws {
    let place = try Place()
    let input = try set(in: place) { _ in ["level": 1] }
    #expect(throws: ConfigurationError.self) {
      try run(["steps": 100_000_000, "batch": 1000], on: input, into: place.path + "/out")
    }
    var settings = Settings([:])
    #expect(throws: StageError.self) { try CurriculumStage(&settings, inputs: []) }
  }
}

/// Sets that are held out from what is learnt.
struct `An order` {
  private func set(_ name: String, _ ids: [String], in place: Place) throws -> StageInput {
    let folder = place.path + "/" + name
    try Folder.make(folder)
    var writer = try ArchiveWriter(directory: folder, name: "data")
    for id in ids {
      try writer.append(ArchiveSample(id: id, fields: [("json", [0x31])], columns: ["level": 1]))
    }
    let manifest = try writer.finish().manifest(kind: "generate")
    try manifest.write(to: folder)
    return StageInput(
      name: name, kind: "generate", makes: [.set],
      finished: .init(folder: folder, manifest: manifest))
  }

  private func id(_ problem: Int, _ trace: Int) -> String {
    func hex(_ number: Int, _ width: Int) -> String {
      let digits = String(number, radix: 16)
      return String(repeating: "0", count: width - digits.count) + digits
    }
    return "sum-reduce-\(hex(problem, 16))-\(hex(trace, 8))"
  }

  private func run(_ inputs: [StageInput], into folder: String) throws -> StageResult {
    var settings = Settings(["steps": 3, "batch": 2], pipelineSeed: 3)
    let stage = try CurriculumStage(&settings, inputs: inputs)
    try settings.finish()
    try Folder.make(folder)
    return try stage.run(StageContext(folder: folder, scratch: folder + ".scratch", threads: 1))
  }

  /// Trainings are keyed by an order's content: what is held out must not show in it.
  @Test func `is the same whatever is held out from it`() throws {
    let place = try Place()
    let learnt = try set("learnt", (0..<4).map { id($0, 1) }, in: place)
    let test = try set("test", (10..<13).map { id($0, 1) }, in: place)
    let checked = try set("checked", (20..<22).map { id($0, 1) }, in: place)
    let alone = try run([learnt], into: place.path + "/a")
    let apart = try run([learnt, test, checked], into: place.path + "/b")
    for file in ["order.npy", "histogram.json"] {
      #expect(try readFile(place.path + "/a/" + file) == readFile(place.path + "/b/" + file))
    }
    #expect(alone.details["held_out"] == [])
    #expect(apart.details["held_out"]?.arrayValue?.map { $0["problems"] ?? .null } == [3, 2])
  }

  /// Another trace of the same problem is the same problem.
  @Test func `is refused where a problem stands in both`() throws {
    let place = try Place()
    let learnt = try set("learnt", (0..<4).map { id($0, 1) }, in: place)
    let test = try set("test", [id(9, 1), id(2, 7)], in: place)
    #expect(
      throws: CurriculumError.shared(
        set: "learnt", heldOut: "test", count: 1, of: 2, examples: ["0000000000000002"])
    ) { try run([learnt, test], into: place.path + "/out") }
  }

  /// Names of elsewhere are problems of their own, dashes or not.
  @Test func `takes ids of any form`() throws {
    let place = try Place()
    let learnt = try set("learnt", ["doc-1", "doc-2"], in: place)
    let test = try set("test", ["doc-3"], in: place)
    _ = try run([learnt, test], into: place.path + "/out")
    let same = try set("same", ["doc-2"], in: place)
    #expect(throws: CurriculumError.self) {
      try run([learnt, same], into: place.path + "/other")
    }
  }
}
