/// Checks that members form whole samples: adjacent members, the same fields in each sample.
struct SampleRuns: Sendable {
  /// Number of samples, including the unfinished one.
  private(set) var count = 0
  /// The fields of the first sample, in order.
  private(set) var fields: [String] = []
  private var seen: Set<String> = []
  private var current: String?
  private var place = 0

  /// Takes the next member; returns what is wrong.
  mutating func add(id: String, field: String) -> String? {
    if id == current {
      place += 1
    } else {
      if let fault = finish() { return fault }
      guard seen.insert(id).inserted else {
        return "the sample \(id) comes back after another one"
      }
      current = id
      count += 1
      place = 0
    }
    if count == 1 {
      guard !fields.contains(field) else { return "the sample \(id) has the field \(field) twice" }
      // Bounded, so that linear search stays cheap.
      guard fields.count < 64 else { return "the sample \(id) has more than 64 fields" }
      fields.append(field)
    } else if place >= fields.count || fields[place] != field {
      return "the sample \(id) has the field \"\(field)\" where the first sample has "
        + (place < fields.count ? "\"\(fields[place])\"" : "no further one")
    }
    return nil
  }

  /// Ends the current sample; returns what it lacks.
  func finish() -> String? {
    guard let current, count > 1, place + 1 < fields.count else { return nil }
    return "the sample \(current) lacks the field \"\(fields[place + 1])\""
  }
}
