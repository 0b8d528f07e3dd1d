// Written by Scripts/generate-registries from the files of this folder; do not edit.

/// Every enumerator of a family's valid traces.
public enum Enumerators {
  public static let all: [any TraceEnumerator] = [
    AutomatonTraces(),
    BoxTrackingTraces(),
    ColumnAdditionTraces(),
    DerivativeTraces(),
    EuclidTraces(),
    ExpressionTraces(),
    FractionTraces(),
    GraphSearchTraces(),
    KHopTraces(),
    KnightsKnavesTraces(),
    LinearEquationTraces(),
    LinearSystemTraces(),
    LongDivisionTraces(),
    LongMultiplicationTraces(),
    MysteryTraces(),
    PermutationProductTraces(),
    PolynomialTraces(),
    ProgramTraceTraces(),
    RewritingTraces(),
    SatTraces(),
    SumReduceTraces(),
    WordedSumTraces(),
  ]
}
