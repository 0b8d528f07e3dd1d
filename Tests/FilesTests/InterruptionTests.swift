import Files
import Foundation
import Testing

struct `An interruption` {
  /// The handler must be heard even where a parent has blocked the signal.
  @Test func `is heard after a blocked signal is sent`() async {
    await #expect(processExitsWith: .exitCode(75)) {
      var blocked = sigset_t()
      sigemptyset(&blocked)
      sigaddset(&blocked, SIGTERM)
      pthread_sigmask(SIG_BLOCK, &blocked, nil)
      Interruption.install()
      precondition(!Interruption.requested)
      kill(getpid(), SIGTERM)
      // Any thread of the process may take the signal, a moment later.
      for _ in 0..<500 where !Interruption.requested { usleep(10_000) }
      do { try Interruption.check() } catch { exit(75) }
      exit(1)
    }
  }

  @Test func `a second signal ends the process at once`() async {
    await #expect(processExitsWith: .exitCode(75)) {
      Interruption.install()
      kill(getpid(), SIGINT)
      for _ in 0..<500 where !Interruption.requested { usleep(10_000) }
      kill(getpid(), SIGINT)
      sleep(5)
      exit(1)
    }
  }
}
