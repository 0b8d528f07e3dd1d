internal import Files

/// A JSON Lines file of a finished stage, read line by line; errors name the line.
struct Lines {
  let file: String
  private let bytes: [UInt8]

  init(_ path: String) throws(FileError) {
    file = path
    bytes = try readFile(path, limit: 1 << 30)
  }

  /// Calls `body` for every line with its object and 1-based number; empty lines are errors.
  func forEach(_ body: (Line) throws -> Void) throws {
    var start = 0
    var number = 1
    while start < bytes.count {
      let end = bytes[start...].firstIndex(of: 0x0A) ?? bytes.count
      let json: JSON
      do throws(JSONError) {
        json = try JSON.parse(Array(bytes[start..<end]))
      } catch {
        throw ComparisonError.line(file: file, line: number, reason: error.description)
      }
      guard let object = json.objectValue else {
        throw ComparisonError.line(
          file: file, line: number, reason: "expected an object, found \(json.kindName)")
      }
      try body(Line(file: file, number: number, object: object))
      start = end + 1
      number += 1
    }
  }

  struct Line {
    let file: String
    let number: Int
    let object: JSONObject

    func error(_ reason: String) -> ComparisonError {
      .line(file: file, line: number, reason: reason)
    }

    func string(_ key: String) throws(ComparisonError) -> String {
      guard let value = object[key]?.stringValue else { throw error("\"\(key)\" is no string") }
      return value
    }

    func bool(_ key: String) throws(ComparisonError) -> Bool {
      guard let value = object[key]?.boolValue else {
        throw error("\"\(key)\" is not true or false")
      }
      return value
    }

    /// A count: an integer from 0 to 2^40, so that sums over files cannot overflow.
    func count(_ key: String) throws(ComparisonError) -> Int {
      guard let value = object[key]?.intValue, (0...(1 << 40)).contains(value) else {
        throw error("\"\(key)\" is no count")
      }
      return value
    }

    func number(_ key: String) throws(ComparisonError) -> Double {
      guard let value = object[key]?.doubleValue else { throw error("\"\(key)\" is no number") }
      return value
    }

    /// A sum in nats or a mass: finite, not below 0 but for rounding.
    func sum(_ key: String) throws(ComparisonError) -> Double {
      let value = try number(key)
      guard value >= -1e-6, value < 1e15 else {
        throw error("\"\(key)\" is \(value); a sum like this is never negative")
      }
      return value
    }
  }
}
