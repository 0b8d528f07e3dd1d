extension Int {
  /// A count with its noun, for messages: `1 record`, `3 records`, `2 boxes`.
  public func counted(_ noun: String, plural: String? = nil) -> String {
    "\(self) \(self == 1 ? noun : plural ?? noun + "s")"
  }
}
