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

  /// A terminal's own key for it, a closed terminal, a limit on time: all ask for a stop.
  @Test(arguments: [SIGQUIT, SIGHUP, SIGXCPU])
  func `is asked for by more than two signals`(signal: Int32) async {
    await #expect(processExitsWith: .exitCode(75)) { [signal] in
      Interruption.install()
      kill(getpid(), signal)
      for _ in 0..<500 where !Interruption.requested { usleep(10_000) }
      exit(Interruption.requested ? 75 : 1)
    }
  }

  /// `nohup` has it that way.
  @Test func `is not asked for by a hang-up that the parent ignores`() async {
    await #expect(processExitsWith: .success) {
      signal(SIGHUP, SIG_IGN)
      Interruption.install()
      kill(getpid(), SIGHUP)
      usleep(50_000)
      exit(Interruption.requested ? 1 : 0)
    }
  }

  /// A parent that ignores SIGPIPE would have us complain of a reader that has seen enough.
  @Test func `leaves the end of a pipe silent whatever the parent does`() async {
    await #expect(processExitsWith: .signal(SIGPIPE)) {
      signal(SIGPIPE, SIG_IGN)
      Interruption.install()
      kill(getpid(), SIGPIPE)
      usleep(50_000)
      exit(0)
    }
  }
}
