/* The smallest lab and traffic that still show it: without nodes, then segments, then octets that are not needed. Each
 * step stands on those before it, so the last one was tried as it is told. */
#include <stdlib.h>
#include <string.h>

#include "explain_internal.h"
#include "mode.h"

#define POINTS 12 /* sizes at a time */

void smaller_clear(struct smaller *smaller)
{
	topology_free(smaller->topology);
	free(smaller->segments.addresses);
	free(smaller->segments.key);
	*smaller = (struct smaller){ 0 };
}

/* With `segments` in place of the list; NULL: as it is. */
static void add(const struct explainer *explainer, struct tries *tries, const struct topology *topology,
                const struct setting *segments, const struct setting *more)
{
	const struct smaller *smaller = &explainer->smaller;
	const struct setting *settings[4];
	size_t count = 0;

	if (!segments && smaller->has_segments)
		segments = &smaller->segments;
	if (segments)
		settings[count++] = segments;
	for (size_t i = 0; i < smaller->size_count; i++)
		settings[count++] = &smaller->size[i];
	if (more)
		settings[count++] = more;
	try_add(explainer, tries, NULL, settings, count, topology ? topology : smaller->topology);
}

void smaller_add(const struct explainer *explainer, struct tries *tries, const struct setting *more)
{
	add(explainer, tries, NULL, NULL, more);
}

/* ---- segments */

static const struct segment_list *given_list(const struct explainer *explainer)
{
	return &explainer->plan->traffic.segments[explainer->plan->traffic.mode];
}

static struct segment_list list_now(const struct explainer *explainer)
{
	const struct setting *set = &explainer->smaller.segments;

	return explainer->smaller.has_segments ? (struct segment_list){ true, set->addresses, set->address_count }
	                                       : *given_list(explainer);
}

/* A setting of the mode's own list, with room for all segments of another. */
static struct setting list_setting(const struct explainer *explainer, const struct segment_list *list)
{
	char *key = text_format("segments.%s", word_of(mode_words, explainer->plan->traffic.mode));
	struct setting setting = { .key = key,
		                   .kind = SET_TRAFFIC,
		                   .field = traffic_field_find(key, NULL),
		                   .addresses = zalloc((list->count + 1) * sizeof *setting.addresses) };

	return setting;
}

static void list_adopt(struct smaller *smaller, struct setting *setting)
{
	free(smaller->segments.addresses);
	free(smaller->segments.key);
	smaller->segments = *setting;
	smaller->has_segments = true;
	*setting = (struct setting){ 0 };
}

static struct setting list_without(const struct explainer *explainer, const struct segment_list *list, size_t left_out)
{
	struct setting setting = list_setting(explainer, list);

	for (size_t i = 0; i < list->count; i++)
		if (i != left_out)
			setting.addresses[setting.address_count++] = list->segments[i];
	return setting;
}

/* One segment less, if one can go. False: none can, or there is no time. */
static bool drop_segment(struct explainer *explainer)
{
	const struct segment_list list = list_now(explainer);
	struct setting *settings = zalloc((list.count + 1) * sizeof *settings);
	owned_tries tries = { 0 };
	bool dropped = false;

	for (size_t i = 0; i < list.count; i++) {
		settings[i] = list_without(explainer, &list, i);
		add(explainer, &tries, NULL, &settings[i], NULL);
	}
	if (list.count > 1)
		tries_run(explainer, &tries);
	for (size_t i = 0; i < list.count && list.count > 1 && !dropped; i++) {
		dropped = variant_does(explainer, &tries.variants[i]) == DOES_KEEP;
		if (dropped)
			list_adopt(&explainer->smaller, &settings[i]);
	}
	for (size_t i = 0; i < list.count; i++) {
		free(settings[i].addresses);
		free(settings[i].key);
	}
	free(settings);
	return dropped;
}

/* ---- nodes */

/* The list without the SIDs of a node. */
static struct setting list_without_node(const struct explainer *explainer, const struct node *node)
{
	const struct segment_list list = list_now(explainer);
	struct setting setting = list_setting(explainer, &list);

	for (size_t i = 0; i < list.count; i++) {
		bool own = node_has_address(node, &list.segments[i]) || node_sid(node, &list.segments[i]);
		if (!own)
			setting.addresses[setting.address_count++] = list.segments[i];
	}
	return setting;
}

static bool is_end(const struct explainer *explainer, const char *name)
{
	const struct plan *plan = explainer->plan;
	const size_t ends[] = { plan->from, plan->to, plan->headend };

	for (size_t i = 0; i < COUNT(ends); i++)
		if (strcmp(plan->topology->nodes[ends[i]].name, name) == 0)
			return true;
	return false;
}

struct removal {
	struct topology *topology;
	struct setting segments;
};

static void adopt_removal(struct explainer *explainer, struct removal *removal)
{
	topology_free(explainer->smaller.topology);
	explainer->smaller.topology = take(removal->topology);
	if (removal->segments.field)
		list_adopt(&explainer->smaller, &removal->segments);
	explainer->out->smallest.removed++;
}

/* One node less, if one can go. */
static bool drop_node(struct explainer *explainer)
{
	const struct topology *now =
	        explainer->smaller.topology ? explainer->smaller.topology : explainer->trials.topology;
	struct removal *removals = NULL;
	size_t count = 0;
	owned_tries tries = { 0 };
	bool dropped = false;

	for (size_t node = 0; node < now->node_count; node++) {
		struct topology *made = is_end(explainer, now->nodes[node].name) ? NULL : topology_without(now, node);
		if (!made)
			continue;
		struct removal *removal = PUSH(removals, count);
		*removal = (struct removal){ .topology = made };
		if (list_now(explainer).count)
			removal->segments = list_without_node(explainer, &now->nodes[node]);
	}
	for (size_t i = 0; i < count; i++)
		add(explainer, &tries, removals[i].topology, removals[i].segments.field ? &removals[i].segments : NULL,
		    NULL);
	if (count)
		tries_run(explainer, &tries);
	for (size_t i = 0; i < count; i++) {
		if (!dropped && variant_does(explainer, &tries.variants[i]) == DOES_KEEP) {
			adopt_removal(explainer, &removals[i]);
			dropped = true;
		}
		topology_free(removals[i].topology);
		free(removals[i].segments.addresses);
		free(removals[i].segments.key);
	}
	free(removals);
	return dropped;
}

/* ---- sizes: the least one, provided that every larger one shows it too */

static void size_least(struct explainer *explainer, const char *key, long now)
{
	const struct traffic_field *field = traffic_field_find(key, NULL);
	long right = field->least - 1, wrong = now;

	while (wrong - right > 1 && !time_is_up(explainer)) {
		struct setting sizes[POINTS];
		owned_tries tries = { 0 };
		long steps = wrong - right - 1 < POINTS ? wrong - right - 1 : POINTS;
		const long low = right, high = wrong;
		for (long i = 0; i < steps; i++) {
			sizes[i] = (struct setting){ .key = (char *)key,
				                     .kind = SET_TRAFFIC,
				                     .field = field,
				                     .number = low + (high - low) * (i + 1) / (steps + 1) };
			smaller_add(explainer, &tries, &sizes[i]);
		}
		tries_run(explainer, &tries);
		for (long i = steps - 1; i >= 0 && variant_does(explainer, &tries.variants[i]) == DOES_KEEP; i--)
			wrong = sizes[i].number;
		for (long i = 0; i < steps && sizes[i].number < wrong; i++)
			right = tries.variants[i].says == TRIAL_UNTRIED ? right : sizes[i].number;
		if (explainer->out->out_of_time)
			break;
	}
	if (wrong < now)
		explainer->smaller.size[explainer->smaller.size_count++] =
		        (struct setting){ .key = (char *)key, .kind = SET_TRAFFIC, .field = field, .number = wrong };
}

static void sizes_least(struct explainer *explainer)
{
	const struct traffic *traffic = &explainer->plan->traffic;

	say_progress(explainer, "less traffic");
	if (!traffic_is_crafted(traffic)) {
		size_least(explainer, "bytes", traffic->bytes);
		return;
	}
	if (!traffic->differ_count)
		size_least(explainer, "burst", traffic->burst);
	size_least(explainer, "payload", traffic->payload);
}

/* ---- told */

static void tell(struct explainer *explainer)
{
	struct explanation *out = explainer->out;
	const struct topology *topology =
	        explainer->smaller.topology ? explainer->smaller.topology : explainer->trials.topology;
	const struct segment_list list = list_now(explainer);
	owned_text nodes = text_copy("");
	owned_text segments = text_copy("");
	char text[ADDRESS_TEXT_SIZE];

	for (size_t i = 0; i < topology->node_count; i++)
		text_append(&nodes, "%s%s", i ? ", " : "", topology->nodes[i].name);
	for (size_t i = 0; i < list.count; i++)
		text_append(&segments, "%s%s", i ? " " : "", address_text(&list.segments[i], text));
	out->smallest.nodes = pool_text(out->pool, nodes);
	out->smallest.mode = word_of(mode_words, explainer->plan->traffic.mode);
	if (explainer->plan->traffic.mode != MODE_PLAIN)
		out->smallest.segments = pool_text(out->pool, segments);
}

bool smaller_find(struct explainer *explainer)
{
	say_progress(explainer, "fewer nodes and segments");
	while (drop_node(explainer))
		;
	while (!time_is_up(explainer) && explainer->plan->traffic.mode != MODE_PLAIN && drop_segment(explainer))
		;
	/* What a case expects to be merged, it expects of so much. */
	if (!time_is_up(explainer) && !explainer->out->harmless)
		sizes_least(explainer);
	tell(explainer);
	return !time_is_up(explainer);
}
