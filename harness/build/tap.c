#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "build_internal.h"

#define SYSFS "/run/hopcheck-sys"

static const struct {
	int flags;
	/* With TUNSETOFFLOAD the kernel passes packets with partial checksums, and large ones, as to a NIC. */
	unsigned offloads;
} taps[] = {
	[TUN] = { IFF_TUN | IFF_NO_PI, 0 },
	[TAP] = { IFF_TAP | IFF_NO_PI | IFF_VNET_HDR, TUN_F_CSUM },
	[TAP_PAGES] = { IFF_TAP | IFF_NO_PI | IFF_VNET_HDR | IFF_NAPI | IFF_NAPI_FRAGS,
	                TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6 | TUN_F_TSO_ECN },
	[TAP_NAPI] = { IFF_TAP | IFF_NO_PI | IFF_VNET_HDR | IFF_NAPI,
	               TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6 | TUN_F_TSO_ECN },
};

bool tap_has_napi(void)
{
	struct utsname name;

	return uname(&name) == 0 && release_in_range(name.release, ">=5.15");
}

int tap_make(const char *interface, bool tap, bool vnet_hdr)
{
	struct ifreq request = { .ifr_flags = (short)((tap ? IFF_TAP : IFF_TUN) | IFF_NO_PI | IFF_TUN_EXCL |
		                                      (vnet_hdr ? IFF_VNET_HDR : 0)) };
	int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC);

	strncpy(request.ifr_name, interface, sizeof request.ifr_name - 1);
	int error = fd < 0 || ioctl(fd, TUNSETIFF, &request) < 0 || ioctl(fd, TUNSETPERSIST, 1) < 0 ? errno : 0;
	if (fd >= 0)
		close(fd);
	return error;
}

int tap_attach(const char *interface, enum tap tap)
{
	struct ifreq request = { .ifr_flags = (short)taps[tap].flags };
	int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	/* With the usual one, INT_MAX, tun_build_skb() makes the packets, and GRO merges such so that they never give
	 * their socket back, and the namespace stays forever (tun_can_build_skb(),
	 * napi_skb_free_stolen_head(); 6.18.44). */
	int limited = INT_MAX - 1;

	if (fd < 0)
		return -1;
	strncpy(request.ifr_name, interface, sizeof request.ifr_name - 1);
	if (ioctl(fd, TUNSETIFF, &request) < 0 || (tap != TUN && ioctl(fd, TUNSETOFFLOAD, taps[tap].offloads) < 0) ||
	    (tap == TAP_NAPI && ioctl(fd, TUNSETSNDBUF, &limited) < 0)) {
		close(fd);
		return -1;
	}
	return fd;
}

int tap_flush_open(const char *interface)
{
	owned_text path = text_format(SYSFS "/class/net/%s/gro_flush_timeout", interface);

	mkdir(SYSFS, 0700);
	if (mount("sysfs", SYSFS, "sysfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) < 0)
		return -1;
	int fd = open(path, O_WRONLY | O_CLOEXEC), error = errno;
	if (fd >= 0 && pwrite(fd, "0", 1, 0) < 0) {
		error = errno;
		close(fd);
		fd = -1;
	}
	umount2(SYSFS, MNT_DETACH);
	errno = error;
	return fd;
}
