// Written by Scripts/generate-registries from the files of this module; do not edit.

/// Every family.
public enum Families {
  public static let all: [any ProblemFamily] = [
    Automaton(),
    BoxTracking(),
    ColumnAddition(),
    Derivative(),
    Euclid(),
    Expression(),
    Fraction(),
    GeometryTheorem(),
    GraphSearch(),
    KHop(),
    KnightsKnaves(),
    LinearEquation(),
    LinearSystem(),
    LongDivision(),
    LongMultiplication(),
    Mystery(),
    NaturalDeduction(),
    PermutationProduct(),
    Polynomial(),
    ProgramTrace(),
    Rewriting(),
    Sat(),
    SumReduce(),
    TrigIdentity(),
    WordedSum(),
  ]
}
