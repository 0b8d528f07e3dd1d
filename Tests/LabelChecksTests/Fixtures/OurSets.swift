import Archives
import Files
import Foundation
import LabelChecks
import Models
import Records
import Sets
import SoftLabels
import StageSupport
import Stages
import Teaching
import Tensors
import Tokenization

/// Label sets of ours, and what can go wrong with them after they were written.
enum OurSets {
  /// What follows a token, from counts: a real model whose rows are known.
  static func parameters(positions: Int = 160, padded: Int? = nil) throws -> Parameters {
    let texts = try TinyInputs.records("sum-reduce", levels: 1...3, perLevel: 60, seed: 3).map {
      TinyInputs.tokenizer.encodeSample(
        problem: Array($0.problem.utf8), solution: Array($0.solution.utf8)
      ).tokens
    }
    let V = TinyInputs.tokenizer.vocabularySize
    let model = CountModel(texts, vocabulary: V, order: 1)
    return try TinyInputs.padded(to: padded ?? V, positions: positions) { last in
      model.row(after: [Int32(last)]) + [Float](repeating: -20, count: (padded ?? V) - V)
    }
  }

  static func teacher(padded: Int? = nil) throws -> MadeStage {
    try TinyInputs.model("teacher", parameters(padded: padded))
  }

  static func records(_ family: String = "sum-reduce", perLevel: Int = 6) throws -> MadeStage {
    try TinyInputs.set("set", TinyInputs.records(family, levels: 1...3, perLevel: perLevel))
  }

  static func labels(
    _ set: MadeStage, _ teacher: MadeStage, _ settings: JSONObject = ["encoding": "full"]
  ) throws -> MadeStage {
    try MadeStage.run(LabelStage.self, "labels", with: settings, on: [set, teacher])
  }

  /// The set again, with other members and a manifest that fits them, certificate included.
  static func changed(
    _ made: MadeStage, details change: (inout JSONObject) -> Void = { _ in },
    _ body: (_ position: Int, _ tokens: [Int32], _ mask: [UInt8], _ rows: [UInt8]) throws
      -> (tokens: [Int32], mask: [UInt8], rows: [UInt8])
  ) throws -> MadeStage {
    let reader = try ArchiveReader(directory: made.folder)
    let V = TinyInputs.tokenizer.vocabularySize
    var samples: [ArchiveSample] = []
    for (position, sample) in try reader.samples(in: 0..<reader.count).enumerated() {
      let (tokens, mask) = try TokenMembers.decode(
        tokens: sample["tokens.npy"] ?? [], mask: sample["mask.npy"] ?? [], vocabulary: V,
        sample: sample.id)
      let other = try body(position, tokens, mask, sample["logp.npy"] ?? [])
      var fields = sample.fields
      for i in fields.indices {
        switch fields[i].name {
        case "tokens.npy":
          fields[i].bytes = TokenMembers.encode(tokens: other.tokens, vocabulary: V)
        case "mask.npy": fields[i].bytes = TokenMembers.encode(mask: other.mask)
        case "logp.npy": fields[i].bytes = other.rows
        default: break
        }
      }
      var changed = sample
      changed.fields = fields
      samples.append(changed)
    }
    var details = made.details
    change(&details)
    let beside = made.manifest.files.map(\.path).filter { $0.hasPrefix("tokenizer") }
    return try MadeStage("changed", kind: "label") { folder in
      var writer = try ArchiveWriter(directory: folder, name: "data")
      for sample in samples { try writer.append(sample) }
      let summary = try writer.finish()
      for name in beside {
        try AtomicFile.write(readFile(made.folder + "/" + name), to: folder + "/" + name)
      }
      return StageResult(
        content: summary.content.hex, archive: summary.description, details: details,
        files: summary.files.map(\.path) + beside, summary: "")
    }
  }

  /// The rows of a member, each as an array.
  static func rows(_ member: [UInt8]) throws -> [[Float]] {
    let tensor = try NPY.decode(member, named: "logp.npy")
    let values = tensor.floats ?? []
    let V = tensor.shape[1]
    return (0..<tensor.shape[0]).map { Array(values[($0 * V)..<(($0 + 1) * V)]) }
  }

  static func member(_ rows: [[Float]]) -> [UInt8] {
    NPY.encode(
      Tensor(
        shape: [rows.count, rows.first?.count ?? 0],
        elements: .float16bits(Float16Bits.encode(rows.flatMap { $0 }))))
  }

  /// A case about a set, which must outlive the check.
  static func `case`(
    _ name: String, _ finding: String?, _ make: @escaping @Sendable () throws -> MadeStage
  ) -> Case {
    Case(name, finding) { folder in
      let made = try make()
      let path = folder + "/set"
      try FileManager.default.copyItem(atPath: made.folder, toPath: path)
      return (path, GivenContext())
    }
  }
}
