import Archives
import Tensors
import Files
import Sets
import StageSupport
import Stages
import Testing

struct `An order file` {
  private func order(
    over set: MadeStage, _ positions: [UInt32] = [5, 0, 3, 3], ids: String? = nil,
    bytes: [UInt8]? = nil
  ) throws -> MadeStage {
    let reader = try ArchiveReader(directory: set.folder)
    return try MadeStage("order", kind: "curriculum") { folder in
      try OrderFile.write(positions, in: folder)
      if let bytes {
        try Folder.remove(folder + "/" + OrderFile.fileName)
        try AtomicFile.write(bytes, to: folder + "/" + OrderFile.fileName)
      }
      var details = OrderFile.details(entries: positions.count, over: reader)
      if let ids { details["ids"] = JSON(ids) }
      return StageResult(details: details, files: [OrderFile.fileName], summary: "")
    }
  }

  private func fault(
    _ order: MadeStage, over set: MadeStage, entries: Int = 4
  ) throws -> String {
    let reader = try ArchiveReader(directory: set.folder)
    do {
      _ = try OrderFile(order.input, over: reader, entries: entries)
      return ""
    } catch { return "\(error)" }
  }

  /// The same records with tokens beside them are the same samples.
  @Test func `serves every set of the same samples`() throws {
    let (plain, tokens) = (try TinySet.plain(), try TinySet.tokens())
    let made = try order(over: plain)
    for set in [plain, tokens] {
      let reader = try ArchiveReader(directory: set.folder)
      let read = try OrderFile(made.input, over: reader, entries: 4)
      #expect(read.positions == [5, 0, 3, 3])
      #expect(read.digest == SHA256.hash(try readFile(made.folder + "/order.npy")).hex)
    }
  }

  @Test func `is refused where it fits neither the set nor the settings`() throws {
    let set = try TinySet.plain()
    #expect(
      try fault(order(over: set), over: set, entries: 5).contains(
        "has 4 entries, steps × batch are 5"))
    #expect(try fault(order(over: set, ids: "0"), over: set).contains("made for other samples"))
    let few = try TinySet.plain(.init(isVerified: nil), Array(TinySet.records.dropLast()))
    #expect(try fault(order(over: set), over: few).contains("made for other samples"))
    #expect(
      try fault(order(over: set, [0, 1, 2, 6]), over: set).contains("names position 6"))
    let floats = NPY.encode(Tensor(shape: [4], elements: .float32([0, 1, 2, 3])))
    #expect(try fault(order(over: set, bytes: floats), over: set).contains("F32 of shape [4]"))
    #expect(try fault(set, over: set).contains("lists no order.npy"))
  }

  @Test func `that was changed behind the manifest is refused`() throws {
    let set = try TinySet.plain()
    let made = try order(over: set)
    let path = made.folder + "/order.npy"
    var bytes = try readFile(path)
    bytes[bytes.count - 4] ^= 1
    try AtomicFile.write(bytes, to: path)
    #expect(try fault(made, over: set).contains("SHA-256"))
  }
}
