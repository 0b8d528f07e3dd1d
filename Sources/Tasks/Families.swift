extension Families {
  /// The family of this name.
  public static func named(_ name: String) -> (any TaskFamily)? {
    all.first { $0.name == name }
  }
}
