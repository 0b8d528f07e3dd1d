import Files
import Generation
import StageSupport
import Stages
import Testing
import Exports
import Verifiers

/// A set of three families, so that rows have different knobs.
func mixedSet(
  _ name: String, split: String, count: Int = 60,
  families: JSONObject = ["sum-reduce": [:], "box-tracking": [:], "column-addition": [:]]
) throws -> MadeStage {
  try MadeStage.run(
    GenerateStage.self, name,
    with: [
      "families": .object(families),
      "count": JSON(count), "split": JSON(split),
    ], on: [])
}

func export(_ sets: [MadeStage], _ settings: JSONObject) throws -> MadeStage {
  try MadeStage.run(ExportStage.self, "export", with: settings, on: sets)
}

struct `The export stage` {
  @Test func `writes every format with a file for each split and a card`() throws {
    let sets = [try mixedSet("train", split: "train"), try mixedSet("test-hard", split: "test")]
    for format in ExportFormats.all {
      let made = try export(sets, ["format": JSON(format.name)])
      let paths = made.manifest.files.map(\.path)
      #expect(paths.last == "README.md", "\(format.name): \(paths)")
      for split in ["train", "test_hard"] {
        #expect(paths.contains { $0.contains(split) }, "\(format.name): \(paths)")
      }
      let card = String(decoding: try readFile(made.folder + "/README.md"), as: UTF8.self)
      #expect(card.hasPrefix("---\nlicense: other\n"))
      #expect(card.contains("120 records of 120 distinct problems"))
      #expect(card.contains("No problem is in two splits"))
      for family in ["sum-reduce", "box-tracking", "column-addition"] {
        #expect(card.contains("| \(family) | 1 |"), "\(format.name)")
      }
    }
  }

  @Test func `writes the same bytes whatever the threads`() throws {
    let set = try mixedSet("train", split: "train", count: 3000)
    for format in ["parquet", "mds", "step-labels"] {
      let one = try MadeStage.run(
        ExportStage.self, "one", with: ["format": JSON(format)], on: [set], threads: 1)
      let three = try MadeStage.run(
        ExportStage.self, "three", with: ["format": JSON(format)], on: [set], threads: 3)
      #expect(one.digests == three.digests)
    }
  }

  @Test func `cuts files at the number of records asked for`() throws {
    let set = try mixedSet("train", split: "train")
    let made = try export([set], ["format": "jsonl", "records_per_file": 25])
    let names = made.manifest.files.map(\.path).filter { $0.hasPrefix("data/") }
    #expect(
      names == [
        "data/train-00000-of-00003.jsonl", "data/train-00001-of-00003.jsonl",
        "data/train-00002-of-00003.jsonl",
      ])
    #expect(try names.map { try made.lines($0).count } == [25, 25, 10])
  }

  @Test func `audits the verifiers for the card if asked`() throws {
    let set = try mixedSet("train", split: "train")
    let made = try export([set], ["format": "text", "audit": 300])
    let card = String(decoding: try readFile(made.folder + "/README.md"), as: UTF8.self)
    #expect(card.contains("| family | wrong ones | rejected | right ones | accepted |"))
    #expect(!card.contains("were not audited"))
  }

  @Test func `refuses two sets of one name, and an unknown format`() throws {
    let set = try mixedSet("train", split: "train")
    #expect(throws: ExportError.self) { try export([set, set], ["format": "jsonl"]) }
    #expect(throws: ConfigurationError.self) { try export([set], ["format": "csv"]) }
  }
}
