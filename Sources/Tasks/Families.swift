extension Families {
  /// The family of this name.
  public static func named(_ name: String) -> (any ProblemFamily)? {
    byName[name]
  }

  private static let byName = Dictionary(
    all.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
}
