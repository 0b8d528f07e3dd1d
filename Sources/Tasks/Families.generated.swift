// Written by Scripts/generate-registries from the files of this module; do not edit.

/// Every family.
public enum Families {
  public static let all: [any ProblemFamily] = [
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
