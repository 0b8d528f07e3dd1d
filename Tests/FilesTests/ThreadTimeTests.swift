import Files
import Foundation
import Testing

struct `A thread's time` {
  @Test func `passes with work and not with sleep`() {
    let start = ThreadTime.now
    var value: UInt64 = 1
    while ThreadTime.now - start < .milliseconds(5) {
      value = value &* 6_364_136_223_846_793_005 &+ 1
    }
    let worked = ThreadTime.now
    Thread.sleep(forTimeInterval: 0.05)
    #expect(worked - start >= .milliseconds(5) && value != 1)
    #expect(ThreadTime.now - worked < .milliseconds(40))
  }
}
