internal import Stages
internal import Tokenization

/// Splits a stage's inputs into the sets and the teacher.
struct TeachingInputs: Sendable {
  /// In input order; never empty.
  let sets: [StageInput]
  /// The first teacher.
  var teacher: StageInput { teachers[0] }
  /// All inputs that hold a model and are no student; never empty.
  private(set) var teachers: [StageInput]
  /// The model whose tokens are written, if another's are not.
  private(set) var student: StageInput?

  var set: StageInput { sets[0] }

  /// The outlooks of the sets and of the teacher.
  func split(_ outlooks: [Outlook]) -> (sets: [Outlook], teacher: Outlook?) {
    (
      sets: sets.compactMap { set in outlooks.first { $0.name == set.name } },
      teacher: outlooks.first { $0.name == teacher.name }
    )
  }

  /// Refuses, for `label` and `sample` alike, what the outlooks of the inputs rule out.
  ///
  /// - Parameters:
  ///   - count: records or problems requested from each set; `nil`: all.
  ///   - template: the wrapping that the settings name.
  /// - Throws: `ConfigurationError`, `InputError`.
  func check(
    _ outlooks: [Outlook], count: Int?, skipping skipped: Int = 0, allowsFewer: Bool,
    acceptsUnverified: Bool, template: String?
  ) throws {
    let (sets, teacher) = split(outlooks)
    try Self.check(
      sets: sets, count: count, skipping: skipped, allowsFewer: allowsFewer,
      acceptsUnverified: acceptsUnverified)
    if template == nil, let digest = teacher?.unknownTemplate {
      throw ConfigurationError(
        path: ["template"],
        reason: "is missing, and nobody here knows the chat template that \(teacher?.name ?? "") "
          + "brings (SHA-256 \(digest.prefix(16))…) -- set template to one of "
          + Wrapping.names.joined(separator: ", "))
    }
  }

  /// Refuses what the outlooks of the sets rule out.
  ///
  /// - Throws: `ConfigurationError`, `InputError`.
  static func check(
    sets: [Outlook], count: Int?, skipping skipped: Int = 0, allowsFewer: Bool,
    acceptsUnverified: Bool
  ) throws {
    for set in sets {
      if set.isVerified == false, !acceptsUnverified {
        throw InputError(
          input: set.name,
          reason:
            "its texts will not be verified -- set `unverified: true` to take them all the same")
      }
      if let count, let all = set.mostRecords, max(0, all - skipped) < count, !allowsFewer {
        throw ConfigurationError(
          path: ["count"],
          reason:
            "expected at most \(max(0, all - skipped)), which is all that \(set.name) will hold"
            + (skipped > 0 ? " after the \(skipped) that are skipped" : "")
            + "; found \(count) -- lower it, or set allow_fewer: true")
      }
    }
  }

  /// - Throws: `StageError.inputs` unless they are what the stage needs.
  init(_ inputs: [StageInput], for needs: [StageNeed], of stage: String) throws(StageError) {
    let inputs = try StageInputs(inputs, for: needs, of: stage)
    sets = inputs.all(.set)
    teachers = inputs.all(.model)
  }

  /// Takes the last of several models as the student.
  mutating func takeLastAsStudent() {
    if teachers.count > 1 { student = teachers.removeLast() }
  }

  /// Takes the input of this name out of the teachers.
  ///
  /// - Returns: its place among the models, from 0; `nil` if it is none, or the only one.
  mutating func takeStudent(_ name: String) -> Int? {
    guard teachers.count > 1, let place = teachers.firstIndex(where: { $0.name == name }) else {
      return nil
    }
    student = teachers.remove(at: place)
    return place
  }
}
