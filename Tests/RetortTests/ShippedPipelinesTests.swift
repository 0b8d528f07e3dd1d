import Files
import Foundation
import Testing

struct `Pipelines that are shipped` {
  static let names: [String] = {
    let folder = Program.root + "/Pipelines"
    return ((try? Folder.names(in: folder)) ?? []).filter { $0.hasSuffix(".yaml") }
      .map { String($0.dropLast(5)) }.sorted()
  }()

  @Test func `are all looked at`() {
    #expect(Self.names.contains("tiny") && Self.names.count >= 7, "\(Self.names)")
  }

  /// The first thing that a user does with one. A teacher that has to be fetched first is all that
  /// may be missing, and the message says how to get it.
  @Test(arguments: names)
  func `can be planned`(name: String) throws {
    try Program.withFolder { folder in
      let planned = try Program.run(
        ["run", Program.pipeline(name), "--into", folder + "/run", "--dry-run"])
      let missing = planned.errors.split(separator: "\n").allSatisfy {
        $0.contains("no such file or folder -- name the model's place with --set")
      }
      #expect(planned.status == 0 || (planned.status == 2 && missing), "\(planned.errors)")
    }
  }
}
