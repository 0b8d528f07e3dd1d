// Written by Scripts/generate-registries from the files of this module; do not edit.

/// Every verifier.
public enum Verifiers {
  public static let all: [any Verifier] = [
    BoxTracking(),
    ColumnAddition(),
    Expression(),
    Fraction(),
    GeometryTheorem(),
    GraphSearch(),
    LinearEquation(),
    LongDivision(),
    LongMultiplication(),
    PermutationProduct(),
    ProgramTrace(),
    Rewriting(),
    SumReduce(),
    WordedSum(),
  ]
}
