/* Preloaded by malformed.sh: what a service sends says that it has four octets more than it has. */
#include <dlfcn.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>

ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
	ssize_t (*real)(int, const struct msghdr *, int) = dlsym(RTLD_NEXT, "sendmsg");

	for (size_t i = 0; i < message->msg_iovlen; i++) {
		uint8_t *frame = message->msg_iov[i].iov_base;
		if (message->msg_iov[i].iov_len > 54 && frame[12] == 0x86 && frame[13] == 0xdd)
			frame[14 + 5] += 4;
	}
	return real(fd, message, flags);
}
