internal import Archives
internal import ArgumentParser
internal import Files
internal import Pipeline

/// `retort shards`.
struct Shards: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "shards",
    abstract: "Lists, prints, verifies and exports sets of .tar.zst archives.",
    discussion: """
      A set is a folder of shards, each with its index, and a manifest, as stages write it.

      Examples:
        retort shards ls runs/quickstart/stages/samples-* --first 5
        retort shards cat runs/quickstart/stages/problems-* --first 3
        retort shards verify runs/quickstart/stages/samples-*
        retort shards export runs/dataset/stages/train-* --format parquet -o out/hub
      """,
    subcommands: [List.self, Cat.self, Check.self, ShardsExport.self])

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "ls",
      abstract: "Lists the samples of a set, or the members of one .tar.zst or .tar file.",
      discussion: "Example:\n  retort shards ls runs/quickstart/stages/samples-* --first 5")

    @Argument(help: "A set's folder, or a .tar.zst or .tar file.") var path: String
    @Option(
      parsing: .unconditional, help: "Only the first N samples.",
      transform: WholeNumber.atLeast(1)) var first: Int?
    @Flag(help: "Print one JSON object per sample.") var json = false

    mutating func run() throws {
      var output = StandardOutput()
      guard Folder.isFolder(path) else {
        let listing = try ArchiveListing(of: path)
        for member in listing.members.prefix(first.map { $0 * listing.fields.count } ?? .max) {
          if json {
            let line: JSON = ["name": JSON(member.name), "size": JSON(member.size)]
            output.write(json: line)
          } else {
            output.write(line: "\(member.size)\t\(member.name)")
          }
        }
        return
      }
      let reader = try ArchiveReader(directory: path)
      for position in 0..<min(first ?? .max, reader.count) {
        try Interruption.check()
        let sizes = try reader.fields.map {
          ($0, try reader.member($0, at: position)?.length ?? 0)
        }
        if json {
          let line: JSON = [
            "id": JSON(try reader.id(at: position)),
            "columns": .object(try reader.columns(at: position)),
            "members": JSON(sizes) { ["field": JSON($0.0), "bytes": JSON($0.1)] },
          ]
          output.write(json: line)
        } else {
          let text = sizes.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
          output.write(line: "\(try reader.id(at: position))  \(text)")
        }
      }
      if !json {
        output.write(
          line: "\(Wording.plural(reader.count, "sample")) in "
            + Wording.plural(reader.archive.shards.count, "shard") + "; fields "
            + reader.fields.joined(separator: ", "))
      }
    }
  }

  struct Cat: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "cat",
      abstract: "Prints the records of a set as JSON Lines, or one field of one sample.",
      discussion: """
        Every printed byte is checked against its digest.

        Examples:
          retort shards cat runs/quickstart/stages/problems-* | retort verify -
          retort shards cat SET --id sum-reduce-0011223344556677-8899aabb
          retort shards cat SET --id ID --field tokens.npy > tokens.npy
        """)

    @Argument(help: "A set's folder.") var path: String
    @Option(
      parsing: .unconditional, help: "Only the first N samples.",
      transform: WholeNumber.atLeast(1)) var first: Int?
    @Option(help: "Only the sample with this id.") var id: String?
    @Option(help: "Field to print.") var field = "json"
    @Option(parsing: .unconditional, help: "Number of threads.") var threads = 2

    mutating func run() throws {
      let reader = try ArchiveReader(directory: path)
      guard reader.fields.contains(field) else {
        throw Failure.usage(
          "--field: the set has \(reader.fields.joined(separator: ", ")), not \(field)")
      }
      var output = StandardOutput()
      let isText = field == "json"
      if let id {
        output.write(try reader.sample(id: id)[field] ?? [])
        if isText { output.write([0x0A]) }
        return
      }
      guard isText || first == 1 else {
        throw Failure.usage("--field \(field) is not text: name one sample with --id")
      }
      let end = min(first ?? .max, reader.count)
      for start in stride(from: 0, to: end, by: 1024) {
        try Interruption.check()
        for sample in try reader.samples(in: start..<min(start + 1024, end), threads: threads) {
          output.write(sample[field] ?? [])
          if isText { output.write([0x0A]) }
        }
      }
    }
  }

  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "verify",
      abstract: "Checks every byte of a set; prints one digest of its content.",
      discussion: """
        The digest is that of the content, whatever its compression. Exit code 1: the message \
        names the file, the member, and the digests expected and found.

        Example:
          retort shards verify runs/quickstart/stages/samples-*
        """)

    @Argument(help: "A set's folder.") var path: String
    @Option(parsing: .unconditional, help: "Number of threads.") var threads = 2
    @Flag(help: "Print a JSON object.") var json = false

    mutating func run() throws {
      let found = try ArchiveReader.verify(directory: path, threads: threads)
      var output = StandardOutput()
      if json {
        let line: JSON = [
          "content": JSON(found.content.hex), "files": JSON(found.files),
          "samples": JSON(found.samples), "members": JSON(found.members),
          "frames": JSON(found.frames), "raw_bytes": JSON(found.rawBytes),
        ]
        output.write(json: line)
      } else {
        output.write(line: found.content.hex)
        StandardError.write(
          line:
            "whole: \(found.samples.counted("sample")), \(found.members.counted("member")), "
            + "\(found.frames.counted("frame")), \(found.files.counted("file"))")
      }
    }
  }
}
