import Archives
import Files
import Foundation
import Testing

struct `A listing of a file without manifest` {
  let folder: TemporaryFolder
  let samples: [ArchiveSample]

  init() throws {
    folder = try TemporaryFolder()
    samples = try TinyArchive.five(in: folder)
  }

  private func listing(_ bytes: [UInt8], digests: Bool = false) throws -> ArchiveListing {
    try folder.put(bytes, "x.tar")
    return try ArchiveListing(of: folder.file("x.tar"), digests: digests)
  }

  /// Decompressed bytes of the one shard.
  private func tar() throws -> [UInt8] {
    let out = try TemporaryFolder()
    try ArchiveReader(directory: folder.path).exportTars(to: out.path)
    return try out.bytes("tiny-000000.tar")
  }

  /// "It was cut short" of a whole gzip file sends people to fetch it again.
  @Test(
    arguments: [
      ([0x1F, 0x8B, 8, 0], "gzip"), ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0], "xz"),
      (Array("BZh91AY".utf8), "bzip2"), ([0x50, 0x4B, 3, 4], "zip"),
      (Array("version https://git-lfs.github.com/spec/v1\n".utf8), "a Git LFS pointer"),
    ] as [([UInt8], String)])
  func `names a file of another kind`(start: [UInt8], name: String) throws {
    for size in [0, 100, 2_000] {
      let error = #expect(throws: ArchiveError.self) {
        try listing(start + Array(repeating: 7, count: size))
      }
      #expect(error?.description.contains("is \(name), expected a .tar.zst or .tar") == true)
    }
  }

  @Test func `shows members, samples and fields, compressed or not`() throws {
    let shard = try listing(folder.bytes("tiny-000000.tar.zst"), digests: true)
    #expect(shard.isCompressed && shard.sampleCount == 5 && shard.fields == ["json", "data.bin"])
    #expect(shard.members.map(\.size) == samples.flatMap { $0.fields.map(\.bytes.count) })
    #expect(
      shard.members.map(\.digest) == samples.flatMap { $0.fields.map { SHA256.hash($0.bytes) } })
    let bytes = try tar()
    let plain = try listing(bytes, digests: true)
    #expect(!plain.isCompressed && plain.members == shard.members)
    #expect(plain.tarBytes == bytes.count && shard.tarBytes == bytes.count)
    for (member, sample) in zip(plain.members, samples.flatMap(\.fields)) {
      #expect(Array(bytes[member.offset..<(member.offset + member.size)]) == sample.bytes)
    }
  }

  @Test func `refuses a file cut at any length`() throws {
    let shard = try folder.bytes("tiny-000000.tar.zst")
    let withoutTable = shard.count - (8 + 8 * 4 + 9)
    for length in 0..<shard.count where length != withoutTable {
      #expect(throws: ArchiveError.self, "\(length)") { try listing(Array(shard[..<length])) }
    }
    let bytes = try tar()
    for length in 0..<bytes.count where length % 37 == 0 || length % 512 < 2 {
      #expect(throws: ArchiveError.self, "\(length)") { try listing(Array(bytes[..<length])) }
    }
  }

  @Test func `refuses what follows the end, and takes zero blocks`() throws {
    let bytes = try tar()
    #expect(try listing(bytes + [UInt8](repeating: 0, count: 512 * 7)).sampleCount == 5)
    let error = #expect(throws: ArchiveError.self) {
      try listing(bytes + [UInt8](repeating: 0, count: 512) + bytes)
    }
    #expect(
      error
        == .tar(
          file: folder.file("x.tar"), at: bytes.count + 512,
          reason: "bytes that are not zero follow the end of the archive"))
    let shard = try folder.bytes("tiny-000000.tar.zst")
    #expect(throws: ArchiveError.self) { try listing(shard + Array("junk".utf8)) }
  }

  /// Header bytes that other readers do not check: the sum over the header covers them.
  @Test func `finds every flipped bit of a header`() throws {
    let bytes = try tar()
    for place in 0..<512 {
      for bit in 0..<8 {
        var damaged = bytes
        damaged[place] ^= 1 << bit
        // The checksum field may be written in several ways that say the same number.
        if (148..<156).contains(place), let read = try? listing(damaged) {
          #expect(try read.members == listing(bytes).members)
          continue
        }
        #expect(throws: ArchiveError.self, "byte \(place), bit \(bit)") { try listing(damaged) }
      }
    }
  }

  @Test func `stops a bomb before it fills the memory`() throws {
    let bomb = try #require(
      try run([
        "sh", "-c", "head -c 300000000 /dev/zero | zstd -qc > \"$0\"",
        folder.file("bomb.tar.zst"),
      ]))
    #expect(bomb.status == 0)
    let error = #expect(throws: ArchiveError.self) {
      try ArchiveListing(of: folder.file("bomb.tar.zst"))
    }
    #expect(error?.description.contains("decompresses to more than") == true)
  }

  @Test func `keeps its limits`() throws {
    try folder.put(tar(), "x.tar")
    for change in [
      { $0.members = 9 }, { $0.nameBytes = 7 }, { $0.bytes = 512 },
    ] as [(inout ArchiveListing.Limits) -> Void] {
      var limits = ArchiveListing.Limits()
      change(&limits)
      #expect(throws: ArchiveError.self) {
        try ArchiveListing(of: folder.file("x.tar"), limits: limits)
      }
    }
  }

  @Test(.enabled(if: isInstalled("tar"), "tar is not installed"))
  func `reads what GNU tar writes and refuses its links and folders`() throws {
    try Folder.make(folder.file("in"))
    for name in ["a.txt", "b.txt"] { try folder.put(Array(name.utf8), "in/\(name)") }
    let long = String(repeating: "n", count: 150) + ".txt"
    try folder.put([1], "in/\(long)")
    func make(_ words: [String]) throws {
      _ = try run(["tar", "-C", folder.file("in")] + words)
    }
    try make(["-cf", folder.file("g.tar"), "a.txt", "b.txt"])
    #expect(try ArchiveListing(of: folder.file("g.tar")).members.map(\.name) == ["a.txt", "b.txt"])
    try make(["--format=pax", "-cf", folder.file("p.tar"), "a.txt", long])
    #expect(try ArchiveListing(of: folder.file("p.tar")).members.map(\.name) == ["a.txt", long])
    try make(["-cf", folder.file("d.tar"), "."])
    #expect(throws: ArchiveError.self) { try ArchiveListing(of: folder.file("d.tar")) }
    symlink("a.txt", folder.file("in/c.txt"))
    try make(["-cf", folder.file("l.tar"), "a.txt", "c.txt"])
    #expect(throws: ArchiveError.self) { try ArchiveListing(of: folder.file("l.tar")) }
  }
}
