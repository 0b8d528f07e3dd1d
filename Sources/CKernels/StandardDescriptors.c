// Descriptors 0, 1 and 2 must be the standard streams, even if the parent closed some. A closed one
// would become the first file that the process opens, and messages would be written into that file.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

// Runs before `main` and before any thread: `open` takes the lowest free number.
__attribute__((constructor(101))) static void fillStandardDescriptors(void) {
  for (int descriptor = 0; descriptor <= 2; descriptor++) {
    if (fcntl(descriptor, F_GETFD) != -1 || errno != EBADF) continue;
    // Without /dev/null, the number is taken by something that cannot be read or written.
    if (open("/dev/null", O_RDWR) < 0 && open("/", O_RDONLY | O_DIRECTORY) < 0) _exit(1);
  }
}
