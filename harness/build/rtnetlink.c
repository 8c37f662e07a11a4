#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "readback.h"

int rtnetlink_open(struct error *err)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

	if (fd >= 0 && connect(fd, (struct sockaddr *)&kernel, sizeof kernel) == 0)
		return fd;
	fail(err, "rtnetlink socket: %s", strerror(errno));
	if (fd >= 0)
		close(fd);
	return -1;
}

void message_start(struct message *message, unsigned type, unsigned flags, const void *fixed, size_t length)
{
	memset(&message->header, 0, sizeof message->header);
	message->program = 0;
	message->header.nlmsg_type = (uint16_t)type;
	message->header.nlmsg_flags = (uint16_t)(NLM_F_REQUEST | flags);
	message->header.nlmsg_len = (uint32_t)NLMSG_LENGTH(length);
	memcpy(message->octets, fixed, length);
}

static struct rtattr *message_end(struct message *message)
{
	return (struct rtattr *)((uint8_t *)message + NLMSG_ALIGN(message->header.nlmsg_len));
}

void *message_put(struct message *message, unsigned short type, const void *data, size_t length)
{
	struct rtattr *attribute = message_end(message);
	size_t end = NLMSG_ALIGN(message->header.nlmsg_len) + RTA_SPACE(length);

	if (end >
	    sizeof message->header + sizeof message->octets) /* the longest there is, an SRH of 255 segments, fits */
		return NULL;
	memset(attribute, 0, RTA_SPACE(length));
	attribute->rta_type = type;
	attribute->rta_len = (unsigned short)RTA_LENGTH(length);
	if (data)
		memcpy(RTA_DATA(attribute), data, length);
	message->header.nlmsg_len = (uint32_t)end;
	return RTA_DATA(attribute);
}

void *message_fixed(struct message *message, size_t length)
{
	void *fixed = message_end(message);

	memset(fixed, 0, NLMSG_ALIGN(length));
	message->header.nlmsg_len = (uint32_t)(NLMSG_ALIGN(message->header.nlmsg_len) + NLMSG_ALIGN(length));
	return fixed;
}

struct rtattr *message_nest(struct message *message, unsigned short type)
{
	struct rtattr *nest = message_end(message);

	message_put(message, type, NULL, 0);
	return nest;
}

void message_nest_end(struct message *message, struct rtattr *nest)
{
	nest->rta_len = (unsigned short)((uint8_t *)message_end(message) - (uint8_t *)nest);
}

/* 1: more answers follow; 0: complete; else a negative errno. */
static int answers_take(const uint8_t *buffer, size_t left, uint32_t sequence, bool dump,
                        void (*each)(void *context, const struct nlmsghdr *answer), void *context)
{
	for (const struct nlmsghdr *h = (const void *)buffer; NLMSG_OK(h, left); h = NLMSG_NEXT(h, left)) {
		if (h->nlmsg_seq != sequence)
			continue;
		if (h->nlmsg_type == NLMSG_DONE)
			return 0;
		if (h->nlmsg_type == NLMSG_ERROR)
			return ((const struct nlmsgerr *)NLMSG_DATA(h))->error;
		if (each)
			each(context, h);
		if (!dump)
			return 0;
	}
	return 1;
}

int rtnetlink_ask(int socket, struct message *message, void (*each)(void *context, const struct nlmsghdr *answer),
                  void *context)
{
	static uint32_t sequence;
	uint8_t buffer[65536] __attribute__((aligned(8)));
	bool dump = (message->header.nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP;
	int result = 1;

	message->header.nlmsg_seq = ++sequence;
	if (send(socket, message, message->header.nlmsg_len, 0) < 0)
		return errno;
	while (result == 1) {
		ssize_t got = recv(socket, buffer, sizeof buffer, 0);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return got < 0 ? errno : EIO;
		result = answers_take(buffer, (size_t)got, sequence, dump, each, context);
	}
	return -result;
}

void attributes_find(const struct rtattr **found, unsigned most, const void *first, size_t length)
{
	int left = (int)length;

	memset(found, 0, (most + 1) * sizeof *found);
	for (const struct rtattr *a = first; RTA_OK(a, left); a = RTA_NEXT(a, left)) {
		unsigned type = a->rta_type & NLA_TYPE_MASK;
		if (type <= most)
			found[type] = a;
	}
}
