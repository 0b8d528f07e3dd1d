internal import Stages
internal import Tokenization

/// Splits a stage's inputs into the sets and the teacher.
struct TeachingInputs: Sendable {
  /// In input order; never empty.
  let sets: [StageInput]
  let teacher: StageInput

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
    _ outlooks: [Outlook], count: Int?, allowsFewer: Bool, acceptsUnverified: Bool,
    template: String?
  ) throws {
    let (sets, teacher) = split(outlooks)
    for set in sets {
      if set.isVerified == false, !acceptsUnverified {
        throw InputError(
          input: set.name,
          reason:
            "its texts will not be verified -- set `unverified: true` to take them all the same")
      }
      if let count, let most = set.mostRecords, most < count, !allowsFewer {
        throw ConfigurationError(
          path: ["count"],
          reason: "expected at most \(most), which is all that \(set.name) will hold; found "
            + "\(count) -- lower it, or set allow_fewer: true")
      }
    }
    if template == nil, let digest = teacher?.unknownTemplate {
      throw ConfigurationError(
        path: ["template"],
        reason: "is missing, and nobody here knows the chat template that \(teacher?.name ?? "") "
          + "brings (SHA-256 \(digest.prefix(16))…) -- set template to one of "
          + Wrapping.names.joined(separator: ", "))
    }
  }

  /// - Throws: `StageError.inputs` unless they are what the stage needs.
  init(_ inputs: [StageInput], for needs: [StageNeed], of stage: String) throws(StageError) {
    let inputs = try StageInputs(inputs, for: needs, of: stage)
    sets = inputs.all(.set)
    teacher = inputs.one(.model)
  }
}
