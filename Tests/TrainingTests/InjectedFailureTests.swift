import Testing
import Training

struct `A failure asked for` {
  @Test func `is read from its words`() {
    #expect(InjectedFailure("nan:labels:3") == InjectedFailure(place: .labels, step: 3))
    #expect(InjectedFailure("nan:moment:120") == InjectedFailure(place: .moment, step: 120))
  }

  @Test(arguments: [nil, "", "nan", "nan:labels", "nan:labels:0", "nan:label:3", "kill:labels:3"])
  func `is none when it is another's`(text: String?) {
    #expect(InjectedFailure(text) == nil)
  }
}
