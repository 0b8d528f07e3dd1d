internal import Files

/// Scans an untrusted tar incrementally and lists its members.
///
/// Strict: a clean tar holds only regular files with safe names, in whole samples, and has a proper
/// tar ending. What other readers repair, skip or accept as the end is an error with its offset.
struct TarScanner {
  let file: String
  let limits: ArchiveListing.Limits
  let wantsDigests: Bool

  private(set) var members: [ArchiveListing.Member] = []
  private(set) var samples = SampleRuns()
  /// Bytes consumed so far.
  private(set) var offset = 0

  private enum State {
    case header
    /// Inside a pax header, which applies to the next member.
    case pax(remaining: Int, padding: Int)
    case data(remaining: Int)
    case padding(remaining: Int)
    /// Zero blocks up to the end of the file.
    case end
  }

  private var state = State.header
  private var block: [UInt8] = []
  private var records: [UInt8] = []
  private var pax = PaxRecords()
  private var names: Set<String> = []
  private var hasher: SHA256State?
  private var zeroBlocks = 0

  init(file: String, limits: ArchiveListing.Limits, wantsDigests: Bool) {
    self.file = file
    self.limits = limits
    self.wantsDigests = wantsDigests
  }

  private func wrong(_ reason: String, at place: Int? = nil) -> ArchiveError {
    .tar(file: file, at: place ?? offset, reason: reason)
  }

  /// Consumes the next bytes.
  mutating func take(_ bytes: ArraySlice<UInt8>) throws(ArchiveError) {
    var rest = bytes
    while !rest.isEmpty {
      switch state {
      case .header, .end:
        let part = rest.prefix(TarHeader.size - block.count)
        block += part
        rest = rest.dropFirst(part.count)
        offset += part.count
        if block.count == TarHeader.size {
          let start = offset - TarHeader.size
          if block.allSatisfy({ $0 == 0 }) {
            state = .end
          } else {
            guard case .header = state else {
              throw wrong("bytes that are not zero follow the end of the archive", at: start)
            }
            try begin(block, at: start)
          }
          zeroBlocks = if case .end = state { zeroBlocks + 1 } else { 0 }
          block.removeAll(keepingCapacity: true)
        }
      case .pax(let remaining, let padding):
        let part = rest.prefix(remaining + padding)
        records += part.prefix(remaining)
        guard part.dropFirst(remaining).allSatisfy({ $0 == 0 }) else {
          throw wrong("the padding of a pax header is not zero")
        }
        advance(&rest, by: part.count)
        let left = max(0, remaining - part.count)
        let leftPadding = padding - max(0, part.count - remaining)
        if left + leftPadding > 0 {
          state = .pax(remaining: left, padding: leftPadding)
        } else {
          if let fault = pax.read(records) { throw wrong("pax header: \(fault)") }
          records = []
          state = .header
        }
      case .data(let remaining):
        let part = rest.prefix(remaining)
        hasher?.update(part)
        advance(&rest, by: part.count)
        if part.count < remaining {
          state = .data(remaining: remaining - part.count)
        } else {
          endMember()
        }
      case .padding(let remaining):
        let part = rest.prefix(remaining)
        guard part.allSatisfy({ $0 == 0 }) else { throw wrong("a member's padding is not zero") }
        advance(&rest, by: part.count)
        state = part.count < remaining ? .padding(remaining: remaining - part.count) : .header
      }
    }
  }

  /// Signals the end of input.
  mutating func finish() throws(ArchiveError) {
    guard block.isEmpty else { throw wrong("ends in the middle of a block; it was cut short") }
    guard case .end = state, zeroBlocks >= 2 else {
      throw wrong("ends without the two zero blocks that close a tar; it was cut short")
    }
    guard !members.isEmpty else { throw wrong("holds no member") }
    if let fault = samples.finish() { throw wrong(fault) }
  }

  private mutating func advance(_ rest: inout ArraySlice<UInt8>, by count: Int) {
    offset += count
    rest = rest.dropFirst(count)
  }

  private mutating func begin(_ block: [UInt8], at start: Int) throws(ArchiveError) {
    let header: ForeignHeader
    do throws(ForeignHeader.Fault) { header = try ForeignHeader(block) } catch {
      throw wrong(error.reason, at: start)
    }
    if header.isPax {
      guard pax.isEmpty else { throw wrong("two pax headers for one member", at: start) }
      guard (1...limits.paxBytes).contains(header.size) else {
        throw wrong("a pax header of \(header.size) bytes", at: start)
      }
      state = .pax(
        remaining: header.size, padding: TarHeader.paddedSize(header.size) - header.size)
      return
    }
    let name = pax.path ?? header.name
    if let fault = ForeignHeader.fault(inName: name, limit: limits.nameBytes) {
      throw wrong(fault, at: start)
    }
    let text = String(decoding: name, as: UTF8.self)
    guard pax.size == nil || pax.size == header.size else {
      throw wrong("the pax header says another size than the header of \(text)", at: start)
    }
    guard header.size <= limits.bytes else {
      throw wrong("\(text): a size of \(header.size) bytes is beyond all bounds", at: start)
    }
    guard members.count < limits.members else {
      throw wrong("more than \(limits.members.counted("member"))", at: start)
    }
    guard names.insert(text).inserted else {
      throw wrong("the member \(text) stands twice", at: start)
    }
    let (id, field) = ForeignHeader.parts(of: text)
    if let fault = samples.add(id: id, field: field) { throw wrong(fault, at: start) }
    members.append(
      ArchiveListing.Member(name: text, size: header.size, offset: offset, digest: nil))
    pax = PaxRecords()
    hasher = wantsDigests ? SHA256State() : nil
    if header.size > 0 { state = .data(remaining: header.size) } else { endMember() }
  }

  private mutating func endMember() {
    let last = members.count - 1
    members[last].digest = hasher?.finish()
    hasher = nil
    let padding = TarHeader.paddedSize(members[last].size) - members[last].size
    state = padding > 0 ? .padding(remaining: padding) : .header
  }
}

/// A hasher that a copyable value can hold.
final class SHA256State {
  private var hasher: SHA256? = SHA256()
  func update(_ bytes: ArraySlice<UInt8>) { hasher?.update(bytes) }
  func finish() -> Digest? { hasher.take()?.finalize() }
}
