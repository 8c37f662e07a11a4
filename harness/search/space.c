/* All that can be set in a cell: of each port and of each node, and of the traffic. */
#include <stdlib.h>
#include <string.h>

#include "device.h"
#include "link.h"
#include "mode.h"
#include "toggle.h"

const struct word toggle_kind_words[] = {
	{ "offload", TOGGLE_OFFLOAD, NULL }, { "node", TOGGLE_NODE, NULL },     { "mtu", TOGGLE_MTU, NULL },
	{ "model", TOGGLE_MODEL, NULL },     { "mode", TOGGLE_MODE, NULL },     { "segments", TOGGLE_SEGMENTS, NULL },
	{ "size", TOGGLE_SIZE, NULL },       { "packet", TOGGLE_PACKET, NULL }, { NULL, 0, NULL }
};
static const struct word on_off[] = { { "off", 0, NULL }, { "on", 1, NULL }, { NULL, 0, NULL } };

/* ---- ports */

/* What a device has on, or would if it had it, before anybody sets it. */
static bool is_usually_on(enum offload offload)
{
	return offload != OFFLOAD_LRO && offload != OFFLOAD_RX_GRO_LIST;
}

/* As it was read back; what the case sets, where nothing was; else as it usually is. */
static bool offload_now(const struct plan *plan, const struct result_evidence *seen, size_t interface,
                        enum offload offload)
{
	const struct interface *port = &plan->topology->interfaces[interface];
	owned_text name = text_format("%s.%s", plan->topology->nodes[port->node].name, port->name);

	for (size_t i = 0; seen && i < seen->offloads.count; i++) {
		const struct result_offloads *one = &seen->offloads.at[i];
		const char *state = strcmp(one->interface, name) == 0
		                            ? label_of(&one->states, word_of(offload_words, (int)offload))
		                            : NULL;
		if (state)
			return strcmp(state, "on") == 0;
	}
	return plan->offloads[interface][offload] >= 0 ? plan->offloads[interface][offload] : is_usually_on(offload);
}

/* No NIC of ours but QEMU's has LRO, unless the case sets it. */
static bool has_offload(const struct plan *plan, size_t interface, enum offload offload)
{
	return offload != OFFLOAD_LRO || plan->offloads[interface][offload] >= 0 ||
	       port_kind(plan->topology, interface)->lent;
}

static void offload_toggles(struct space *space, const struct plan *plan, const struct result_evidence *seen,
                            size_t interface)
{
	const struct interface *port = &plan->topology->interfaces[interface];
	const char *node = plan->topology->nodes[port->node].name;

	for (int offload = 0; offload < OFFLOADS; offload++) {
		if (!has_offload(plan, interface, (enum offload)offload))
			continue;
		const struct setting like = { .kind = SET_OFFLOAD,
			                      .node = (char *)node,
			                      .interface = (char *)port->name,
			                      .offload = (enum offload)offload };
		struct toggle *toggle =
		        toggle_add(space, TOGGLE_OFFLOAD,
		                   text_format("%s.%s.%s", node, port->name, word_of(offload_words, offload)));
		const bool now = offload_now(plan, seen, interface, (enum offload)offload);
		choice_number(toggle, &like, on_off, now);
		choice_number(toggle, &like, on_off, !now);
	}
}

static struct toggle *port_toggle(struct space *space, const struct plan *plan, size_t interface, enum toggle_kind kind,
                                  enum setting_kind sets, const char *property, struct setting *like)
{
	const struct interface *port = &plan->topology->interfaces[interface];
	const char *node = plan->topology->nodes[port->node].name;

	*like = (struct setting){ .kind = sets, .node = (char *)node, .interface = (char *)port->name };
	return toggle_add(space, kind, text_format("%s.%s.%s", node, port->name, property));
}

static void mtu_toggle(struct space *space, const struct plan *plan, size_t interface)
{
	static const long others[] = { 1500, 1280, 9000 };
	struct setting like;
	struct toggle *toggle = port_toggle(space, plan, interface, TOGGLE_MTU, SET_MTU, "mtu", &like);

	choice_number(toggle, &like, NULL, (long)plan->topology->interfaces[interface].mtu);
	for (size_t i = 0; i < COUNT(others); i++)
		choice_number(toggle, &like, NULL, others[i]);
	toggle_end(space);
}

static void model_toggle(struct space *space, const struct plan *plan, size_t interface)
{
	const struct interface *port = &plan->topology->interfaces[interface];
	const struct link_kind *kind = port_kind(plan->topology, interface);
	int number;

	if (!port->model || kind->lent) /* a guest's NICs are what they are */
		return;
	struct setting like;
	struct toggle *toggle = port_toggle(space, plan, interface, TOGGLE_MODEL, SET_MODEL, "model", &like);
	if (word_value(nic_model_words(), port->model->word, &number))
		choice_number(toggle, &like, nic_model_words(), number);
	for (size_t i = 0; i < kind->model_count; i++)
		if (word_value(nic_model_words(), kind->models[i].word, &number))
			choice_number(toggle, &like, nic_model_words(), number);
	toggle_end(space);
}

static void port_enabled_toggle(struct space *space, const struct plan *plan, size_t interface)
{
	struct setting like;
	struct toggle *toggle =
	        port_toggle(space, plan, interface, TOGGLE_NODE, SET_SEG6_ENABLED, "seg6_enabled", &like);
	const bool now = seg6_is_enabled(plan->topology, interface);

	choice_number(toggle, &like, on_off, now);
	choice_number(toggle, &like, on_off, !now);
}

/* ---- nodes */

static struct toggle *node_toggle(struct space *space, const struct node *node, enum setting_kind sets,
                                  const char *property, struct setting *like)
{
	*like = (struct setting){ .kind = sets, .node = (char *)node->name };
	return toggle_add(space, TOGGLE_NODE, text_format("%s.%s", node->name, property));
}

/* A number of a node, from `least` to `most`; `words`: of them. */
static void node_number(struct space *space, const struct node *node, enum setting_kind sets, const char *property,
                        const struct word *words, long now, long least, long most)
{
	struct setting like;
	struct toggle *toggle = node_toggle(space, node, sets, property, &like);

	choice_number(toggle, &like, words, now);
	for (long number = least; number <= most; number++)
		choice_number(toggle, &like, words, number);
	toggle_end(space);
}

static void service_toggles(struct space *space, const struct node *node)
{
	const struct device *service = node_service(node);
	struct setting like;
	int number;

	if (!service || !service->kind || !node_service_sid(node))
		return;
	struct toggle *toggle = node_toggle(space, node, SET_SERVICE, "service", &like);
	if (word_value(service_words(), service->kind->word, &number))
		choice_number(toggle, &like, service_words(), number);
	for (const struct word *row = service_words(); row->word; row++)
		choice_number(toggle, &like, service_words(), row->value);
	toggle_end(space);
	node_number(space, node, SET_SERVICE_CHECKSUM, "service.checksum", service_checksum_words,
	            (long)service->checksum, SERVICE_AS_IS, SERVICE_COMPLETE);
}

static void policy_toggle(struct space *space, const struct node *node)
{
	struct setting like;

	if (!node->policy_count)
		return;
	struct toggle *toggle = node_toggle(space, node, SET_POLICY_MODE, "policies.mode", &like);
	choice_number(toggle, &like, seg6_mode_words(), node->policies[0].mode);
	for (const struct word *row = seg6_mode_words(); row->word; row++)
		choice_number(toggle, &like, seg6_mode_words(), row->value);
	toggle_end(space);
}

static void node_toggles(struct space *space, const struct plan *plan, size_t index)
{
	const struct node *node = &plan->topology->nodes[index];

	node_number(space, node, SET_SEG6_ENABLED, "seg6_enabled", on_off, node->seg6_enabled != 0, 0, 1);
	node_number(space, node, SET_FORWARDING, "forwarding", on_off, plan_forwards(plan, index), 0, 1);
	node_number(space, node, SET_SEG6_HMAC, "seg6_require_hmac", NULL, node->seg6_require_hmac, -1, 1);
	node_number(space, node, SET_SEG6_FLOWLABEL, "seg6_flowlabel", NULL, node->seg6_flowlabel, -1, 1);
	node_number(space, node, SET_LISTENER, "listener", on_off, node->listener != 0, 0, 1);
	if (node->vrf_count)
		node_number(space, node, SET_VRF_STRICT_MODE, "vrf_strict_mode", on_off, node->vrf_strict_mode != 0, 0,
		            1);
	service_toggles(space, node);
	policy_toggle(space, node);
}

struct space *space_make(const struct plan *plan, const struct result_evidence *seen)
{
	const struct topology *topology = plan->topology;
	struct space *space = zalloc(sizeof *space);

	for (size_t i = 0; i < INTERFACES(topology); i++) {
		offload_toggles(space, plan, seen, i);
		mtu_toggle(space, plan, i);
		model_toggle(space, plan, i);
		port_enabled_toggle(space, plan, i);
	}
	for (size_t i = 0; i < topology->node_count; i++)
		node_toggles(space, plan, i);
	traffic_toggles(space, plan);
	return space;
}

const struct toggle *space_find(const struct space *space, const char *key)
{
	for (size_t i = 0; i < space->count; i++)
		if (strcmp(space->toggles[i].key, key) == 0)
			return &space->toggles[i];
	return NULL;
}

void space_free(struct space *space)
{
	if (!space)
		return;
	for (size_t i = 0; i < space->count; i++)
		toggle_clear(&space->toggles[i]);
	free(space->toggles);
	free(space);
}
