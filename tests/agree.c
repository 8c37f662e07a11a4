/* Preloaded by agree.sh: the counter of received packets is called Ip6InNoRoutes, as if the kernel counted a missing
 * route for each. */
#include <dlfcn.h>
#include <string.h>
#include <unistd.h>

ssize_t pread(int fd, void *buffer, size_t size, off_t offset)
{
	ssize_t (*real)(int, void *, size_t, off_t) = dlsym(RTLD_NEXT, "pread");
	static const char is[] = "Ip6InReceives ", becomes[] = "Ip6InNoRoutes ";
	ssize_t got = real(fd, buffer, size, offset);
	char *found = got > 0 ? memmem(buffer, (size_t)got, is, sizeof is - 1) : NULL;

	if (found)
		memcpy(found, becomes, sizeof becomes - 1);
	return got;
}
