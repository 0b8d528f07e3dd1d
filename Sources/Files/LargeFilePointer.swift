/// What Git keeps in place of a large file: a few lines that name it (git-lfs, docs/spec.md).
public enum LargeFilePointer {
  private static let head = Array("version https://git-lfs.github.com/spec/".utf8)

  /// Whether a file begins as a pointer does; as many of its first bytes as are at hand, at least 16.
  public static func begins(_ bytes: some Collection<UInt8>) -> Bool {
    bytes.count >= 16 && zip(bytes, head).allSatisfy { $0 == $1 }
  }

  /// What to say of one.
  public static let advice =
    "a Git LFS pointer, not the file itself -- fetch it: git lfs pull, or download it again"
}
