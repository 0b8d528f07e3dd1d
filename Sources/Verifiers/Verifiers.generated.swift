// Written by Scripts/generate-registries from the files of this module; do not edit.

/// Every verifier.
public enum Verifiers {
  public static let all: [any Verifier] = [
    BoxTracking(),
    ColumnAddition(),
    GeometryTheorem(),
    KHop(),
    KnightsKnaves(),
    LinearEquation(),
    Mystery(),
    NaturalDeduction(),
    Sat(),
    SumReduce(),
    WordedSum(),
  ]
}
