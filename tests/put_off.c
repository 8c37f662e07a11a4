/* Preloaded by put_off.sh: TCP sockets that connect or listen may send no faster than this, so that their timers put
 * segments off while the lab is quiet, as a loaded machine's do. */
#include <dlfcn.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>

#define OCTETS_A_SECOND 1000000U

static void pace(int fd)
{
	unsigned rate = OCTETS_A_SECOND, is = 0;
	socklen_t length = sizeof is;

	if (setsockopt(fd, SOL_SOCKET, SO_MAX_PACING_RATE, &rate, sizeof rate) < 0 ||
	    getsockopt(fd, SOL_SOCKET, SO_MAX_PACING_RATE, &is, &length) < 0 || is != rate)
		abort();
}

int bind(int fd, const struct sockaddr *name, socklen_t length)
{
	int (*real)(int, const struct sockaddr *, socklen_t) = dlsym(RTLD_NEXT, "bind");

	if (name->sa_family == AF_INET6)
		pace(fd);
	return real(fd, name, length);
}
