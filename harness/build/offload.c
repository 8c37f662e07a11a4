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
	[OFFLOAD_RX] = { ETHTOOL_GRXCSUM, ETHTOOL_SRXCSUM }, [OFFLOAD_TX] = { ETHTOOL_GTXCSUM, ETHTOOL_STXCSUM },
	[OFFLOAD_TSO] = { ETHTOOL_GTSO, ETHTOOL_STSO },      [OFFLOAD_GSO] = { ETHTOOL_GGSO, ETHTOOL_SGSO },
	[OFFLOAD_GRO] = { ETHTOOL_GGRO, ETHTOOL_SGRO },
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
	*on = value.data != 0;
	return 0;
}

int offload_set(int socket, const char *interface, enum offload offload, bool on)
{
	struct ethtool_value value = { .cmd = commands[offload].set, .data = on };

	return command(socket, interface, &value);
}

/* Taken and not obeyed is an error too. */
int lro_off(int socket, const char *interface)
{
	struct ethtool_value value = { .cmd = ETHTOOL_GFLAGS };

	if (command(socket, interface, &value) < 0)
		return -1;
	if (!(value.data & ETH_FLAG_LRO))
		return 0;
	value = (struct ethtool_value){ .cmd = ETHTOOL_SFLAGS, .data = value.data & ~(unsigned)ETH_FLAG_LRO };
	if (command(socket, interface, &value) < 0)
		return -1;
	value = (struct ethtool_value){ .cmd = ETHTOOL_GFLAGS };
	if (command(socket, interface, &value) < 0)
		return -1;
	errno = EOPNOTSUPP;
	return value.data & ETH_FLAG_LRO ? -1 : 0;
}
