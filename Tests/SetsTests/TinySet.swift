import Archives
import Tensors
import Files
import Records
import Sets
import SoftLabels
import StageSupport
import Stages
import Tokenization

/// Sets of a few records, with tokens or without.
enum TinySet {
  static let records = (0..<6).map {
    Record(prompt: "Question \($0)?", solution: "Answer \($0).", origin: .imported)
  }

  static func plain(
    _ manifest: SetManifest = SetManifest(isVerified: nil), _ records: [Record] = records
  ) throws -> MadeStage {
    try MadeStage("set", kind: "generate") { folder in
      var writer = try SetWriter(in: folder, threads: 1)
      for record in records { try writer.append(record) }
      return try writer.finish().result(manifest, ["extra": 5], summary: "")
    }
  }

  static func tokens(_ change: (inout SetManifest) -> Void = { _ in }) throws -> MadeStage {
    let tokenizer = TinyInputs.tokenizer
    var manifest = SetManifest(isVerified: false)
    manifest.source = SetManifest.Source.none
    manifest.vocabulary = tokenizer.vocabularySize
    manifest.tokenizer = tokenizer.fingerprint
    change(&manifest)
    return try MadeStage("tokens", kind: "label") { folder in
      var writer = try SetWriter(in: folder, threads: 1)
      for record in records {
        let (tokens, mask) = tokenizer.encodeSample(
          problem: Array(record.problem.utf8), solution: Array(record.solution.utf8))
        try writer.append(
          ArchiveSample(
            record: record,
            fields: [
              (
                TokenMembers.tokensField,
                TokenMembers.encode(tokens: tokens, vocabulary: tokenizer.vocabularySize)
              ), (TokenMembers.maskField, TokenMembers.encode(mask: mask)),
            ]))
      }
      let summary = try writer.finish()
      try AtomicFile.write(tokenizer.json, to: folder + "/tokenizer.json")
      return summary.result(manifest, also: ["tokenizer.json"], summary: "")
    }
  }
}
