/// File kinds recognised by their first bytes, so that a file of the wrong kind is reported by its
/// kind, and not as damaged.
public enum FileSignature: String, Sendable, CaseIterable {
  case gzip, zstd, xz, bzip2, lz4, zip, sevenZip = "7z", rar, gguf = "GGUF"
  case gitLFSPointer = "a Git LFS pointer"
  case utf8Mark = "UTF-8 with a byte order mark"
  case utf16 = "UTF-16", utf32 = "UTF-32"

  /// The UTF-8 byte order mark, which is ignored.
  public static let utf8MarkBytes: [UInt8] = [0xEF, 0xBB, 0xBF]

  /// Longest first where one is a prefix of another.
  private static let beginnings: [(FileSignature, [UInt8])] = [
    (.gitLFSPointer, Array("version https://git-lfs.github.com/spec/".utf8)),
    (.sevenZip, [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C]), (.xz, [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]),
    (.rar, Array("Rar!".utf8) + [0x1A, 0x07]), (.zip, [0x50, 0x4B, 0x03, 0x04]),
    (.zip, [0x50, 0x4B, 0x05, 0x06]), (.zstd, [0x28, 0xB5, 0x2F, 0xFD]),
    (.lz4, [0x04, 0x22, 0x4D, 0x18]), (.gguf, Array("GGUF".utf8)),
    (.utf32, [0xFF, 0xFE, 0x00, 0x00]), (.utf32, [0x00, 0x00, 0xFE, 0xFF]),
    (.utf8Mark, utf8MarkBytes), (.utf16, [0xFF, 0xFE]), (.utf16, [0xFE, 0xFF]),
  ]

  /// Number of bytes needed to recognise every kind.
  public static let length = beginnings.map(\.1.count).max() ?? 0

  /// - Returns: `nil` if the bytes match no signature.
  public init?(startOf bytes: some Collection<UInt8>) {
    let start = Array(bytes.prefix(Self.length))
    if let known = Self.beginnings.first(where: { start.starts(with: $0.1) }) {
      self = known.0
    } else if start.count > 3, start.starts(with: [0x1F, 0x8B, 0x08]) {
      self = .gzip
    } else if start.count > 4, start.starts(with: Array("BZh".utf8)),
      (UInt8(ascii: "1")...UInt8(ascii: "9")).contains(start[3]),
      start[4] == 0x31 || start[4] == 0x17
    {
      self = .bzip2
    } else {
      return nil
    }
  }

  /// Whether lines of text can be extracted from it.
  public var isPacked: Bool {
    switch self {
    case .gzip, .zstd, .xz, .bzip2, .lz4, .zip, .sevenZip, .rar: true
    case .gguf, .gitLFSPointer, .utf8Mark, .utf16, .utf32: false
    }
  }

  /// What to do with such a file when another kind was expected.
  public var advice: String {
    switch self {
    case .gzip: "unpack it first: gzip -dc FILE"
    case .zstd: "unpack it first: zstd -dc FILE"
    case .xz: "unpack it first: xz -dc FILE"
    case .bzip2: "unpack it first: bzip2 -dc FILE"
    case .lz4: "unpack it first: lz4 -dc FILE"
    case .zip, .sevenZip, .rar: "unpack it first"
    case .gguf: "a model's file; give it where a model is asked for"
    case .gitLFSPointer: "the file itself was not fetched: git lfs pull"
    case .utf8Mark: "take its first three bytes off"
    case .utf16, .utf32: "write it as UTF-8: iconv -f \(rawValue) -t UTF-8 FILE"
    }
  }
}

extension FileSignature {
  /// Refuses bytes that are not text: compressed files, models, text in another encoding. A UTF-8
  /// byte order mark is accepted.
  ///
  /// - Throws: `FileError.anotherKind`.
  public static func requireText(_ bytes: [UInt8], at path: String) throws(FileError) {
    switch FileSignature(startOf: bytes.prefix(length)) {
    case nil, .utf8Mark?: return
    case let found?: throw .anotherKind(path: path, found: found)
    }
  }
}
