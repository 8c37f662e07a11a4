#include <errno.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>

#include "build_internal.h"

/* net/core/dev_ioctl / net/ethtool/ioctl.c: the commands whose feature masks `ethtool -K NAME rx|tx|tso|gso|gro` uses.
 */
static const struct {
	unsigned get, set;
} commands[OFFLOADS] = {
	[OFFLOAD_RX] = { ETHTOOL_GRXCSUM, ETHTOOL_SRXCSUM },
	[OFFLOAD_TX] = { ETHTOOL_GTXCSUM, ETHTOOL_STXCSUM },
	[OFFLOAD_TSO] = { ETHTOOL_GTSO, ETHTOOL_STSO },
	[OFFLOAD_GSO] = { ETHTOOL_GGSO, ETHTOOL_SGSO },
	[OFFLOAD_GRO] = { ETHTOOL_GGRO, ETHTOOL_SGRO },
	[OFFLOAD_LRO] = { ETHTOOL_GFLAGS, ETHTOOL_SFLAGS }, /* one bit of several */
};

static int command(int socket, const char *interface, struct ethtool_value *value)
{
	struct ifreq request = { .ifr_data = (char *)value };

	strncpy(request.ifr_name, interface, sizeof request.ifr_name - 1);
	return ioctl(socket, SIOCETHTOOL, &request);
}

int offload_get(int socket, const char *interface, enum offload offload, bool *on)
{
	struct ethtool_value value = { .cmd = commands[offload].get };

	if (command(socket, interface, &value) < 0)
		return -1;
	*on = offload == OFFLOAD_LRO ? value.data & ETH_FLAG_LRO : value.data != 0;
	return 0;
}

/* The other bits are unchanged. */
static int lro_set(int socket, const char *interface, bool on)
{
	struct ethtool_value value = { .cmd = ETHTOOL_GFLAGS };

	if (command(socket, interface, &value) < 0)
		return -1;
	value.cmd = ETHTOOL_SFLAGS;
	value.data = on ? value.data | ETH_FLAG_LRO : value.data & ~(unsigned)ETH_FLAG_LRO;
	return command(socket, interface, &value);
}

int offload_set(int socket, const char *interface, enum offload offload, bool on)
{
	struct ethtool_value value = { .cmd = commands[offload].set, .data = on };

	return offload == OFFLOAD_LRO ? lro_set(socket, interface, on) : command(socket, interface, &value);
}

int offload_make(int socket, const char *interface, enum offload offload, bool on)
{
	bool is;

	if (offload_set(socket, interface, offload, on) < 0 || offload_get(socket, interface, offload, &is) < 0)
		return -1;
	errno = EOPNOTSUPP;
	return is == on ? 0 : -1;
}
