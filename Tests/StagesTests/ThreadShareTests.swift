import Stages
import Testing

struct `A share of threads` {
  @Test func `is what the context says, now and never below one`() {
    let share = ThreadShare(2)
    let context = StageContext(folder: "f", scratch: "s", threads: 2, share: share)
    #expect(context.threads == 2 && context.threadsNow == 2)
    share.set(5)
    #expect(context.threads == 2 && context.threadsNow == 5)
    share.set(0)
    #expect(context.threadsNow == 1)
    #expect(StageContext(folder: "f", scratch: "s", threads: 3).threadsNow == 3)
  }
}
