import Files
import Foundation
import Testing

/// Files that other libraries wrote (`Scripts/goldens/checkpoints.py`).
enum Golden {
  static func path(_ name: String) throws -> String {
    try #require(Bundle.module.resourcePath) + "/Goldens/" + name
  }

  static func bytes(_ name: String) throws -> [UInt8] { try readFile(try path(name)) }
}
