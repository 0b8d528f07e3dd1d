// Written by Scripts/generate-registries from the files of this module; do not edit.

/// Every format of an export.
public enum ExportFormats {
  public static let all: [any ExportFormat.Type] = [
    JSONLines.self,
    MosaicShards.self,
    PRM800K.self,
    Parquet.self,
    PlainText.self,
    ProcessBench.self,
    PromptCompletion.self,
    SelfCorrection.self,
    StepLabels.self,
    TRLStepwise.self,
    WebDatasetTar.self,
  ]
}
