/* From evidence to a verdict, and the sentence that gives the evidence for it. */
#include <stdio.h>
#include <stdlib.h>

#include "judge.h"
#include "transport.h"

static const char *node_name(const struct evidence *evidence, size_t node)
{
	return evidence->plan->topology->nodes[node].name;
}

/* How many data packets the receiver's interface saw, and of how many they were made. */
static void say_merging(char **why, const struct verdict *verdict, const struct evidence *evidence)
{
	size_t end = way_end(evidence->plan, data_way(evidence->plan));

	for (size_t hop = 0; hop < verdict->hop_count; hop++) {
		const struct hop_summary *h = &verdict->hops[hop];
		if (HOP_DIRECTION(hop) != HOP_IN || hop_node(evidence->plan, hop) != end || h->aggregation == 0)
			continue;
		text_append(why, "; ");
		say_interface(why, evidence, hop);
		text_append(why, " saw %llu data packet%s for %.0f sent", (unsigned long long)h->data,
		            h->data == 1 ? "" : "s", h->aggregation * (double)h->data);
	}
}

static char *say_delivered(const struct verdict *verdict, const struct evidence *evidence)
{
	const struct traffic *traffic = &evidence->plan->traffic;
	bool back = data_way(evidence->plan) == WAY_BACK;
	char *why = NULL;

	const struct transport *transport = transport_of(traffic);
	const char *answer = transport->answer ? transport->answer(traffic) : NULL;
	if (answer)
		text_append(&why, "delivered: %s %s", node_name(evidence, evidence->plan->to), answer);
	else if (traffic_is_crafted(traffic) && traffic->payload == 0)
		text_append(&why, "delivered: the packet arrived at %s and nothing there says that it was dropped",
		            node_name(evidence, evidence->plan->to));
	else
		text_append(&why, "delivered: %llu octets%s",
		            (unsigned long long)(back ? evidence->client.received : evidence->server.received),
		            !traffic_is_crafted(traffic) && traffic->direction == DIRECTION_BOTH ? " each way" : "");
	if (traffic_overlap(traffic))
		text_append(&why, ", all that were new to the receiver");
	say_merging(&why, verdict, evidence);
	text_append(&why, ".");
	return why;
}

static void say_last_seen(char **why, const struct loss *loss)
{
	const struct evidence *evidence = loss->evidence;

	if (!loss->last) {
		text_append(why, "%s was never seen leaving %s", loss->target.name,
		            node_name(evidence, way_start(evidence->plan, loss->target.way)));
		return;
	}
	text_append(why, "%s was last seen %s ", loss->target.name, loss_arrived(loss) ? "arriving at" : "leaving");
	say_interface(why, evidence, loss->last->hop);
	if (loss->last->summed)
		text_append(why, " with a %s checksum", word_of(checksum_words, (int)loss->last->checksum));
}

static void say_endpoints(char **why, const struct evidence *evidence)
{
	bool back = data_way(evidence->plan) == WAY_BACK;
	const struct endpoint *from = back ? &evidence->server : &evidence->client;
	const struct endpoint *to = back ? &evidence->client : &evidence->server;

	const struct traffic *traffic = &evidence->plan->traffic;
	long asked = traffic_is_crafted(traffic) ? traffic->burst * traffic->payload : traffic->bytes;
	text_append(why, "%llu of %ld octets came and %llu were sent; ", (unsigned long long)to->received, asked,
	            (unsigned long long)from->sent);
}

/* The kernel's own drop reason, if drop events are available. */
static void say_drop(char **why, const struct loss *loss)
{
	const struct drop *drop = loss_drop(loss);

	if (!drop)
		return;
	text_append(why, "; the kernel freed it");
	if (drop->function[0])
		text_append(why, " in %s", drop->function);
	if (drop->reason[0])
		text_append(why, " for %s", drop->reason);
}

/* Why the packet ended, with evidence, and what of it is in the verdict. */
static void find_reason(struct verdict *verdict, const struct loss *loss, char **said)
{
	const struct evidence *evidence = loss->evidence;
	owned_text how = NULL;
	const struct captured *unreadable = unreadable_find(evidence, &how);
	const struct reason_row *row = unreadable ? NULL : loss_row(loss, said);
	size_t node = unreadable ? hop_node(evidence->plan, unreadable->hop) : loss->node;

	verdict->reason = unreadable ? REASON_MALFORMED : row ? row->reason : REASON_UNEXPLAINED;
	verdict->last_hop = loss->last ? loss->last->hop : NOT_FOUND;
	snprintf(verdict->at, sizeof verdict->at, "%s", node_name(evidence, node));
	if (unreadable) {
		verdict->last_hop = unreadable->hop;
		text_append(said, "a packet left ");
		say_interface(said, evidence, unreadable->hop);
		text_append(said, " malformed: %s", how);
	}
	agree_check(verdict, evidence, row, loss);
}

static char *reach_loss(struct verdict *verdict, const struct evidence *evidence, const struct ending *ending)
{
	struct loss loss = loss_follow(evidence, &ending->target);
	owned_text said = NULL;
	char *why = NULL;

	find_reason(verdict, &loss, &said);
	text_append(&why, "%s at %s for %s: ", word_of(fate_words, (int)verdict->fate), verdict->at,
	            word_of(reason_words, (int)verdict->reason));
	if (verdict->fate == FATE_STALLED)
		say_endpoints(&why, evidence);
	say_last_seen(&why, &loss);
	text_append(&why, ", and %s", said);
	say_drop(&why, &loss);
	if (ending->target.refused || ending->target.mended)
		text_append(&why, "; TCP repaired the loss by sending again");
	text_append(&why, ".");
	return why;
}

static char *reach_damage(struct verdict *verdict, const struct evidence *evidence)
{
	struct damage damage = damage_find(evidence);
	char *why = NULL;

	verdict->reason = damage.reason;
	verdict->last_hop = damage.hop;
	snprintf(verdict->at, sizeof verdict->at, "%s", node_name(evidence, damage.node));
	text_append(&why, "corrupted at %s for %s: ", verdict->at, word_of(reason_words, (int)verdict->reason));
	if (damage.received > damage.wanted) {
		text_append(&why, "%llu octets were received for %llu sent.", (unsigned long long)damage.received,
		            (unsigned long long)damage.wanted);
		return why;
	}
	text_append(&why, "octet %llu of the data is wrong", (unsigned long long)damage.octet);
	if (damage.hop == NOT_FOUND) {
		text_append(&why, ", and no hop saw it change.");
		return why;
	}
	text_append(&why, "; it was 0x%02x at ", damage.before);
	say_interface(&why, evidence, damage.origin);
	text_append(&why, " and 0x%02x when %s ", damage.after,
	            HOP_DIRECTION(damage.hop) == HOP_IN ? "arriving at" : "leaving");
	say_interface(&why, evidence, damage.hop);
	text_append(&why, ".");
	return why;
}

/* Frames larger than the MTU, whether they arrived or not. */
static void say_oversize(char **why, const struct verdict *verdict, const struct evidence *evidence)
{
	for (size_t hop = 0; hop < verdict->hop_count; hop++) {
		const struct interface *interface = &evidence->plan->topology->interfaces[HOP_INTERFACE(hop)];
		unsigned long long count = verdict->hops[hop].oversize;
		if (!count)
			continue;
		text_append(why, " %llu frame%s left ", count, count == 1 ? "" : "s");
		say_interface(why, evidence, hop);
		text_append(why, " larger than its MTU of %u.", interface->mtu);
	}
}

/* "r1 broke flow-label (RFC 6437 2): 10 packets leaving r1.b0 had 0x00000, not 0x12345." */
static void say_breaches(char **why, const struct verdict *verdict, const struct evidence *evidence)
{
	const struct breaches *breaches = verdict->breaches;

	for (size_t i = 0; breaches && i < breaches->count; i++) {
		const struct breach *breach = &breaches->at[i];
		text_append(why, " %s broke %s (%s): %zu packet%s %s ", node_name(evidence, breach->node),
		            word_of(invariant_words, (int)breach->invariant), invariant_source(breach->invariant),
		            breach->packets, breach->packets == 1 ? "" : "s",
		            HOP_DIRECTION(breach->hop) == HOP_IN ? "arriving at" : "leaving");
		say_interface(why, evidence, breach->hop);
		text_append(why, ", expected %s, saw %s.", breach->expected, breach->saw);
	}
}

static char *reach(struct verdict *verdict, const struct evidence *evidence, const struct ending *ending)
{
	switch (ending->fate) {
	case FATE_DELIVERED:
		agree_check(verdict, evidence, NULL, NULL);
		return say_delivered(verdict, evidence);
	case FATE_DROPPED:
	case FATE_STALLED:
		return reach_loss(verdict, evidence, ending);
	case FATE_CORRUPTED:
		return reach_damage(verdict, evidence);
	}
	return text_copy("");
}

struct verdict *verdict_reach(const struct evidence *evidence, const struct journeys *journeys)
{
	struct verdict *verdict = zalloc(sizeof *verdict);
	struct ending ending = transport_of(&evidence->plan->traffic)->conclude(evidence);

	verdict->fate = ending.fate;
	verdict->last_hop = NOT_FOUND;
	verdict->hop_count = HOPS(evidence->plan->topology);
	verdict->hops = hops_summarize(evidence);
	burst_sort(verdict, evidence);
	hints_find(verdict, evidence);
	owned_text why = reach(verdict, evidence, &ending);
	say_oversize(&why, verdict, evidence);
	if (verdict->altered)
		text_append(&why, " But %s.", verdict->altered);
	if (journeys)
		verdict->breaches = breaches_find(evidence, journeys);
	say_breaches(&why, verdict, evidence);
	snprintf(verdict->why, sizeof verdict->why, "%s", why);
	return verdict;
}

void verdict_free(struct verdict *verdict)
{
	if (!verdict)
		return;
	free(verdict->hops);
	free(verdict->groups);
	free(verdict->altered);
	breaches_free(verdict->breaches);
	for (size_t i = 0; i < verdict->hint_count; i++)
		free(verdict->hints[i]);
	free(verdict->hints);
	free(verdict->contradictions);
	free(verdict);
}
