/* A running node's SRv6 set-up, read over rtnetlink, ethtool's ioctl and /proc/sys; nothing is changed. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "readback.h"
#include "setup.h"

static struct facts *add(struct setup *setup, enum thing_kind kind, char *name)
{
	struct setup_thing *thing = PUSH(setup->things, setup->count);

	*thing = (struct setup_thing){ .kind = kind, .name = name };
	return &thing->facts;
}

/* Without such a file the kernel, or the device, does not have it. Takes ownership of the name. */
static void add_sysctl(struct setup *setup, char *name, const char *path)
{
	FILE *file = fopen(path, "re");
	char value[64] = "";

	if (file && fgets(value, sizeof value, file)) {
		value[strcspn(value, "\n")] = 0;
		facts_add(add(setup, THING_SYSCTL, name), "value", "%s", value);
	} else {
		free(name);
	}
	if (file)
		fclose(file);
}

static void add_node_sysctl(struct setup *setup, const char *name)
{
	owned_text path = sysctl_path(name);

	add_sysctl(setup, text_copy(name), path);
}

/* A device's name may have dots, which are not slashes in the path. */
static void add_device_sysctls(struct setup *setup, const char *device)
{
	static const struct {
		const char *family, *key;
	} sysctls[] = { { "ipv6", "seg6_enabled" },
		        { "ipv6", "seg6_require_hmac" },
		        { "ipv6", "forwarding" },
		        { "ipv6", "disable_ipv6" },
		        { "ipv4", "rp_filter" } };

	for (size_t i = 0; i < COUNT(sysctls); i++) {
		const char *family = sysctls[i].family, *key = sysctls[i].key;
		owned_text path = text_format("/proc/sys/net/%s/conf/%s/%s", family, device, key);
		add_sysctl(setup, text_format("net.%s.conf.%s.%s", family, device, key), path);
	}
}

static void read_sysctls(struct setup *setup, const struct holdings *holdings)
{
	add_node_sysctl(setup, "net.vrf.strict_mode");
	add_node_sysctl(setup, "net.ipv4.ip_forward");
	add_device_sysctls(setup, "all");
	for (size_t i = 0; i < holdings->device_count; i++)
		add_device_sysctls(setup, holdings->devices[i].name);
}

static void add_offloads(struct facts *facts, int control, const char *device)
{
	enum offload unread;
	bool on[OFFLOADS];

	if (offloads_get(control, device, on, &unread) < 0)
		return;
	for (int i = 0; i < OFFLOADS; i++)
		facts_add(facts, word_of(offload_words, i), on[i] ? "on" : "off");
}

/* Takes what was read away from the holdings. */
static void take_things(struct setup *setup, struct holdings *holdings, int control)
{
	for (size_t i = 0; i < holdings->count; i++) {
		struct held *held = &holdings->held[i];
		struct facts *facts = add(setup, held->kind, held->name);
		*facts = held->facts;
		held->name = NULL;
		held->facts = (struct facts){ 0 };
		if (held->kind == THING_LINK)
			add_offloads(facts, control, setup->things[setup->count - 1].name);
	}
}

int setup_read(struct setup *ret, struct error *err)
{
	owned_holdings holdings = { .ipv4 = true };
	char text[ADDRESS_TEXT_SIZE];
	struct address source;
	int socket_ip = rtnetlink_open(err), status = -1;
	int control = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (control < 0)
		fail(err, "a socket of IPv6: %s", strerror(errno));
	else if (socket_ip >= 0)
		status = holdings_read(&holdings, socket_ip, err);
	if (status == 0) {
		holdings_read_rules(&holdings, socket_ip);
		take_things(ret, &holdings, control);
		read_sysctls(ret, &holdings);
		if (tunsrc_look(&source) == 0)
			add(ret, THING_TUNSRC, text_copy(address_text(&source, text)));
	}
	if (socket_ip >= 0)
		close(socket_ip);
	if (control >= 0)
		close(control);
	return status;
}
