import Files
import Foundation
import Pipeline
import Testing

struct `A path in a pipeline file` {
  private func plan(_ folder: String, _ written: String, _ overrides: [String] = []) throws -> Plan
  {
    try AtomicFile.write(
      "pipeline: p\nstages: [{name: copy, kind: copy, with: {path: \(written)}}]\n",
      to: folder + "/p.yaml")
    return try Plan(
      PipelineFile.load(folder + "/p.yaml", overrides: overrides), stageTypes: toys)
  }

  @Test(arguments: ["data/a.txt", "./data/a.txt", "data/../data/a.txt", "data//a.txt"])
  func `starts at the file's folder`(written: String) throws {
    let scene = try Scene()
    try Folder.make(scene.root + "/data")
    try AtomicFile.write("one", to: scene.root + "/data/a.txt")
    let plan = try plan(scene.root, written)
    let summary = try scene.run(plan)
    #expect(try readFile(summary.stages[0].folder + "/copy") == Array("one".utf8))
    // What the plan keeps opens from anywhere.
    let kept = try #require(plan.stages[0].with["path"]?.stringValue)
    #expect(kept.hasPrefix("/"))
    #expect(try readFile(kept) == Array("one".utf8))
    // Where a file lies is not in the key.
    let moved = try Scene()
    try AtomicFile.write("one", to: moved.root + "/b.txt")
    #expect(try self.plan(moved.root, "b.txt").stages[0].resolved == plan.stages[0].resolved)
  }

  @Test func `given by --set starts at the working directory`() throws {
    let scene = try Scene()
    try AtomicFile.write("one", to: scene.root + "/a.txt")
    #expect(throws: (any Error).self) { try self.plan(scene.root, "a.txt", ["copy.path=a.txt"]) }
    let steps = Paths.workingDirectory.split(separator: "/").map { _ in ".." }
    let relative = steps.joined(separator: "/") + scene.root + "/a.txt"
    let plan = try plan(scene.root, "nothing.txt", ["copy.path=\(relative)"])
    #expect(try scene.run(plan).ran == 1)
    #expect(try self.plan(scene.root, "\(scene.root)/a.txt").stages.count == 1)
  }
}

struct `A --set` {
  private static let dotted =
    "pipeline: p\nstages: [{name: v1, kind: numbers}, {name: v1.0, kind: numbers}, {name: compare.a, kind: numbers}]"

  @Test func `means the longest stage name that fits`() throws {
    func count(_ stage: String, _ override: String) throws -> JSON? {
      try Scene.plan(Self.dotted, [override])[stage]?.resolved["count"]
    }
    #expect(try count("v1.0", "v1.0.count=4") == 4)
    #expect(try count("v1", "v1.count=4") == 4)
    #expect(try count("v1.0", "v1.count=4") == 10)
    #expect(try count("compare.a", "stages.compare.a.count=4") == 4)
    for (override, says) in [("v1.0=4", "expected a setting"), ("v2.0.count=4", "no stage v2")] {
      let error = #expect(throws: PipelineError.self) { try Scene.plan(Self.dotted, [override]) }
      #expect("\(try #require(error))".contains(says), "\(override)")
    }
  }
}
