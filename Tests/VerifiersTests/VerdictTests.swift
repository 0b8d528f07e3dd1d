import Testing
import Verifiers

struct `A rejection` {
  @Test func `says the step, or that it is the problem`() {
    #expect(Rejection(step: 3, "why").reason == "step 3: why")
    #expect(Rejection.unreadable("why") == Rejection(step: 0, "why"))
    #expect(Rejection.unreadable("why").reason == "problem: why")
  }

  @Test func `is no acceptance`() {
    #expect(Verdict.accepted(answer: "4").isAccepted)
    #expect(!Verdict.rejected(step: 1, reason: "").isAccepted)
  }
}
