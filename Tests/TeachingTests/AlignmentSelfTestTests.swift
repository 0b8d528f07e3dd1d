import Archives
import Files
import Models
import Sets
import SoftLabels
import StageSupport
import Teaching
import Tensors
import Testing
import Tokenization

struct `The alignment self-test` {
  /// A label set with one row moved to the end of each sample: every row is still a distribution.
  static func shifted(_ made: MadeStage, by shift: Int) throws -> MadeStage {
    let reader = try ArchiveReader(directory: made.folder)
    let samples = try reader.samples(in: 0..<reader.count).map { sample in
      var sample = sample
      let at = try #require(sample.fields.firstIndex { $0.name == FullLabels.field })
      let tensor = try NPY.decode(sample.fields[at].bytes, named: sample.id)
      guard case .float16bits(let halves) = tensor.elements else { return sample }
      let cut = shift * tensor.shape[1]
      sample.fields[at].bytes = NPY.encode(
        Tensor(
          shape: tensor.shape, elements: .float16bits(Array(halves[cut...] + halves[..<cut]))))
      return sample
    }
    return try TinyInputs.archive("shifted", kind: "label", samples, made.details)
  }

  private func test(_ made: MadeStage, threads: Int = 1) throws {
    try AlignmentSelfTest.run(
      ArchiveReader(directory: made.folder),
      certificate: try Certificate(json: made.details["certificate"]),
      labels: LabelReader(FullCodec(vocabulary: TinyInputs.tokenizer.vocabularySize)),
      threads: threads, checkInterruption: {})
  }

  /// Labels one position off train without complaint, and towards the wrong thing.
  @Test func `finds labels shifted by one token`() throws {
    let made = try `The label stage`.label(
      `The label stage`.sums(),
      TinyInputs.model("teacher", TinyInputs.randomParameters(seed: 1)))
    for threads in [1, 2, 3] { try test(Self.shifted(made, by: 0), threads: threads) }
    let error = #expect(throws: SoftLabelError.self) { try test(Self.shifted(made, by: 1)) }
    guard case .misaligned = error else {
      Issue.record("expected misaligned, found \(String(describing: error))")
      return
    }
  }
}
