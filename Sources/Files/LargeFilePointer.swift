/// The few lines of text that Git stores in place of a large file (git-lfs, docs/spec.md).
public enum LargeFilePointer {
  private static let head = Array("version https://git-lfs.github.com/spec/".utf8)

  /// Whether bytes begin like a pointer file; pass the available first bytes, at least 16.
  public static func begins(_ bytes: some Collection<UInt8>) -> Bool {
    bytes.count >= 16 && zip(bytes, head).allSatisfy { $0 == $1 }
  }

  /// What to do about a pointer file.
  public static let advice =
    "a Git LFS pointer, not the file itself -- fetch it: git lfs pull, or download it again"
}
