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

/* The kernel's bits of what is on; in any of its versions they are fewer. */
#define FEATURE_WORDS 4

static int bits_get(int socket, const char *interface, uint32_t bits[FEATURE_WORDS])
{
	struct {
		struct ethtool_gfeatures head;
		struct ethtool_get_features_block blocks[FEATURE_WORDS];
	} features = { .head = { .cmd = ETHTOOL_GFEATURES, .size = FEATURE_WORDS } };
	struct ifreq request = { .ifr_data = (char *)&features };

	strncpy(request.ifr_name, interface, sizeof request.ifr_name - 1);
	if (ioctl(socket, SIOCETHTOOL, &request) < 0)
		return -1;
	for (size_t i = 0; i < FEATURE_WORDS; i++)
		bits[i] = features.blocks[i].active;
	return 0;
}

/* Each answer is read off these bits (ethtool_get_one_feature(), __ethtool_get_flags()), and each question waits for
 * the lock that labs are built under: so all are asked once for a set of bits. */
int offloads_get(int socket, const char *interface, bool on[OFFLOADS], enum offload *unread)
{
	static struct answers {
		uint32_t bits[FEATURE_WORDS];
		bool on[OFFLOADS];
	} known[64];
	static size_t count;
	struct answers now;
	const bool has_bits = bits_get(socket, interface, now.bits) == 0;

	for (size_t i = 0; i < count && has_bits; i++) {
		if (memcmp(known[i].bits, now.bits, sizeof now.bits) != 0)
			continue;
		memcpy(on, known[i].on, sizeof now.on);
		return 0;
	}
	for (*unread = 0; *unread < OFFLOADS; ++*unread)
		if (offload_get(socket, interface, *unread, &now.on[*unread]) < 0)
			return -1;
	memcpy(on, now.on, sizeof now.on);
	if (has_bits && count < COUNT(known))
		known[count++] = now;
	return 0;
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
