import Files
public import Randomness
public import Records

/// Draws record `index` of a level: a problem and its reference solution.
///
/// The streams are addressed by (seed, family, level, index, attempt, purpose), so that any record
/// can be made alone and adding a draw to one disturbs no other. With a `split`, problems are
/// drawn again, attempt by attempt, until one falls into it.
///
/// - Parameter attemptLimit: how many problems to try for a split.
/// - Returns: a record without `checker`: nothing has judged it yet.
/// - Throws: `TaskError.noSuchLevel`, and `.splitNotFound` where the attempts do not suffice.
public func draw(
  _ family: any TaskFamily, level: Int, seed: Seed, index: Int, split: Split? = nil,
  attemptLimit: Int = 10_000
) throws(TaskError) -> Record {
  guard family.levels.contains(level) else {
    throw .noSuchLevel(family: family.name, level: level, has: family.levels)
  }
  let address = seed.child(family.name).child(level).child(index)
  for attempt in 0..<attemptLimit {
    let seed = address.child(attempt)
    var poseStream = seed.child("pose").stream()
    let posed = family.pose(level: level, using: &poseStream)
    let content = SHA256.hash(posed.canonical).hex
    if let split, Split(content: content) != split { continue }
    var workStream = seed.child("work").stream()
    let solution = family.work(posed.text, using: &workStream)
    return Record(
      family: family.name, level: level, knobs: posed.knobs, problem: posed.text,
      solution: solution.text, answer: solution.answer, content: content, origin: .reference,
      checker: nil)
  }
  throw .splitNotFound(
    family: family.name, level: level, index: index, split: split?.rawValue ?? "any",
    attempts: attemptLimit)
}
