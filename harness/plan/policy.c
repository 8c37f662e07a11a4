/* What nodes push: the policies of a topology's file, and the traffic's segments at their headend. */
#include "mode.h"
#include "plan_internal.h"

/* The source of what a node sends out by an interface, from which the kernel's choice (RFC 6724) is known: where that
 * has link-local addresses only, if the node has one other address; else none. */
static struct address source_by(const struct plan *plan, size_t device)
{
	const size_t n = plan->topology->interfaces[device].node;
	const struct node *node = &plan->topology->nodes[n];
	struct address only = plan->interfaces[device].address;
	size_t count = 0;

	if (only.family)
		return only;
	for (size_t i = 0; i < node->address_count; i++)
		if (node->addresses[i].family == AF_INET6) {
			only = node->addresses[i];
			count++;
		}
	FOR_EACH_INTERFACE (i, plan->topology, n)
		if (plan->interfaces[i].address.family) {
			only = plan->interfaces[i].address;
			count++;
		}
	return count == 1 ? only : (struct address){ 0 };
}

/* The kernel takes the source of the outer header from the device of the route with the segments (set_tun_src()): the
 * interface towards `to`, even if the first segment is reached by another one; `ip sr tunsrc` gives one to all. */
static void add_traffics(struct plan *plan, size_t index)
{
	const struct plan_flow *flow = &plan->flows[index];
	const struct traffic *traffic = &flow->traffic;
	const struct segment_list *list = &traffic->segments[traffic->mode];
	const struct next_hop *next = plan_next_hop(plan, flow->headend, &traffic->to);

	struct address source = next ? source_by(plan, next->out) : plan->outer_address;
	const struct address *given = &plan->topology->nodes[flow->headend].tunsrc;
	if (given->family && !mode_is_tunnel(mode_kind(traffic->mode)) && !traffic_is_crafted(traffic))
		source = *given;
	if (source.family && index == plan->flow)
		plan->outer_address = source;
	if (!list->count || !traffic_pushes(traffic))
		return;
	*PUSH(plan->policies, plan->policy_count) = (struct plan_policy){ .node = flow->headend,
		                                                          .to = prefix_of(&traffic->to),
		                                                          .mode = traffic->mode,
		                                                          .list = list->segments,
		                                                          .count = list->count,
		                                                          .source = source };
}

/* Where the node sends along a policy of the file: to the first segment that it has a route to. */
static const struct next_hop *first_hop(const struct plan *plan, size_t node, const struct policy *policy)
{
	const struct next_hop *next = NULL;

	for (size_t i = 0; i < policy->segment_count && !next; i++) {
		next = plan_next_hop_in(plan, node, policy->table, &policy->segments[i]);
		next = next ? next : plan_next_hop(plan, node, &policy->segments[i]);
	}
	return next;
}

static size_t policy_device(const struct plan *plan, size_t node, const struct policy *policy)
{
	const struct next_hop *next = first_hop(plan, node, policy);

	return next ? next->out : node_interface(plan->topology, node, NOT_FOUND);
}

static void add_given(struct plan *plan, size_t node, const struct policy *policy)
{
	const size_t device = policy_device(plan, node, policy);
	const struct address *tunsrc = &plan->topology->nodes[node].tunsrc;

	if (device == NOT_FOUND)
		return;
	*PUSH(plan->policies, plan->policy_count) = (struct plan_policy){
		.node = node,
		.table = policy->table,
		.to = policy->to,
		.mode = policy->mode,
		.list = policy->segments,
		.count = policy->segment_count,
		.hmac = policy->hmac,
		.source = tunsrc->family ? *tunsrc : source_by(plan, device),
		.given = policy,
	};
}

void policies_make(struct plan *plan)
{
	for (size_t i = 0; i < plan->flow_count; i++)
		add_traffics(plan, i);
	for (size_t n = 0; n < plan->topology->node_count; n++)
		for (size_t i = 0; i < plan->topology->nodes[n].policy_count; i++)
			add_given(plan, n, &plan->topology->nodes[n].policies[i]);
}

void policy_words(struct command *line, struct facts *facts, const struct plan_policy *policy)
{
	const char *mode = word_of(mode_words, policy->mode);
	char segment[ADDRESS_TEXT_SIZE];
	owned_text list = NULL;

	for (size_t i = 0; i < policy->count; i++)
		text_append(&list, "%s%s", list ? "," : "", address_text(&policy->list[i], segment));
	text_append(&line->text, " encap seg6 mode %s segs %s", mode, list);
	if (policy->hmac)
		text_append(&line->text, " hmac %d", policy->hmac);
	facts_add(facts, "encap", "seg6");
	facts_add(facts, "mode", "%s", mode);
	facts_add(facts, "segs", "%s", list);
	if (policy->hmac)
		facts_add(facts, "hmac", "%d", policy->hmac);
	line->option = "IPV6_SEG6_LWTUNNEL";
	line->direct = list_is_long(list, policy->count + 1);
}

static void policy_line(struct plan *plan, struct plan_policy *policy)
{
	const size_t node = policy->node;
	const char *device = interface_name(plan, policy_device(plan, node, policy->given));
	owned_text where = table_words(policy->table);
	char to[PREFIX_TEXT_SIZE];

	prefix_text(&policy->to, to);
	struct command *line = LAB(node, TOOL_IP, "route replace %s", to);
	struct facts *facts = line_leaves(line, node, THING_ROUTE, text_format("%s%s", to, where));
	route_facts(facts, NULL, device);
	policy_words(line, facts, policy);
	text_append(&line->text, " dev %s%s", device, where);
	line->dispensable = true;
	line->after = vrf_line(plan, node, policy->table);
	policy->line = plan->lab.count;
}

void policy_lines(struct plan *plan, size_t node)
{
	for (size_t i = 0; i < plan->policy_count; i++)
		if (plan->policies[i].given && plan->policies[i].node == node)
			policy_line(plan, &plan->policies[i]);
}
