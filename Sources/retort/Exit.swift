internal import Glibc

/// Ends the process; named so that no command calls it by chance.
func endProcess(_ code: Int32) -> Never { exit(code) }

/// Sleeps; a signal ends it early.
func pause(seconds: UInt32) { _ = sleep(seconds) }
