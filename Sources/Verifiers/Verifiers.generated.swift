// Written by Scripts/generate-registries from the files in Sources/Verifiers/*/: do not edit.

extension Verifiers {
  /// Every verifier, in the order of its file's path.
  public static let all: [any Verifier] = [
    LinearEquation(),
    ColumnAddition(),
    SumReduce(),
    BoxTracking(),
  ]
}
