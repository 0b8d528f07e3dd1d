internal import Files
internal import Kernels
public import Parallel
public import Tensors

extension Checkpoint {
  /// Refuses NaN and infinities among the weights, in one pass over all files.
  ///
  /// Work is divided by tensors and runs of rows, so that any number of threads reports the same
  /// first tensor in file order.
  ///
  /// - Throws: `notFinite` for the first one.
  public func requireFinite(_ pool: WorkerPool) throws(CheckpointError) {
    struct Piece: Sendable {
      let tensor: StoredTensor
      let rows: StoredRows
      let file: String
      let firstElement: Int
    }
    var pieces: [Piece] = []
    for tensor in tensors where tensor.format != nil && tensor.elementCount > 0 {
      let all = try rows(of: tensor.name)
      let file = places[tensor.name].map { files[$0.file] } ?? path
      // About 4 MiB each.
      let step = max(1, (4 << 20) / max(1, all.rowBytes))
      for first in stride(from: 0, to: all.rowCount, by: step) {
        pieces.append(
          Piece(
            tensor: tensor, rows: all[first..<min(first + step, all.rowCount)], file: file,
            firstElement: first * all.columnCount))
      }
    }
    for mapping in mappings { mapping.expectReading() }
    let work = pieces
    let found = pool.map(work.count) { work[$0].rows.firstNotFinite }
    guard let index = found.firstIndex(where: { $0 != nil }), let at = found[index] else { return }
    let piece = pieces[index]
    let columns = piece.rows.columnCount
    let row = Floats(zeros: columns)
    piece.rows[(at / columns)..<(at / columns + 1)].dequantize(into: row)
    throw .notFinite(
      file: piece.file, name: piece.tensor.name, at: piece.firstElement + at,
      value: row[at % columns].description)
  }
}
