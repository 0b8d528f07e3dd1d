// Descriptors 0, 1 and 2 are the standard streams, whatever the parent left open. A closed one would
// become the first file that the process opens, and messages would be written into that file.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

// Before `main`, and before any thread: `open` takes the lowest number that is free.
__attribute__((constructor(101))) static void fillStandardDescriptors(void) {
  for (int descriptor = 0; descriptor <= 2; descriptor++) {
    if (fcntl(descriptor, F_GETFD) != -1 || errno != EBADF) continue;
    // Where there is no /dev/null, what takes the number refuses to be read and written.
    if (open("/dev/null", O_RDWR) < 0 && open("/", O_RDONLY | O_DIRECTORY) < 0) _exit(1);
  }
}
