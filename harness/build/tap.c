#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "build_internal.h"

int tap_attach(const char *interface, bool tap)
{
	struct ifreq request = { .ifr_flags = (short)(tap ? IFF_TAP | IFF_NO_PI | IFF_VNET_HDR : IFF_TUN | IFF_NO_PI) };
	int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return -1;
	strncpy(request.ifr_name, interface, sizeof request.ifr_name - 1);
	/* TUNSETOFFLOAD: with it the kernel passes packets with partial checksums, as to a NIC. */
	if (ioctl(fd, TUNSETIFF, &request) < 0 || (tap && ioctl(fd, TUNSETOFFLOAD, TUN_F_CSUM) < 0)) {
		close(fd);
		return -1;
	}
	return fd;
}
