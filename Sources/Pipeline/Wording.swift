internal import Files

/// Numbers and times as text for readers.
package enum Wording {
  /// `0.42 s`, `12.3 s`, `1:04`, `1:02:03`.
  package static func duration(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds >= 0, seconds < 1e9 else { return "?" }
    if seconds < 9.995 { return fixed(seconds, 2) + " s" }
    if seconds < 59.95 { return fixed(seconds, 1) + " s" }
    let whole = Int(seconds.rounded())
    let (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60)
    return hours > 0
      ? "\(hours):\(two(minutes)):\(two(rest))" : "\(minutes):\(two(rest))"
  }

  /// `75,000`.
  package static func count(_ number: Int) -> String {
    let digits = Array(String(number.magnitude))
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return number < 0 ? "-" + text : text
  }

  /// A rate with two or three significant digits: `0.31`, `4.2`, `132`, `41,300`.
  package static func rate(_ perSecond: Double) -> String {
    guard perSecond.isFinite, perSecond < 1e15 else { return "?" }
    if perSecond >= 9999.5 { return count(Int((perSecond / 100).rounded()) * 100) }
    if perSecond >= 99.5 { return count(Int(perSecond.rounded())) }
    return fixed(perSecond, perSecond >= 9.95 ? 0 : perSecond >= 0.995 ? 1 : 2)
  }

  /// A number with a fixed count of decimals.
  static func fixed(_ number: Double, _ decimals: Int) -> String {
    var scale = 1
    for _ in 0..<decimals { scale *= 10 }
    let scaled = Int((number * Double(scale)).rounded())
    guard decimals > 0 else { return String(scaled) }
    let fraction = String(scaled % scale)
    return "\(scaled / scale)." + String(repeating: "0", count: decimals - fraction.count)
      + fraction
  }

  static func padded(_ text: String, to width: Int) -> String {
    TerminalText.padded(text, to: width)
  }

  /// Text broken at spaces into lines of at most `width` columns, all but the first indented.
  package static func wrapped(_ text: String, to width: Int, indent: Int) -> String {
    guard width > indent + 1 else { return text }
    var lines: [String] = []
    var rest = Substring(text)
    while true {
      let lead = lines.isEmpty ? "" : String(repeating: " ", count: indent)
      let room = width - lead.count
      guard TerminalText.columns(of: rest) > room else {
        return (lines + [lead + rest]).joined(separator: "\n")
      }
      let fits = TerminalText.prefix(of: rest, columns: room)
      // A character wider than the window gets a line of its own.
      var end = fits.isEmpty ? rest.index(after: rest.startIndex) : fits.endIndex
      // A space just past the edge is also a place to break.
      let window = rest[end] == " " ? rest[...end] : rest[..<end]
      if let space = window.lastIndex(of: " "), window[..<space].contains(where: { $0 != " " }) {
        end = space
      }
      var head = rest[..<end]
      while head.last == " " { head.removeLast() }
      lines.append(lead + head)
      rest = rest[end...].drop { $0 == " " }
    }
  }

  /// `512 bytes`, `1.2 MB`: powers of ten.
  package static func bytes(_ count: Int) -> String {
    guard count >= 1000 else { return plural(count, "byte") }
    var size = Double(count)
    var unit = ""
    for next in ["kB", "MB", "GB", "TB"] where size >= 999.95 {
      size /= 1000
      unit = next
    }
    return fixed(size, 1) + " " + unit
  }

  /// `1 stage`, `3 stages`.
  package static func plural(_ count: Int, _ noun: String) -> String {
    "\(Wording.count(count)) \(noun)\(count == 1 ? "" : "s")"
  }

  private static func two(_ number: Int) -> String { (number < 10 ? "0" : "") + String(number) }
}
