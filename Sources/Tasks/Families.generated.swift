// Written by Scripts/generate-registries from the files of this module; do not edit.

/// Every family.
public enum Families {
  public static let all: [any ProblemFamily] = [
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
