/* A guest's NICs: found by the address that QEMU gave them, whatever their current names; lent to labs, and taken back.
 * A claimed NIC has an alias that says so, with the offloads that its driver had set. */
#include <errno.h>
#include <linux/ethtool.h>
#include <linux/if.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "build_internal.h"

#define ALIAS "hopcheck"

/* Another worker may have it, or a namespace that is still being removed; only a stuck machine takes this long. */
#define RETURN_MS 120000

struct request {
	struct nlmsghdr header;
	struct ifinfomsg link;
	char attributes[512];
};

static struct request request_of(uint16_t type, uint16_t flags, int ifindex)
{
	return (struct request){ .header = { .nlmsg_len = NLMSG_LENGTH(sizeof(struct ifinfomsg)),
		                             .nlmsg_type = type,
		                             .nlmsg_flags = (uint16_t)(NLM_F_REQUEST | flags) },
		                 .link = { .ifi_index = ifindex } };
}

static void attribute(struct request *request, unsigned short type, const void *data, size_t length)
{
	struct rtattr *a = (struct rtattr *)((char *)request + NLMSG_ALIGN(request->header.nlmsg_len));

	a->rta_type = type;
	a->rta_len = (unsigned short)RTA_LENGTH(length);
	memcpy(RTA_DATA(a), data, length);
	request->header.nlmsg_len = NLMSG_ALIGN(request->header.nlmsg_len) + RTA_ALIGN(a->rta_len);
}

/* Changes a link of the current namespace. Returns 0, or -1 and errno. */
static int link_change(const struct request *request)
{
	char answer[4096] __attribute__((aligned(8)));
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	const struct nlmsghdr *header = (struct nlmsghdr *)answer;

	if (fd < 0)
		return -1;
	ssize_t got = send(fd, request, request->header.nlmsg_len, 0) < 0 ? -1 : recv(fd, answer, sizeof answer, 0);
	int error = got < 0 ? errno : 0;
	close(fd);
	if (got >= (ssize_t)NLMSG_LENGTH(sizeof(struct nlmsgerr)) && header->nlmsg_type == NLMSG_ERROR)
		error = -((const struct nlmsgerr *)NLMSG_DATA(header))->error;
	errno = error;
	return error ? -1 : 0;
}

static bool permanent_address(int fd, const char *name, uint8_t mac[6])
{
	uint8_t answer[sizeof(struct ethtool_perm_addr) + 32] __attribute__((aligned(8))) = { 0 };
	struct ethtool_perm_addr *address = (struct ethtool_perm_addr *)answer;
	struct ifreq request = { .ifr_data = (char *)answer };

	snprintf(request.ifr_name, sizeof request.ifr_name, "%s", name);
	*address = (struct ethtool_perm_addr){ .cmd = ETHTOOL_GPERMADDR, .size = 32 };
	if (ioctl(fd, SIOCETHTOOL, &request) < 0 || address->size != 6)
		return false;
	memcpy(mac, answer + sizeof *address, 6);
	return true;
}

/* "hopcheck rx=1 tx=1 tso=0 ..." */
static char *alias_of(const bool on[OFFLOADS])
{
	char *alias = text_copy(ALIAS);

	for (int o = 0; o < OFFLOADS; o++)
		text_append(&alias, " %s=%d", word_of(offload_words, o), on[o]);
	return alias;
}

/* False: it is none of ours. */
static bool alias_read(const char *alias, signed char on[OFFLOADS])
{
	if (strncmp(alias, ALIAS " ", strlen(ALIAS " ")) != 0)
		return false;
	for (int o = 0; o < OFFLOADS; o++) {
		owned_text key = text_format(" %s=", word_of(offload_words, o));
		const char *at = strstr(alias, key);
		if (!at)
			return false;
		on[o] = at[strlen(key)] == '1';
	}
	return true;
}

static void note_link(struct nics_found *found, const struct nlmsghdr *header, int fd)
{
	const struct ifinfomsg *link = NLMSG_DATA(header);
	int left = (int)header->nlmsg_len - (int)NLMSG_LENGTH(sizeof *link);
	struct nic_found nic = { .ifindex = link->ifi_index };
	uint8_t mac[6];

	for (const struct rtattr *a = IFLA_RTA(link); RTA_OK(a, left); a = RTA_NEXT(a, left)) {
		if (a->rta_type == IFLA_IFNAME)
			snprintf(nic.name, sizeof nic.name, "%s", (const char *)RTA_DATA(a));
		else if (a->rta_type == IFLA_IFALIAS)
			nic.claimed = alias_read(RTA_DATA(a), nic.original);
	}
	if (!permanent_address(fd, nic.name, mac) || !nic_of_mac(&nic.end, mac))
		return;
	*PUSH(found->nics, found->count) = nic;
}

struct nics_found nics_find(void)
{
	struct request request = request_of(RTM_GETLINK, NLM_F_DUMP, 0);
	char buffer[32768] __attribute__((aligned(8)));
	struct nics_found found = { 0 };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	bool more = fd >= 0 && send(fd, &request, request.header.nlmsg_len, 0) > 0;
	int ethtool = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	while (more) {
		ssize_t got = recv(fd, buffer, sizeof buffer, 0);
		size_t left = got > 0 ? (size_t)got : 0;
		more = got > 0;
		for (struct nlmsghdr *h = (struct nlmsghdr *)buffer; NLMSG_OK(h, left); h = NLMSG_NEXT(h, left)) {
			if (h->nlmsg_type == RTM_NEWLINK)
				note_link(&found, h, ethtool);
			else
				more = false;
		}
	}
	if (fd >= 0)
		close(fd);
	if (ethtool >= 0)
		close(ethtool);
	return found;
}

void nics_found_clear(struct nics_found *found)
{
	free(found->nics);
	*found = (struct nics_found){ 0 };
}

void nics_pairs(unsigned pairs[NICS])
{
	__attribute__((cleanup(nics_found_clear))) struct nics_found found = nics_find();
	uint8_t(*ends)[NIC_PAIRS] = zalloc(NICS * sizeof *ends);

	for (size_t i = 0; i < found.count; i++)
		if (found.nics[i].claimed)
			ends[found.nics[i].end.row][found.nics[i].end.pair] |= (uint8_t)(1U << found.nics[i].end.end);
	for (size_t row = 0; row < NICS; row++)
		for (pairs[row] = 0; pairs[row] < NIC_PAIRS && ends[row][pairs[row]] == 3;)
			pairs[row]++;
	free(ends);
}

/* Sets it down, renames it to its canonical name, and sets its alias. Older kernels do not rename an interface that is
 * up. */
static int nic_claim(struct nic_found *nic, int fd, struct error *err)
{
	struct request request = request_of(RTM_NEWLINK, NLM_F_ACK, nic->ifindex);
	char name[NAME_SIZE];
	bool on[OFFLOADS];

	for (enum offload o = 0; o < OFFLOADS; o++)
		if (offload_get(fd, nic->name, o, &on[o]) < 0)
			return fail(err, "%s: reading %s: %s", nic->name, word_of(offload_words, o), strerror(errno));
	owned_text alias = alias_of(on);
	nic_name(name, nic->end);
	request.link.ifi_change = IFF_UP;
	if (strcmp(name, nic->name) != 0)
		attribute(&request, IFLA_IFNAME, name, strlen(name) + 1);
	if (!nic->claimed)
		attribute(&request, IFLA_IFALIAS, alias, strlen(alias));
	struct request down = request_of(RTM_NEWLINK, NLM_F_ACK, nic->ifindex);
	down.link.ifi_change = IFF_UP;
	if (link_change(&down) < 0 || link_change(&request) < 0)
		return fail(err, "calling %s %s: %s", nic->name, name, strerror(errno));
	memcpy(nic->name, name, sizeof name);
	return 0;
}

int nics_claim(struct error *err)
{
	__attribute__((cleanup(nics_found_clear))) struct nics_found found = nics_find();
	int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int result = 0;

	for (size_t i = 0; i < found.count && result == 0; i++)
		result = nic_claim(&found.nics[i], fd, err);
	close(fd);
	return result;
}

/* Restores the driver's offloads after an earlier lab. Best effort: offloads are read back later. */
static int nic_restore(struct nic_found *nic, int fd, struct error *err)
{
	if (nic_claim(nic, fd, err) < 0)
		return -1;
	for (enum offload o = 0; o < OFFLOADS; o++) {
		bool on;
		if (offload_get(fd, nic->name, o, &on) == 0 && on != (nic->original[o] != 0))
			offload_set(fd, nic->name, o, nic->original[o] != 0);
	}
	return 0;
}

static struct nic_found *find_end(const struct nics_found *found, struct nic_end end)
{
	for (size_t i = 0; i < found->count; i++) {
		const struct nic_end *is = &found->nics[i].end;
		if (found->nics[i].claimed && is->row == end.row && is->pair == end.pair && is->end == end.end)
			return &found->nics[i];
	}
	return NULL;
}

/* Waits until every NIC that the plan needs is here. Returns the first that is not, or INTERFACES(). */
static size_t nics_await(const struct plan *plan, int events, struct nics_found *found)
{
	const struct topology *topology = plan->topology;
	double deadline = clock_ms() + RETURN_MS;

	for (;;) {
		size_t i = 0;
		nics_found_clear(found);
		*found = nics_find();
		while (i < INTERFACES(topology) &&
		       (!port_kind(topology, i)->lent || find_end(found, nic_end(topology, i))))
			i++;
		struct pollfd event = { .fd = events, .events = POLLIN };
		char buffer[8192];
		if (i == INTERFACES(topology) || clock_ms() > deadline)
			return i;
		poll(&event, 1, 100); /* an event, or lost events: look again */
		while (recv(events, buffer, sizeof buffer, MSG_DONTWAIT) > 0)
			;
	}
}

static enum lab_status take_here(struct lab *lab, const struct plan *plan, struct error *err)
{
	const struct topology *topology = plan->topology;
	__attribute__((cleanup(nics_found_clear))) struct nics_found found = { 0 };
	struct sockaddr_nl links = { .nl_family = AF_NETLINK, .nl_groups = RTMGRP_LINK };
	int events = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	enum lab_status status = LAB_READY;

	if (events < 0 || bind(events, (struct sockaddr *)&links, sizeof links) < 0 || fd < 0) {
		fail(err, "rtnetlink socket for the guest's NICs: %s", strerror(errno));
		status = LAB_BROKEN;
	}
	size_t missing = status == LAB_READY ? nics_await(plan, events, &found) : INTERFACES(topology);
	if (missing < INTERFACES(topology)) {
		char name[NAME_SIZE];
		fail(err, "%s did not come back to the guest's own namespace within %d s",
		     nic_name(name, nic_end(topology, missing)), RETURN_MS / 1000);
		status = LAB_BROKEN;
	}
	for (size_t i = 0; i < INTERFACES(topology) && status == LAB_READY; i++) {
		if (!port_kind(topology, i)->lent)
			continue;
		struct nic_found *nic = find_end(&found, nic_end(topology, i));
		if (nic_restore(nic, fd, err) < 0)
			status = LAB_BROKEN;
		memcpy(lab->nics[i].name, nic->name, sizeof lab->nics[i].name);
	}
	close(events);
	close(fd);
	return status;
}

enum lab_status nics_take(struct lab *lab, const struct plan *plan, struct error *err)
{
	if (!links_are_lent(plan->topology))
		return LAB_READY;
	if (lab->machine < 0) {
		fail(err, "links of `kind: nic` exist in guests only: run it with `hopcheck matrix`");
		return LAB_SKIP;
	}
	lab_enter(lab, MACHINE);
	enum lab_status status = take_here(lab, plan, err);
	lab_enter(lab, NOT_FOUND);
	return status;
}

void nic_describe(struct lab_nic *nic, const char *interface, int fd)
{
	struct ethtool_drvinfo info = { .cmd = ETHTOOL_GDRVINFO };
	struct ifreq request = { .ifr_data = (char *)&info };

	snprintf(request.ifr_name, sizeof request.ifr_name, "%s", interface);
	if (ioctl(fd, SIOCETHTOOL, &request) < 0)
		return;
	snprintf(nic->driver, sizeof nic->driver, "%s", info.driver);
	snprintf(nic->bus, sizeof nic->bus, "%s", info.bus_info);
}

/* A NIC that was not moved yet when building failed is still where it belongs. */
void nics_return(struct lab *lab)
{
	for (size_t node = 0; node < lab->node_count; node++) {
		if (lab->machine < 0 || lab->namespaces[node] < 0)
			continue;
		lab_enter(lab, node);
		__attribute__((cleanup(nics_found_clear))) struct nics_found found = nics_find();
		for (size_t i = 0; i < found.count; i++) {
			struct request request = request_of(RTM_NEWLINK, NLM_F_ACK, found.nics[i].ifindex);
			char name[NAME_SIZE];
			nic_name(name, found.nics[i].end);
			attribute(&request, IFLA_NET_NS_FD, &lab->machine, sizeof lab->machine);
			attribute(&request, IFLA_IFNAME, name, strlen(name) + 1);
			link_change(&request); /* else the kernel moves it back when it removes the namespace */
		}
	}
	lab_enter(lab, NOT_FOUND);
}
