internal import Foundation

/// The variables of the process.
enum Environment {
  static var all: [String: String] { ProcessInfo.processInfo.environment }
  static func value(_ name: String) -> String? { all[name] }
}
