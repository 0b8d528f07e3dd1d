// Written by Scripts/generate-registries from the files of this module; do not edit.

/// Every task family.
public enum Families {
  public static let all: [any TaskFamily] = [
    BoxTracking(),
    ColumnAddition(),
    LinearEquation(),
    SumReduce(),
    WordedSum(),
  ]
}
