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
	unsigned get, set; /* 0: it is set by its bit, which has the name of its word */
} commands[OFFLOADS] = {
	[OFFLOAD_RX] = { ETHTOOL_GRXCSUM, ETHTOOL_SRXCSUM },
	[OFFLOAD_TX] = { ETHTOOL_GTXCSUM, ETHTOOL_STXCSUM },
	[OFFLOAD_TSO] = { ETHTOOL_GTSO, ETHTOOL_STSO },
	[OFFLOAD_GSO] = { ETHTOOL_GGSO, ETHTOOL_SGSO },
	[OFFLOAD_GRO] = { ETHTOOL_GGRO, ETHTOOL_SGRO },
	[OFFLOAD_LRO] = { ETHTOOL_GFLAGS, ETHTOOL_SFLAGS }, /* one bit of several */
	[OFFLOAD_RX_GRO_LIST] = { 0, 0 },
};

static int ethtool(int socket, const char *interface, void *command)
{
	struct ifreq request = { .ifr_data = command };

	strncpy(request.ifr_name, interface, sizeof request.ifr_name - 1);
	return ioctl(socket, SIOCETHTOOL, &request);
}

static int command(int socket, const char *interface, struct ethtool_value *value)
{
	return ethtool(socket, interface, value);
}

/* The kernel's bits of what is on; in any of its versions they are fewer. */
#define FEATURE_WORDS 4

/* The number of words that this kernel has, and what is on in *bits. */
static int bits_get(int socket, const char *interface, uint32_t bits[FEATURE_WORDS])
{
	struct {
		struct ethtool_gfeatures head;
		struct ethtool_get_features_block blocks[FEATURE_WORDS];
	} features = { .head = { .cmd = ETHTOOL_GFEATURES, .size = FEATURE_WORDS } };

	if (ethtool(socket, interface, &features) < 0)
		return -1;
	for (size_t i = 0; i < FEATURE_WORDS; i++)
		bits[i] = features.blocks[i].active;
	return (int)features.head.size;
}

/* Where the kernel that runs has a feature's bit: the same for all devices. NOT_FOUND: it has none of that name. */
static size_t bit_of(int socket, const char *interface, const char *name)
{
	static struct {
		struct ethtool_gstrings head;
		char names[32 * FEATURE_WORDS][ETH_GSTRING_LEN];
	} strings;

	struct {
		struct ethtool_sset_info head;
		uint32_t count;
	} set = { .head = { .cmd = ETHTOOL_GSSET_INFO, .sset_mask = 1U << ETH_SS_FEATURES } };

	if (!strings.head.len && ethtool(socket, interface, &set) == 0 && set.count <= COUNT(strings.names)) {
		strings.head = (struct ethtool_gstrings){ .cmd = ETHTOOL_GSTRINGS,
			                                  .string_set = ETH_SS_FEATURES,
			                                  .len = set.count };
		if (ethtool(socket, interface, &strings) < 0)
			strings.head.len = 0;
	}
	for (size_t i = 0; i < strings.head.len && i < COUNT(strings.names); i++)
		if (strncmp(strings.names[i], name, ETH_GSTRING_LEN) == 0)
			return i;
	return NOT_FOUND;
}

static int bit_get(int socket, const char *interface, size_t bit, bool *on)
{
	uint32_t bits[FEATURE_WORDS];

	*on = false;
	if (bit == NOT_FOUND)
		return 0;
	if (bits_get(socket, interface, bits) < 0)
		return -1;
	*on = bits[bit / 32] >> bit % 32 & 1;
	return 0;
}

static int bit_set(int socket, const char *interface, size_t bit, bool on)
{
	struct {
		struct ethtool_sfeatures head;
		struct ethtool_set_features_block blocks[FEATURE_WORDS];
	} features = { .head = { .cmd = ETHTOOL_SFEATURES } };
	uint32_t bits[FEATURE_WORDS];
	const int words = bit == NOT_FOUND ? 0 : bits_get(socket, interface, bits);

	if (words < 0)
		return -1;
	if (bit == NOT_FOUND) {
		errno = EOPNOTSUPP;
		return on ? -1 : 0;
	}
	features.head.size = (uint32_t)words;
	features.blocks[bit / 32].valid = 1U << bit % 32;
	features.blocks[bit / 32].requested = on ? 1U << bit % 32 : 0;
	return ethtool(socket, interface, &features) < 0 ? -1 : 0;
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
	const bool has_bits = bits_get(socket, interface, now.bits) >= 0;

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

	if (!value.cmd)
		return bit_get(socket, interface, bit_of(socket, interface, word_of(offload_words, offload)), on);
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

	if (!value.cmd)
		return bit_set(socket, interface, bit_of(socket, interface, word_of(offload_words, offload)), on);
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
