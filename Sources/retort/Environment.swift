internal import Foundation

/// The variables of the process.
enum Environment {
  static var all: [String: String] { ProcessInfo.processInfo.environment }
  static func value(_ name: String) -> String? { all[name] }
}

/// A path below the system's folder for temporary files that no other process uses.
func temporaryFolder(named stem: String) -> String {
  let place = Environment.value("TMPDIR").flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
  let process = ProcessInfo.processInfo
  return "\(place)/\(stem)-\(process.processIdentifier)-\(process.globallyUniqueString.suffix(8))"
}
