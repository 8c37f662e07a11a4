/* A routing rule requested over rtnetlink from its facts: a batch of `ip` takes no -6. */
#include <errno.h>
#include <linux/fib_rules.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "readback.h"

/* "fc00:5::/64" */
static bool put_prefix(struct message *message, unsigned short type, const char *text, uint8_t *length)
{
	char address[ADDRESS_TEXT_SIZE];
	struct address octets;
	unsigned bits;

	if (sscanf(text, "%45[0-9a-f:.]/%u", address, &bits) < 2 || !address_parse(&octets, AF_UNSPEC, address))
		return false;
	*length = (uint8_t)bits;
	return message_put(message, type, octets.octets, family_octets(octets.family));
}

int rule_ask(int socket, const char *name, const struct facts *facts)
{
	const char *from = facts_get(facts, "from"), *to = facts_get(facts, "to"), *iif = facts_get(facts, "iif");
	const char *mark = facts_get(facts, "fwmark"), *table = facts_get(facts, "table");
	struct fib_rule_hdr rule = { .family = name[1] == '4' ? AF_INET : AF_INET6, .action = FR_ACT_TO_TBL };
	uint32_t priority = (uint32_t)strtoul(name + 3, NULL, 10), number = (uint32_t)strtoul(table, NULL, 10);
	uint32_t fwmark = mark ? (uint32_t)strtoul(mark, NULL, 10) : 0;
	struct message message;

	message_start(&message, RTM_NEWRULE, NLM_F_CREATE | NLM_F_EXCL | NLM_F_ACK, &rule, sizeof rule);
	message_put(&message, FRA_PRIORITY, &priority, sizeof priority);
	message_put(&message, FRA_TABLE, &number, sizeof number);
	if ((from && !put_prefix(&message, FRA_SRC, from, &rule.src_len)) ||
	    (to && !put_prefix(&message, FRA_DST, to, &rule.dst_len)))
		return EINVAL;
	if (iif)
		message_put(&message, FRA_IIFNAME, iif, strlen(iif) + 1);
	if (mark)
		message_put(&message, FRA_FWMARK, &fwmark, sizeof fwmark);
	memcpy(message.octets, &rule, sizeof rule);
	return rtnetlink_ask(socket, &message, NULL, NULL);
}
