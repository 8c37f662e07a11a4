/* All that can be set in a cell: of each port, of each node, and of the traffic. */
#include <stdlib.h>
#include <string.h>

#include "device.h"
#include "link.h"
#include "mode.h"
#include "search.h"
#include "transport.h"

const struct word toggle_kind_words[] = {
	{ "offload", TOGGLE_OFFLOAD, NULL }, { "node", TOGGLE_NODE, NULL },     { "mtu", TOGGLE_MTU, NULL },
	{ "model", TOGGLE_MODEL, NULL },     { "mode", TOGGLE_MODE, NULL },     { "segments", TOGGLE_SEGMENTS, NULL },
	{ "size", TOGGLE_SIZE, NULL },       { "packet", TOGGLE_PACKET, NULL }, { NULL, 0, NULL }
};
static const struct word on_off[] = { { "off", 0, NULL }, { "on", 1, NULL }, { NULL, 0, NULL } };

/* ---- a toggle: its key and kind, then its choices, the cell's own first */

static struct toggle *toggle_add(struct space *space, enum toggle_kind kind, char *key)
{
	struct toggle *toggle = PUSH(space->toggles, space->count);

	*toggle = (struct toggle){ .kind = kind, .key = key };
	return toggle;
}

/* A choice that is there already is left out. */
static struct setting *choice_add(struct toggle *toggle, const struct setting *like, char *word)
{
	for (size_t i = 0; i < toggle->count; i++) {
		if (strcmp(toggle->choices[i].word, word) != 0)
			continue;
		free(word);
		return NULL;
	}
	struct choice *choice = PUSH(toggle->choices, toggle->count);
	choice->word = word;
	choice->setting = *like;
	choice->setting.key = text_copy(toggle->key);
	choice->setting.node = text_copy(like->node);
	choice->setting.interface = text_copy(like->interface);
	return &choice->setting;
}

static void choice_number(struct toggle *toggle, const struct setting *like, const struct word *words, long number)
{
	char *word = words ? text_copy(word_of(words, (int)number)) : text_format("%ld", number);
	struct setting *setting = choice_add(toggle, like, word);

	if (setting)
		setting->number = number;
}

static void choice_clear(struct choice *choice)
{
	free(choice->word);
	free(choice->setting.key);
	free(choice->setting.node);
	free(choice->setting.interface);
	free(choice->setting.addresses);
	free(choice->setting.octets);
}

static void toggle_clear(struct toggle *toggle)
{
	for (size_t i = 0; i < toggle->count; i++)
		choice_clear(&toggle->choices[i]);
	free(toggle->choices);
	free(toggle->key);
}

/* What has no other choice is no toggle. */
static void toggle_end(struct space *space)
{
	struct toggle *last = &space->toggles[space->count - 1];

	if (last->count >= 2)
		return;
	toggle_clear(last);
	space->count--;
}

/* ---- ports */

/* As it was read back; what the case sets, where nothing was; else on. */
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
	return plan->offloads[interface][offload] != 0;
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

/* ---- the traffic */

static void mode_toggle(struct space *space, const struct plan *plan)
{
	const struct setting like = { .kind = SET_TRAFFIC, .field = traffic_field_find("mode", NULL) };
	struct toggle *toggle = toggle_add(space, TOGGLE_MODE, text_copy("mode"));

	choice_number(toggle, &like, mode_words, plan->traffic.mode);
	for (int mode = 0; mode < MODES; mode++)
		if (mode == MODE_PLAIN || plan->traffic.segments[mode].given)
			choice_number(toggle, &like, mode_words, mode);
	toggle_end(space);
}

/* "[\"fc00:1::100\"]", without the one of number `without`. */
static char *segments_word(const struct segment_list *list, size_t without)
{
	char *word = text_copy("["), text[ADDRESS_TEXT_SIZE];
	const char *comma = "";

	for (size_t i = 0; i < list->count; i++) {
		if (i == without)
			continue;
		text_append(&word, "%s\"%s\"", comma, address_text(&list->segments[i], text));
		comma = ", ";
	}
	text_append(&word, "]");
	return word;
}

static void segments_choice(struct toggle *toggle, const struct setting *like, const struct segment_list *list,
                            size_t without)
{
	struct setting *setting = choice_add(toggle, like, segments_word(list, without));

	if (!setting)
		return;
	setting->addresses = zalloc((list->count + 1) * sizeof *setting->addresses);
	for (size_t i = 0; i < list->count; i++)
		if (i != without)
			setting->addresses[setting->address_count++] = list->segments[i];
}

/* Of the cell's mode: as it is, then without one of them. */
static void segments_toggle(struct space *space, const struct plan *plan)
{
	const int mode = plan->traffic.mode;
	const struct segment_list *list = &plan->traffic.segments[mode];
	owned_text key = text_format("segments.%s", word_of(mode_words, mode));
	const struct setting like = { .kind = SET_TRAFFIC, .field = traffic_field_find(key, NULL) };

	if (!like.field || list->count < 2)
		return;
	struct toggle *toggle = toggle_add(space, TOGGLE_SEGMENTS, take(key));
	segments_choice(toggle, &like, list, NOT_FOUND);
	for (size_t i = 0; i < list->count; i++)
		segments_choice(toggle, &like, list, i);
	toggle_end(space);
}

static const void *field_at(const struct plan *plan, const struct traffic_field *field, int transport)
{
	const char *base = transport == TRANSPORT_ANY ? (const char *)&plan->traffic : (const char *)plan->traffic.own;

	return base + field->offset;
}

static void word_choices(struct toggle *toggle, const struct setting *like, int now)
{
	choice_number(toggle, like, like->field->words, now);
	for (const struct word *row = like->field->words; row->word; row++)
		choice_number(toggle, like, like->field->words, row->value);
}

/* "[psh, ack]" */
static char *flags_word(const struct word *words, long flags)
{
	char *word = text_copy("[");
	const char *comma = "";

	for (const struct word *row = words; row->word; row++) {
		if (!(flags & row->value))
			continue;
		text_append(&word, "%s%s", comma, row->word);
		comma = ", ";
	}
	text_append(&word, "]");
	return word;
}

static void flags_choices(struct toggle *toggle, const struct setting *like, int now)
{
	const long values[] = { now, like->field->initial };

	for (size_t i = 0; i < COUNT(values); i++) {
		struct setting *setting = choice_add(toggle, like, flags_word(like->field->words, values[i]));
		if (setting)
			setting->number = values[i];
	}
}

static void number_choice(struct toggle *toggle, const struct setting *like, long number)
{
	if (number != FIELD_AUTO) {
		choice_number(toggle, like, NULL, number);
		return;
	}
	struct setting *setting = choice_add(toggle, like, text_copy("auto"));
	if (setting)
		setting->number = FIELD_AUTO;
}

/* As it is, and as it is unless given; sizes also as small as they may be, and about one and ten packets. */
static void number_choices(struct toggle *toggle, const struct setting *like, long now)
{
	static const long sizes[] = { 1, 2, 10, 100, 1000, 2000, 16000 };

	number_choice(toggle, like, now);
	number_choice(toggle, like, like->field->initial);
	for (size_t i = 0; toggle->kind == TOGGLE_SIZE && i < COUNT(sizes); i++)
		if (sizes[i] < now)
			number_choice(toggle, like, sizes[i]);
}

static void octets_choices(struct toggle *toggle, const struct setting *like, const struct bytes *now)
{
	char *word = text_copy("\"");

	for (size_t i = 0; i < now->length; i++)
		text_append(&word, "%02x", now->data[i]);
	text_append(&word, "\"");
	struct setting *setting = choice_add(toggle, like, word);
	setting->octets = zalloc(now->length + 1);
	setting->octet_count = now->length;
	if (now->length)
		memcpy(setting->octets, now->data, now->length);
	choice_add(toggle, like, text_copy("\"\""));
}

static void differ_choices(struct toggle *toggle, const struct setting *like, const struct plan *plan)
{
	struct setting *setting = choice_add(toggle, like, text_copy("as given"));

	setting->differences = (struct difference *)plan->traffic.differ; /* the case's */
	setting->difference_count = plan->traffic.differ_count;
	if (plan->traffic.differ_count)
		choice_add(toggle, like, text_copy("{}"));
}

static void field_toggle(struct space *space, const struct plan *plan, const struct traffic_field *field, int transport)
{
	static const char *const sizes[] = { "bytes", "burst", "payload" };
	const struct setting like = { .kind = SET_TRAFFIC, .field = field };
	const void *at = field_at(plan, field, transport);
	enum toggle_kind kind = TOGGLE_PACKET;

	for (size_t i = 0; i < COUNT(sizes); i++)
		if (strcmp(sizes[i], field->key) == 0)
			kind = TOGGLE_SIZE;
	struct toggle *toggle = toggle_add(space, kind, text_copy(field->key));
	switch (field->type) {
	case FIELD_WORD:
		word_choices(toggle, &like, *(const int *)at);
		break;
	case FIELD_FLAGS:
		flags_choices(toggle, &like, *(const int *)at);
		break;
	case FIELD_SIZE:
	case FIELD_NUMBER:
		number_choices(toggle, &like, *(const long *)at);
		break;
	case FIELD_HEX:
		octets_choices(toggle, &like, at);
		break;
	case FIELD_DIFFER:
		differ_choices(toggle, &like, plan);
		break;
	case FIELD_TRANSPORT: /* ends and lists say what the traffic is */
	case FIELD_NODE:
	case FIELD_ADDRESS:
	case FIELD_SEGMENTS:
		break;
	}
	toggle_end(space);
}

static void field_toggles(struct space *space, const struct plan *plan)
{
	const struct traffic *traffic = &plan->traffic;
	const struct traffic_field *field = NULL;
	int transport;

	while (traffic_field_next(&field, &transport))
		if (strcmp(field->key, "mode") != 0 && field->modes & 1U << traffic->mode &&
		    traffic_field_fits(field, traffic->transport, traffic->generator))
			field_toggle(space, plan, field, transport);
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
	mode_toggle(space, plan);
	segments_toggle(space, plan);
	field_toggles(space, plan);
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
