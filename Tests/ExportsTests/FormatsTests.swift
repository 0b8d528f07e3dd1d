import Archives
import Exports
import Files
import Records
import StageSupport
import Testing
import Verifiers

struct `An exported record` {
  private func records(_ set: MadeStage) throws -> [Record] {
    let reader = try ArchiveReader(directory: set.folder)
    return try reader.samples(in: 0..<reader.count).map { try $0.record() }
  }

  @Test func `keeps every key in JSON Lines`() throws {
    let set = try mixedSet("train", split: "train")
    let rows = try export([set], ["format": "jsonl"]).lines("data/train-00000-of-00001.jsonl")
    for (row, record) in zip(rows, try records(set)) {
      var object = try #require(row.objectValue)
      for key in ["knobs", "checker"] {
        object[key] = try JSON.parse(try #require(object[key]?.stringValue))
      }
      #expect(JSON.object(object) == record.json)
    }
    #expect(rows.count == 60)
  }

  /// The layout by the format's description, read without the writer's code.
  @Test func `keeps every key in Mosaic shards`() throws {
    let set = try mixedSet("train", split: "train")
    let made = try export([set], ["format": "mds"])
    let index = try made.json("train/index.json")
    let shard = try #require(index["shards"]?.arrayValue?.first)
    let names = try #require(shard["column_names"]?.arrayValue).compactMap(\.stringValue)
    #expect(names == names.sorted() && names.count == 12)
    let sizes = try #require(shard["column_sizes"]?.arrayValue)
    let bytes = try readFile(made.folder + "/train/shard.00000.mds")
    #expect(shard["raw_data"]?["bytes"]?.intValue == bytes.count)
    func number(_ at: Int, _ width: Int) -> Int {
      (0..<width).reduce(0) { $0 | Int(bytes[at + $1]) << (8 * $1) }
    }
    #expect(number(0, 4) == 60)
    for (place, record) in try records(set).enumerated() {
      var cursor = number(4 + 4 * place, 4)
      let end = number(8 + 4 * place, 4)
      var lengths: [Int] = []
      for size in sizes {
        if let fixed = size.intValue {
          lengths.append(fixed)
        } else {
          lengths.append(number(cursor, 4))
          cursor += 4
        }
      }
      for (name, length) in zip(names, lengths) {
        let field = Array(bytes[cursor..<cursor + length])
        cursor += length
        switch name {
        case "level": #expect(number(cursor - 8, 8) == record.level)
        case "steps": #expect(number(cursor - 8, 8) == record.steps)
        case "knobs", "checker", "answer": #expect(try JSON.parse(field) == record.json[name])
        default: #expect(String(decoding: field, as: UTF8.self) == record.json[name]?.stringValue)
        }
      }
      #expect(cursor == end)
    }
  }

  /// The frame of the format; `Scripts/peers/exports` has pyarrow and DuckDB read the whole.
  @Test func `lies between the marks of a Parquet file`() throws {
    let set = try mixedSet("train", split: "train")
    let made = try export([set], ["format": "parquet"])
    let bytes = try readFile(made.folder + "/data/train-00000-of-00001.parquet")
    let mark = Array("PAR1".utf8)[...]
    #expect(bytes.prefix(4) == mark && bytes.suffix(4) == mark)
    let length = bytes.suffix(8).prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
    let footer = bytes.dropLast(8).suffix(length)
    #expect(footer.count == length)
    for name in ["knobs", "checker", "content", "solution"] {
      #expect(String(decoding: footer, as: UTF8.self).contains(name))
    }
  }

  @Test func `is text as people read it`() throws {
    let set = try mixedSet("train", split: "train")
    let made = try export([set], ["format": "text"])
    let text = String(
      decoding: try readFile(made.folder + "/data/train-00000-of-00001.txt"), as: UTF8.self)
    #expect(
      text == (try records(set)).map { $0.problem + "\n" + $0.solution + "\n\n" }.joined())
  }
}

struct `Step labels` {
  @Test func `name the first bad step as the verifier does`() throws {
    let set = try mixedSet("train", split: "train")
    let made = try export([set], ["format": "step-labels", "flaws": 4])
    let rows = try made.lines("data/train-00000-of-00001.jsonl")
    var forms: Set<String> = []
    for row in rows {
      let steps = try #require(row["steps"]?.arrayValue)
      let lines = steps.compactMap { $0["text"]?.stringValue }
      let verifier = try #require(Verifiers.named(row["family"]?.stringValue ?? ""))
      let verdict = verifier.verify(
        problem: Array((row["problem"]?.stringValue ?? "").utf8),
        solution: Array(lines.joined(separator: "\n").utf8))
      forms.insert(row["form"]?.stringValue ?? "")
      if let bad = row["first_bad_step"]?.intValue {
        guard case .rejected(bad, _) = verdict else {
          Issue.record("\(row.text): \(verdict)")
          continue
        }
        #expect(steps[bad - 1]["follows"] == false)
        #expect(steps.prefix(bad - 1).allSatisfy { $0["right_so_far"] == true })
        #expect(steps.dropFirst(bad - 1).allSatisfy { $0["right_so_far"] == false })
        #expect(row["error"]?.stringValue?.isEmpty == false)
      } else {
        #expect(verdict.isAccepted && row["form"] == "right")
      }
    }
    #expect(forms == ["right", "alone", "carried", "recovered"])
    #expect(rows.count > 100)
  }

  /// A chain rule forgotten where the inner derivative is 1 leaves the value as it was.
  @Test func `call an answer right in any writing that the verifier takes`() throws {
    let set = try mixedSet(
      "train", split: "any", count: 400,
      families: ["derivative": ["levels": "1..3"], "fraction": ["levels": "1..3"]])
    let rows = try export([set], ["format": "step-labels", "flaws": 3]).lines(
      "data/train-00000-of-00001.jsonl")
    var rightWithMistake = 0
    for row in rows {
      let family = row["family"]?.stringValue ?? ""
      let problem = row["problem"]?.stringValue ?? ""
      let answer = row["steps"]?.arrayValue?.last?["text"]?.stringValue ?? ""
      let verifier = try #require(Verifiers.named(family))
      let verdict = verifier.judgeAnswer(problem: problem.utf8.span, text: answer.utf8.span)
      guard case .right = verdict else {
        #expect(row["answer_is_right"] == false, "\(row.text)")
        continue
      }
      #expect(row["answer_is_right"] == true, "\(row.text)")
      if row["form"] == "alone" || row["form"] == "carried" { rightWithMistake += 1 }
    }
    #expect(rightWithMistake > 0)
  }

  @Test func `agree in all forms of other tools`() throws {
    let set = try mixedSet("train", split: "train")
    let path = "data/train-00000-of-00001.jsonl"
    func rows(_ format: String) throws -> [JSON] {
      try export([set], ["format": JSON(format), "flaws": 2, "seed": 5]).lines(path)
    }
    let (own, trl) = (try rows("step-labels"), try rows("trl-prm"))
    let (bench, prm) = (try rows("processbench"), try rows("prm800k"))
    #expect(own.count == trl.count && own.count == bench.count && own.count == prm.count)
    for (place, row) in own.enumerated() {
      let bad = row["first_bad_step"]?.intValue
      #expect(bench[place]["label"]?.intValue == bad.map { $0 - 1 } ?? -1)
      let labels = try #require(trl[place]["labels"]?.arrayValue)
      #expect(labels.firstIndex(of: false).map { $0 + 1 } == bad)
      let steps = try #require(prm[place]["label"]?["steps"]?.arrayValue)
      let ratings = steps.compactMap {
        $0["completions"]?.arrayValue?.first?["rating"]?.intValue
      }
      #expect(ratings.firstIndex(of: -1).map { $0 + 1 } == bad)
      #expect(bad.map { $0 == ratings.count } ?? (ratings.count == labels.count))
    }
  }

  /// What is left without the erroneous bytes and the line that names the mistake is a right trace.
  @Test func `of self-correction mask exactly the erroneous lines`() throws {
    let set = try mixedSet("train", split: "train")
    let made = try export([set], ["format": "self-correction", "flaws": 6])
    let rows = try made.lines("data/train-00000-of-00001.jsonl")
    #expect(rows.count >= 10)
    for row in rows {
      let completion = Array((row["completion"]?.stringValue ?? "").utf8)
      let span = try #require(row["spans"]?.arrayValue?.first?.arrayValue).compactMap(\.intValue)
      let kept = Array(completion[..<span[0]] + completion[span[1]...])
      let lines = kept.split(separator: 0x0A).map { String(decoding: $0, as: UTF8.self) }
      let bad = try #require(row["first_bad_step"]?.intValue)
      #expect(lines[bad - 1] == "Wait: step \(bad) is wrong.")
      let mended = lines[..<(bad - 1)] + lines[bad...]
      let verifier = try #require(Verifiers.named(row["family"]?.stringValue ?? ""))
      let problem = Array((row["prompt"]?.stringValue ?? "").utf8)
      #expect(
        verifier.verify(
          problem: problem, solution: Array(mended.joined(separator: "\n").utf8)
        ).isAccepted)
      // The masked lines begin with the wrong one.
      let wrong = completion[..<span[1]].split(separator: 0x0A).map { Array($0) }
      guard
        case .rejected(bad, _) = verifier.verify(
          problem: problem, solution: Array(wrong.joined(separator: [0x0A])))
      else {
        Issue.record("\(row.text)")
        continue
      }
    }
  }
}
