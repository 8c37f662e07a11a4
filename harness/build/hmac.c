/* Keys of SRv6 HMACs and the source of outer headers, set and read back over generic netlink: `ip sr hmac set` asks for
 * the secret at a terminal. */
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/seg6_genl.h>
#include <linux/seg6_hmac.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "readback.h"

struct genl {
	int fd; /* -1: none */
	uint16_t family;
};

static void take_family(void *context, const struct nlmsghdr *answer)
{
	const struct rtattr *a[CTRL_ATTR_FAMILY_ID + 1];
	struct genl *genl = context;

	attributes_find(a, CTRL_ATTR_FAMILY_ID, (const uint8_t *)NLMSG_DATA(answer) + GENL_HDRLEN,
	                NLMSG_PAYLOAD(answer, GENL_HDRLEN));
	if (a[CTRL_ATTR_FAMILY_ID])
		memcpy(&genl->family, RTA_DATA(a[CTRL_ATTR_FAMILY_ID]), sizeof genl->family);
}

/* In the current namespace; 0, or an errno. The caller closes genl->fd. */
static int genl_open(struct genl *genl)
{
	const struct genlmsghdr get = { .cmd = CTRL_CMD_GETFAMILY, .version = 1 };
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	struct message message;

	*genl = (struct genl){ .fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC) };
	if (genl->fd < 0 || connect(genl->fd, (struct sockaddr *)&kernel, sizeof kernel) < 0)
		return errno;
	message_start(&message, GENL_ID_CTRL, 0, &get, sizeof get);
	message_put(&message, CTRL_ATTR_FAMILY_NAME, SEG6_GENL_NAME, sizeof SEG6_GENL_NAME);
	int error = rtnetlink_ask(genl->fd, &message, take_family, genl);
	return error ? error : genl->family ? 0 : ENOENT;
}

static void genl_close(const struct genl *genl)
{
	if (genl->fd >= 0)
		close(genl->fd);
}

int hmac_key_set(uint32_t key)
{
	const struct genlmsghdr set = { .cmd = SEG6_CMD_SETHMAC, .version = SEG6_GENL_VERSION };
	const uint8_t algorithm = SEG6_HMAC_ALGO_SHA256, length = sizeof HMAC_SECRET - 1;
	struct message message;
	struct genl genl;
	int error = genl_open(&genl);

	if (!error) {
		message_start(&message, genl.family, NLM_F_ACK, &set, sizeof set);
		message_put(&message, SEG6_ATTR_HMACKEYID, &key, sizeof key);
		message_put(&message, SEG6_ATTR_SECRETLEN, &length, sizeof length);
		message_put(&message, SEG6_ATTR_ALGID, &algorithm, sizeof algorithm);
		message_put(&message, SEG6_ATTR_SECRET, HMAC_SECRET, length);
		error = rtnetlink_ask(genl.fd, &message, NULL, NULL);
	}
	genl_close(&genl);
	return error;
}

struct wanted {
	uint32_t key;
	bool found;
};

static void take_key(void *context, const struct nlmsghdr *answer)
{
	const struct rtattr *a[SEG6_ATTR_MAX + 1];
	struct wanted *wanted = context;
	uint32_t key;

	attributes_find(a, SEG6_ATTR_MAX, (const uint8_t *)NLMSG_DATA(answer) + GENL_HDRLEN,
	                NLMSG_PAYLOAD(answer, GENL_HDRLEN));
	if (!a[SEG6_ATTR_HMACKEYID] || !a[SEG6_ATTR_SECRET] || !a[SEG6_ATTR_ALGID] ||
	    RTA_PAYLOAD(a[SEG6_ATTR_SECRET]) != sizeof HMAC_SECRET - 1)
		return;
	memcpy(&key, RTA_DATA(a[SEG6_ATTR_HMACKEYID]), sizeof key);
	wanted->found |= key == wanted->key &&
	                 *(const uint8_t *)RTA_DATA(a[SEG6_ATTR_ALGID]) == SEG6_HMAC_ALGO_SHA256 &&
	                 memcmp(RTA_DATA(a[SEG6_ATTR_SECRET]), HMAC_SECRET, sizeof HMAC_SECRET - 1) == 0;
}

/* 0, or an errno; *found: it is there, with the secret. */
static int key_look(uint32_t key, bool *found)
{
	const struct genlmsghdr dump = { .cmd = SEG6_CMD_DUMPHMAC, .version = SEG6_GENL_VERSION };
	struct wanted wanted = { .key = key };
	struct message message;
	struct genl genl;
	int error = genl_open(&genl);

	if (!error) {
		message_start(&message, genl.family, NLM_F_DUMP, &dump, sizeof dump);
		error = rtnetlink_ask(genl.fd, &message, take_key, &wanted);
	}
	genl_close(&genl);
	*found = wanted.found;
	return error;
}

char *hmac_key_differs(const struct thing *thing)
{
	bool found;
	int error = key_look((uint32_t)strtoul(thing->name, NULL, 10), &found);

	return error ? text_copy(strerror(error)) : found ? NULL : text_copy("the kernel does not have the key");
}

char *hmac_key_missing(const char *option)
{
	bool found;
	int error = key_look(0, &found);

	if (error == EPERM)
		return text_copy("SRv6 HMAC keys can be set only by root, in no user namespace");
	return error ? text_format("this kernel has no SRv6 HMAC keys (CONFIG_%s)", option) : NULL;
}

/* ---- the source of outer headers */

int tunsrc_set(const struct address *source)
{
	const struct genlmsghdr set = { .cmd = SEG6_CMD_SET_TUNSRC, .version = SEG6_GENL_VERSION };
	struct message message;
	struct genl genl;
	int error = genl_open(&genl);

	if (!error) {
		message_start(&message, genl.family, NLM_F_ACK, &set, sizeof set);
		message_put(&message, SEG6_ATTR_DST, source->octets, family_octets(AF_INET6));
		error = rtnetlink_ask(genl.fd, &message, NULL, NULL);
	}
	genl_close(&genl);
	return error;
}

static void take_source(void *context, const struct nlmsghdr *answer)
{
	const struct rtattr *a[SEG6_ATTR_MAX + 1];

	attributes_find(a, SEG6_ATTR_MAX, (const uint8_t *)NLMSG_DATA(answer) + GENL_HDRLEN,
	                NLMSG_PAYLOAD(answer, GENL_HDRLEN));
	if (a[SEG6_ATTR_DST] && RTA_PAYLOAD(a[SEG6_ATTR_DST]) == family_octets(AF_INET6))
		*(struct address *)context = address_from(AF_INET6, RTA_DATA(a[SEG6_ATTR_DST]));
}

int tunsrc_look(struct address *source)
{
	const struct genlmsghdr get = { .cmd = SEG6_CMD_GET_TUNSRC, .version = SEG6_GENL_VERSION };
	struct message message;
	struct genl genl;
	int error = genl_open(&genl);

	if (!error) {
		message_start(&message, genl.family, 0, &get, sizeof get);
		error = rtnetlink_ask(genl.fd, &message, take_source, source);
	}
	genl_close(&genl);
	return error;
}

char *tunsrc_differs(const struct thing *thing)
{
	struct address source = { 0 };
	char text[ADDRESS_TEXT_SIZE];
	int error = tunsrc_look(&source);

	if (error)
		return text_copy(strerror(error));
	address_text(&source, text);
	return strcmp(text, thing->name) == 0 ? NULL : text_format("the kernel has %s", text);
}

char *tunsrc_missing(const char *option)
{
	struct address source;
	int error = tunsrc_look(&source);

	if (error == EPERM)
		return text_copy("`ip sr tunsrc` is for root only, in no user namespace");
	return error ? text_format("this kernel has no `ip sr tunsrc` (CONFIG_%s)", option) : NULL;
}
