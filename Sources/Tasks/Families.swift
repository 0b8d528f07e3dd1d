extension Families {
  /// The family of this name.
  public static func named(_ name: String) -> (any TaskFamily)? {
    all.first { type(of: $0).name == name }
  }
}
