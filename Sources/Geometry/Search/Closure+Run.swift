extension Closure {
  /// Runs until all goals are known, to saturation, or until `isExpired` says so. Without goals it
  /// runs to saturation.
  package mutating func run(goals: [Claim], isExpired: () -> Bool = { false }) -> Outcome {
    if knowsAll(goals) { return .goalReached }
    while true {
      if contradiction != nil { return .contradiction }
      let before = facts.count
      for search in 0..<7 {
        switch search {
        case 0: _ = searchCollinear()
        case 1: _ = searchCenters()
        case 2: _ = searchApplications()
        case 3: _ = searchCircles()
        case 4: _ = searchTriangles()
        case 5: _ = searchFlats()
        default:
          _ = searchScaledPairs()
          _ = searchRightPairs()
        }
        if knowsAll(goals) { return .goalReached }
        if isExpired() { return .timeExpired }
      }
      if facts.count == before {
        swap(&applications, &lateApplications)
        let isNew = searchApplications()
        swap(&applications, &lateApplications)
        if knowsAll(goals) { return .goalReached }
        if !isNew { return .saturated }
      }
    }
  }

  private func knowsAll(_ goals: [Claim]) -> Bool {
    !goals.isEmpty && goals.allSatisfy { knows($0) }
  }

  /// Fires the rule instances whose premises are known; drops those with nothing left to say.
  private mutating func searchApplications() -> Bool {
    var isNew = false
    var kept = 0
    let (templates, starts) = RuleID.premiseRow
    for index in applications.indices {
      let application = applications[index]
      let rule = Int(application.rule.rawValue)
      var position = starts[rule]
      let end = starts[rule + 1]
      while position < end && knows(templates[position].claim(application.substitution)) {
        position += 1
      }
      if position == end {
        if fire(application.rule.rule, application) { isNew = true }
      } else {
        applications[kept] = application
        kept += 1
      }
    }
    applications.removeLast(applications.count - kept)
    return isNew
  }

  private mutating func fire(_ rule: Rule, _ application: Application) -> Bool {
    var isNew = false
    for conclusion in rule.conclusions {
      let claim = conclusion.claim(application.substitution)
      let isMidpoint = claim.kind == .midp
      // A midpoint is worth a line of its own: other rules name it.
      if application.rule != .midpoint && knows(claim) { continue }
      var premises = ContiguousArray<Claim>()
      for premise in rule.premises { premises.append(premise.claim(application.substitution)) }
      var sides = ContiguousArray<Claim>()
      for side in rule.sides { sides.append(side.claim(application.substitution)) }
      write(claim, application.rule, premises, sides)
      if isMidpoint { _ = learnMedians(claim) }
      isNew = true
    }
    return isNew
  }
}
