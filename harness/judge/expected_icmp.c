/* ICMP errors that reach a node (RFC 4443 3, RFC 792), against what a row says of them. */
#include <stdio.h>
#include <string.h>

#include "expected.h"

struct error_seen {
	struct icmp_error error;
	size_t at;           /* the node that it reaches */
	struct address from; /* its source */
};

/* What arrives at the node that has its destination, inside any tunnel. */
static bool error_at(struct error_seen *ret, const struct plan *plan, const struct captured *captured)
{
	const struct packet_view *view = &captured->view;
	const struct layer *ip = packet_innermost_ip(view);
	const struct address to = packet_final(view, ip);

	*ret = (struct error_seen){ .at = hop_node(plan, captured->hop), .from = ip_source(view, ip) };
	return HOP_DIRECTION(captured->hop) == HOP_IN && captured->way == WAY_OTHER &&
	       packet_icmp_error(view, &ret->error) && address_host(plan, &to) == ret->at;
}

static enum icmp_parameter parameter_of(const struct icmp_error *error)
{
	return icmp_parameter(error->version, error->type, error->code);
}

static bool check_holds(const struct check *check, const struct error_seen *seen, const struct plan *plan)
{
	switch ((enum icmp_field)check->field) {
	case ICMP_AT:
		return topology_node(plan->topology, check->text) == seen->at;
	case ICMP_VERSION:
		return in_bounds(&check->bounds, seen->error.version);
	case ICMP_TYPE:
		return in_bounds(&check->bounds, seen->error.type);
	case ICMP_CODE:
		return in_bounds(&check->bounds, seen->error.code);
	case ICMP_FROM:
		return topology_node(plan->topology, check->text) == address_host(plan, &seen->from);
	case ICMP_ABOUT:
		return seen->error.has_packet && address_same(&check->addresses[0], &seen->error.destination);
	case ICMP_POINTER:
		return parameter_of(&seen->error) == PARAMETER_POINTER &&
		       in_bounds(&check->bounds, seen->error.parameter);
	case ICMP_MTU:
		return parameter_of(&seen->error) == PARAMETER_MTU && in_bounds(&check->bounds, seen->error.parameter);
	case ICMP_FIELDS:
		break;
	}
	return false;
}

static bool error_holds(const struct checks *checks, const struct error_seen *seen, const struct plan *plan)
{
	if (!checks_find(checks, ICMP_AT) && seen->at != plan->from)
		return false;
	if (!checks_find(checks, ICMP_VERSION) && seen->error.version != 6)
		return false;
	for (size_t i = 0; i < checks->count; i++)
		if (!check_holds(&checks->list[i], seen, plan))
			return false;
	return true;
}

static char *error_text(const struct error_seen *seen, const struct plan *plan)
{
	static const char *const parameters[] = { [PARAMETER_MTU] = "mtu", [PARAMETER_POINTER] = "pointer" };
	const enum icmp_parameter parameter = parameter_of(&seen->error);
	char about[ADDRESS_TEXT_SIZE], from[ADDRESS_TEXT_SIZE];
	char *text =
	        text_format("%s%u/%u from %s at %s", seen->error.version == 4 ? "of IPv4 " : "", seen->error.type,
	                    seen->error.code, address_text(&seen->from, from), plan->topology->nodes[seen->at].name);

	if (parameter != PARAMETER_NONE)
		text_append(&text, " with %s %u", parameters[parameter], seen->error.parameter);
	if (seen->error.has_packet)
		text_append(&text, " about %s", address_text(&seen->error.destination, about));
	return text;
}

static char *wanted_text(const struct checks *checks)
{
	char *text = NULL;

	for (size_t i = 0; i < checks->count; i++) {
		owned_text value = check_text(&checks->list[i]);
		text_append(&text, "%s%s %s", text ? ", " : "", icmp_fields[checks->list[i].field].key, value);
	}
	return text;
}

static void compare_error(struct differences *differences, const struct seen_verdict *seen, const struct checks *checks)
{
	owned_text other = NULL;

	for (size_t i = 0; i < seen->trace->packet_count; i++) {
		struct error_seen error;
		if (!error_at(&error, seen->plan, &seen->trace->packets[i]))
			continue;
		if (error_holds(checks, &error, seen->plan))
			return;
		if (!other)
			other = error_text(&error, seen->plan);
	}
	owned_text wanted = wanted_text(checks);
	differ(differences, "ICMP error ", wanted, other ? other : "none that reaches a node");
}

void compare_icmp(struct differences *differences, const struct seen_verdict *seen, const struct expectation *row)
{
	for (size_t i = 0; i < row->icmp_count; i++)
		compare_error(differences, seen, &row->icmp[i]);
	for (size_t i = 0; row->no_icmp && i < seen->trace->packet_count; i++) {
		struct error_seen error;
		if (!error_at(&error, seen->plan, &seen->trace->packets[i]))
			continue;
		owned_text got = error_text(&error, seen->plan);
		differ(differences, "ICMP error ", "none", got);
		return;
	}
}
