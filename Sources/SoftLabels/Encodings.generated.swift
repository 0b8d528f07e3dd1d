// Written by Scripts/generate-registries from the files of this module; do not edit.

/// Every encoding of a label set.
public enum Encodings {
  public static let all: [any LabelEncoding.Type] = [
    Full.self,
    Hidden.self,
    Projected.self,
    Sampled.self,
    TopK.self,
    TopKSampled.self,
  ]
}
