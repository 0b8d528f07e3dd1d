// Written by Scripts/generate-registries from the files of this module; do not edit.

/// Every check of labels.
package enum Checks {
  package static let all: [any LabelCheck.Type] = [
    AnotherTeacher.self,
    BOSAsymmetry.self,
    Clamped.self,
    EmptyRows.self,
    IDsOutside.self,
    ImpossibleTargets.self,
    InfiniteRows.self,
    LogAboveZero.self,
    LogBase.self,
    MaskShifted.self,
    MissingTail.self,
    NaNRows.self,
    NotNormalised.self,
    NucleusCut.self,
    OffByOne.self,
    OtherBytes.self,
    PaddedVocabulary.self,
    PaddingCounted.self,
    PromptTrained.self,
    Renormalised.self,
    RepeatedIDs.self,
    RepeatedRows.self,
    RowCounts.self,
    RowWidths.self,
    StoredAs.self,
    SwappedSamples.self,
    Unsorted.self,
    WrongTemperature.self,
    WrongTokenizer.self,
    ZeroRows.self,
  ]
}
