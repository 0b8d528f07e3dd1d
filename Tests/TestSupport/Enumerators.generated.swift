// Written by Scripts/generate-registries from the files of this folder; do not edit.

/// Every enumerator of a family's valid traces.
public enum Enumerators {
  public static let all: [any TraceEnumerator] = [
    BoxTrackingTraces(),
    ColumnAdditionTraces(),
    DerivativeTraces(),
    EuclidTraces(),
    ExpressionTraces(),
    FractionTraces(),
    GraphSearchTraces(),
    LinearEquationTraces(),
    LinearSystemTraces(),
    LongDivisionTraces(),
    LongMultiplicationTraces(),
    PermutationProductTraces(),
    PolynomialTraces(),
    ProgramTraceTraces(),
    RewritingTraces(),
    SumReduceTraces(),
    WordedSumTraces(),
  ]
}
