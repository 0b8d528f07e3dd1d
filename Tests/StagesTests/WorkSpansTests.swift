import Files
import Stages
import Testing

struct `Spans of work` {
  private let old: JSONObject = ["instruction_set": "v4", "blas_core": "SkylakeX"]
  private let new: JSONObject = ["instruction_set": "v3", "blas_core": "Haswell"]

  @Test func `say which part was done where`() throws {
    var spans = WorkSpans()
    #expect(spans.change(to: new, unit: "step") == nil && spans.json == [])
    for step in 1...16 { spans.add(through: step, on: old) }
    #expect(!spans.isMixed && spans.change(to: old, unit: "step") == nil)
    let words = try #require(spans.change(to: new, unit: "step"))
    #expect(words.hasPrefix("goes on at step 17 on v3, Haswell, after 1 to 16 on v4, SkylakeX"))
    spans.add(through: 24, on: new)
    #expect(spans.isMixed && spans.count == 24)
    #expect(spans.words == "1 to 16 on v4, SkylakeX; 17 to 24 on v3, Haswell")
    #expect(WorkSpans(json: spans.json) == spans)
    // What was done is not done again.
    spans.add(through: 20, on: old)
    #expect(spans.count == 24 && spans.spans.count == 2)
  }

  @Test(arguments: [
    "null", "{}", #"[{"from":2,"to":3}]"#, #"[{"from":1,"to":0}]"#, #"[{"from":1}]"#, "[1]",
    #"[{"from":1,"to":3,"a":"x"},{"from":3,"to":5,"a":"y"}]"#,
  ])
  func `are read only as they are written`(text: String) throws {
    #expect(WorkSpans(json: try JSON.parse(text)) == nil)
  }
}

struct `An outlook` {
  private func source(
    _ stage: String, _ cells: [String], split: String? = "train", seed: Int = 1,
    kind: String = "generate"
  ) -> Outlook.Source {
    Outlook.Source(
      stage: stage, kind: kind, settings: ["seed": JSON(seed), "name": JSON(stage)], cells: cells,
      split: split, seed: seed)
  }

  /// Certain overlaps alone: what may be is looked for once the sets are there.
  @Test func `sees shared problems where they are certain`() {
    let a = source("a", ["sum/1", "sum/2"])
    #expect(a.overlap(with: a) != nil)
    #expect(a.overlap(with: source("b", ["sum/2"])) != nil)
    #expect(a.overlap(with: source("b", ["sum/3"])) == nil)
    #expect(a.overlap(with: source("b", ["sum/1"], split: "test")) == nil)
    #expect(a.overlap(with: source("b", ["sum/1"], split: nil)) == nil)
    #expect(a.overlap(with: source("b", ["sum/1"], seed: 2)) == nil)
    #expect(a.overlap(with: source("b", ["sum/1"], kind: "prompts")) == nil)
    var one = Outlook(name: "one", kind: "label")
    var other = Outlook(name: "other", kind: "sample")
    #expect(one.overlap(with: other) == nil)
    one.sources = [source("x", ["a/1"]), a]
    #expect(one.overlap(with: other) == nil)
    other.sources = [source("c", ["sum/1"])]
    #expect(one.overlap(with: other)?.contains("sum/1") == true)
  }
}
