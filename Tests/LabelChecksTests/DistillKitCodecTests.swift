import Files
import Foundation
import LabelChecks
import StageSupport
import Testing

/// The codec's curve, residuals and packed ids, on bytes made by hand from its description.
struct `DistillKit's codec` {
  /// Ids below 1000 take 10 bits each: 1000000001 0000000010 1111100111, then two bits of padding.
  @Test func `reads ids from the highest bit on`() throws {
    let text = """
      {"compression": {"d": 1000, "k": 3, "exact_k": 3, "exact_dtype": "float32", \
      "residual_bins": [], "delta_encoding": false}}
      {"input_ids": [5, 6], "compressed_logprobs": [[0, 0, 128, 191, 0, 0, 0, 192, 0, 0, 64, 192]], \
      "bytepacked_indices": [[128, 64, 47, 156]]}
      """
    let rows = try Self.rows(text)
    guard case .sparse(let ids, let values) = rows[0] else {
      Issue.record("no sparse row")
      return
    }
    #expect(values == [-1, -2, -3])
    #expect(ids == [513, 2, 999])
  }

  /// value(t) = c0 + c1 sqrt(t) + residual, as differences: the exact -0.5, then -0.5 - 1 = -1.5,
  /// then -1.5 + (-1 + 0.25) = -2.25, with residuals of 2 bits in steps of 0.5: codes 2 and 2 stand
  /// for 0.
  @Test func `adds curve and residuals, and undoes differences`() throws {
    let text = """
      {"compression": {"d": 16, "k": 3, "exact_k": 1, "exact_dtype": "float32", \
      "polynomial_terms": [0, "sqrt"], "term_dtype": "float32", "delta_encoding": true, \
      "residual_bins": [{"scale_dtype": "float32", "element_bits": 2, "num_elements": 2}]}}
      {"input_ids": [5, 6], "compressed_logprobs": [[0, 0, 0, 191, 0, 0, 128, 191, 0, 0, 128, 62, \
      0, 0, 0, 63, 160]], "bytepacked_indices": [[18, 48]]}
      """
    guard case .sparse(let ids, let values) = try Self.rows(text)[0] else {
      Issue.record("no sparse row")
      return
    }
    #expect(ids == [1, 2, 3])
    #expect(values == [-0.5, -1.5, -2.25])
  }

  private static func rows(_ text: String) throws -> [LabelRow] {
    let path = NSTemporaryDirectory() + "retort-codec-\(UUID().uuidString).jsonl"
    try AtomicFile.write(text, to: path)
    defer { try? Folder.remove(path) }
    let source = try LabelFile.open(path, given: GivenContext())
    #expect(source.format == "distillkit")
    var rows: [LabelRow] = []
    try source.forEach { sequence in
      for r in 0..<sequence.rowCount { rows.append(try sequence.row(r)) }
    }
    return rows
  }
}
