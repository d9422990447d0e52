/* Preloaded into the service by FaultTests: wall clocks that are as many seconds wrong as the file JUMPING_CLOCK says (eight
 * bytes), from the moment it says so, while the monotonic clock goes on. faketime does the same, and asks for environment
 * variables at each reading: .NET changes those at its start, and in one start of 45 the two ended the process. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static const volatile int64_t* wrong;

__attribute__((constructor)) static void begin(void)
{
    const char* const path = getenv("JUMPING_CLOCK");
    const int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (file < 0)
        return;
    void* const mapped = mmap(NULL, sizeof *wrong, PROT_READ, MAP_SHARED, file, 0);
    close(file);
    if (mapped != MAP_FAILED)
        wrong = mapped;
}

int clock_gettime(clockid_t clock, struct timespec* time)
{
    const int result = (int)syscall(SYS_clock_gettime, clock, time);
    if (result == 0 && wrong && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
        time->tv_sec += *wrong;
    return result;
}
