internal import CKernels

/// Rows of a table.
///
///     y[t,:] = table[tokens[t],:]
///
/// - Parameters:
///   - y: `(T, C)`, overwritten.
///   - table: `(V, C)`.
public func embeddingForward(y: Floats, table: Floats, tokens: Span<Int32>, width C: Int) {
  checkTokens(tokens, table: table, width: C)
  precondition(y.count >= tokens.count * C)
  tokens.withUnsafeBufferPointer {
    ck_embedding_forward($0.count, C, $0.baseAddress, table.pointer, y.pointer)
  }
}

/// Gradient of `embeddingForward`.
///
/// - Parameters:
///   - dTable: `(V, C)`, accumulated in the order of the tokens.
public func embeddingBackward(dTable: Floats, dY: Floats, tokens: Span<Int32>, width C: Int) {
  checkTokens(tokens, table: dTable, width: C)
  precondition(dY.count >= tokens.count * C)
  tokens.withUnsafeBufferPointer {
    ck_embedding_backward($0.count, C, $0.baseAddress, dY.pointer, dTable.pointer)
  }
}

/// Copies rows of a plain array.
///
///     y[t,:] = table[rows[t],:]
///
/// - Parameters:
///   - y: `(T, C)`, overwritten.
///   - table: `(V, C)`.
public func gatherRows(y: Floats, from table: Span<Float>, rows: Span<Int32>, width C: Int) {
  precondition(C > 0 && y.count >= rows.count * C)
  for t in rows.indices { precondition(rows[t] >= 0 && Int(rows[t]) < table.count / C) }
  table.withUnsafeBufferPointer { table in
    rows.withUnsafeBufferPointer {
      ck_embedding_forward($0.count, C, $0.baseAddress, table.baseAddress, y.pointer)
    }
  }
}

private func checkTokens(_ tokens: Span<Int32>, table: Floats, width C: Int) {
  let V = table.count / C
  for t in tokens.indices { precondition(tokens[t] >= 0 && Int(tokens[t]) < V, "no such token") }
}
