extension Families {
  /// The family of this name.
  public static func named(_ name: String) -> (any ProblemFamily)? {
    all.first { $0.name == name }
  }
}
