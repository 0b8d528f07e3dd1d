/// Why a teacher cannot label a set or write traces for it.
public enum TeachingError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The tokenizer writes ids that the model does not know.
  case vocabulary(teacher: String, tokenizer: Int, model: Int)
  /// No family has that name, so its distribution is unknown and its traces cannot be judged.
  case noFamily(set: String, sample: String, family: String)
  /// There is no model at the path of an import.
  case importedMissing(path: String)
  /// The files at the path are no model that can be imported.
  case importedForm(path: String, expected: String)
  /// The model is not the one requested.
  case importedDigest(path: String, expected: String, found: [String])
  /// Nothing is left to label.
  case allTooLong(set: String, read: Int, limit: Int)
  /// Several teachers that do not share their tokens.
  case otherTokens(teacher: String, than: String)
  /// A record of a family that no teacher has.
  case unrouted(sample: String, family: String)
  /// No sample has a place where both tokenisations have a boundary.
  case nothingCommon(set: String, read: Int)
  /// Fewer than requested.
  case fewer(set: String, what: String, asked: Int, found: Int)
  /// No text was worth keeping; `advice` says what to set.
  case nothingKept(texts: Int, why: String, advice: String)

  public var description: String {
    switch self {
    case .vocabulary(let teacher, let tokenizer, let model):
      "\(teacher): its tokenizer has \(tokenizer) ids, its model takes \(model) -- they do not "
        + "belong together"
    case .noFamily(let set, let sample, let family):
      "\(set): sample \(sample): no task family is called \(family.prefix(80)) -- `retort families` "
        + "lists them"
    case .importedMissing(let path):
      "\(path): no such file or folder -- name the model's place with --set; SmolLM2 comes with "
        + "Scripts/fetch-smollm2"
    case .importedForm(let path, let expected): "\(path): expected \(expected)"
    case .importedDigest(let path, let expected, let found):
      "\(path): expected weights of SHA-256 \(expected), found "
        + found.joined(separator: ", ") + " -- fetch the model again, or leave sha256 out"
    case .otherTokens(let teacher, let than):
      "\(teacher): has other tokens than \(than), or puts problems otherwise -- teachers are mixed "
        + "token by token and must share a tokenizer and a template"
    case .unrouted(let sample, let family):
      "sample \(sample): no teacher has the family \(family.prefix(80)) -- route it, or name a default"
    case .nothingCommon(let set, let read):
      "\(set): none of \(read) samples has a place where the student's tokens and the teacher's begin at "
        + "the same byte -- do both tokenizers keep the texts as they are?"
    case .fewer(let set, let what, let asked, let found):
      "\(set): gives \(found) of the \(asked) \(what) that were asked for -- lower count, or set "
        + "allow_fewer: true"
    case .nothingKept(let texts, let why, let advice):
      "none of \(texts) \(texts == 1 ? "text" : "texts") was kept: \(why) -- \(advice)"
    case .allTooLong(let set, let read, let limit):
      "\(set): all \(read) samples are longer than \(limit) tokens -- raise max_tokens or the "
        + "teacher's max_position_embeddings"
    }
  }
}
