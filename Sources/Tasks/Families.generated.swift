// Written by Scripts/generate-registries from the files of this module; do not edit.

/// Every family.
public enum Families {
  public static let all: [any ProblemFamily] = [
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
