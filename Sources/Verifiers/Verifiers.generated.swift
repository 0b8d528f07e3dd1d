// Written by Scripts/generate-registries from the files of this module; do not edit.

/// Every verifier.
public enum Verifiers {
  public static let all: [any Verifier] = [
    BoxTracking(),
    ColumnAddition(),
    Derivative(),
    Euclid(),
    Expression(),
    Fraction(),
    GeometryTheorem(),
    GraphSearch(),
    LinearEquation(),
    LinearSystem(),
    LongDivision(),
    LongMultiplication(),
    PermutationProduct(),
    Polynomial(),
    ProgramTrace(),
    Rewriting(),
    SumReduce(),
    TrigIdentity(),
    WordedSum(),
  ]
}
