/* What cures it, alone, by what it costs. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "explain_internal.h"

/* A real connection is measured with so much data: long enough for figures, short enough for every cure. */
#define MEASURED_OCTETS (2L << 20)
#define MEASURED_MOST   8 /* cures */

static bool is_real(const struct explainer *explainer)
{
	return !traffic_is_crafted(&explainer->plan->traffic);
}

/* Packets with data that arrive at the destination, by its ports. */
static int64_t packets_arriving(const struct explainer *explainer, const struct result *result)
{
	const char *to = explainer->plan->topology->nodes[explainer->plan->to].name;
	const struct result_hops *hops = &result->evidence->hops;
	int64_t packets = -1;

	for (size_t i = 0; i < hops->count; i++)
		if (hops->at[i].direction == HOP_IN && strcmp(said(hops->at[i].node), to) == 0 &&
		    hops->at[i].data > packets)
			packets = hops->at[i].data;
	return packets;
}

static bool is_told(const struct toggle *toggle)
{
	return toggle->kind != TOGGLE_SIZE && toggle->kind != TOGGLE_PACKET;
}

static int by_cost(const void *a, const void *b)
{
	const struct explained_cure *x = a, *y = b;

	if ((x->kind >= TOGGLE_MODE) != (y->kind >= TOGGLE_MODE))
		return x->kind >= TOGGLE_MODE ? 1 : -1; /* another way to send comes after another setting */
	if (x->packets != y->packets)
		return x->packets < y->packets ? -1 : 1;
	return x->megabits > y->megabits ? -1 : x->megabits < y->megabits;
}

/* From the first octet's departure to the last one's arrival. */
static double megabits_of(const struct recalled *recalled)
{
	const struct plan *plan = recalled->plan;
	uint64_t first = 0, last = 0;

	for (size_t i = 0; i < recalled->evidence->count; i++) {
		const struct captured *packet = &recalled->evidence->packets[i];
		if (!packet->payload || packet->way != WAY_FORWARD)
			continue;
		const size_t node = plan->topology->interfaces[HOP_INTERFACE(packet->hop)].node;
		if (!first)
			first = packet->time;
		if (node == plan->to && HOP_DIRECTION(packet->hop) == HOP_IN)
			last = packet->time;
	}
	return last > first ? 8e3 * (double)plan->traffic.bytes / (double)(last - first) : 0;
}

/* The directory of what is kept of a run of trials; NULL: it cannot be made, and nothing is kept. */
char *keep_begin(struct explainer *explainer)
{
	const char *place = getenv("TMPDIR");
	struct error err = { 0 };
	char *directory = text_format("%s/hopcheck-explain-XXXXXX", place && *place ? place : "/tmp");

	if (!mkdtemp(directory) || (explainer->trials.keep_at = directory_open(directory, &err)) < 0) {
		free(directory);
		return NULL;
	}
	explainer->trials.keep = directory;
	return directory;
}

void keep_end(struct explainer *explainer, char *directory)
{
	close(explainer->trials.keep_at);
	explainer->trials.keep = NULL;
	explainer->trials.keep_at = -1;
	files_remove(directory);
	free(directory);
}

/* One at a time, so that none waits for another's CPU. */
static bool measure(struct explainer *explainer, const size_t *alternatives, size_t count)
{
	const struct setting bytes = { .key = "bytes",
		                       .kind = SET_TRAFFIC,
		                       .field = traffic_field_find("bytes", NULL),
		                       .number = MEASURED_OCTETS };
	const struct setting *more = &bytes;
	const unsigned workers = explainer->trials.workers;
	owned_tries tries = { 0 };
	size_t *choices = zalloc((explainer->space->count + 1) * sizeof *choices);

	for (size_t i = 0; i < count; i++) {
		const struct alternative *one = &explainer->alternatives[alternatives[i]];
		choices[one->toggle] = one->choice;
		try_add(explainer, &tries, choices, &more, 1, NULL);
		choices[one->toggle] = 0;
	}
	free(choices);
	char *directory = keep_begin(explainer);
	if (!directory)
		return true;
	say_progress(explainer, "%zu cures are measured", count);
	explainer->trials.workers = 1;
	const bool time = tries_run(explainer, &tries);
	explainer->trials.workers = workers;
	for (size_t i = 0; i < count; i++) {
		owned(recalled) recalled = NULL;
		struct error err = { 0 };
		if (tries.variants[i].says == TRIAL_RIGHT &&
		    trials_recall(&recalled, &explainer->trials, tries.variants, count, i, &err) == 0)
			explainer->out->cures[i].megabits = megabits_of(recalled);
	}
	keep_end(explainer, directory);
	return time;
}

/* Where no offload of one port cures it, the same one of all ports may: each that does the same harm. */
static bool cures_of_all_ports(struct explainer *explainer)
{
	struct explanation *out = explainer->out;
	const struct space *space = explainer->space;
	owned_tries tries = { 0 };
	size_t *choices = zalloc((space->count + 1) * sizeof *choices);

	for (size_t i = 0; i < OFFLOADS * 2; i++) {
		memset(choices, 0, space->count * sizeof *choices);
		for (size_t t = 0; t < space->count; t++) {
			const struct toggle *toggle = &space->toggles[t];
			if (toggle->kind == TOGGLE_OFFLOAD && toggle->choices[0].setting.offload == i / 2)
				choices[t] = toggle->choices[0].setting.number != (long)(i % 2);
		}
		try_add(explainer, &tries, choices, NULL, 0, NULL);
	}
	free(choices);
	const bool time = tries_run(explainer, &tries);
	for (size_t i = 0; i < tries.count; i++)
		if (variant_does(explainer, &tries.variants[i]) == DOES_CURE)
			*PUSH(out->cures, out->cure_count) = (struct explained_cure){
				.setting = pool_format(out->pool, "*.*.%s: %s", word_of(offload_words, (int)(i / 2)),
				                       i % 2 ? "on" : "off"),
				.packets = packets_arriving(explainer, tries.variants[i].result),
				.kind = TOGGLE_OFFLOAD,
			};
	return time;
}

bool cures_tell(struct explainer *explainer)
{
	struct explanation *out = explainer->out;
	size_t *alternatives = NULL, count = 0;
	bool time = true, by_offload = false;

	for (size_t i = 0; i < explainer->alternative_count; i++) {
		const struct alternative *one = &explainer->alternatives[i];
		const struct toggle *toggle = &explainer->space->toggles[one->toggle];
		if (one->does != DOES_CURE || !is_told(toggle))
			continue;
		by_offload |= toggle->kind == TOGGLE_OFFLOAD;
		*PUSH(alternatives, count) = i;
		*PUSH(out->cures, out->cure_count) = (struct explained_cure){
			.setting = pool_format(out->pool, "%s: %s", toggle->key, toggle->choices[one->choice].word),
			.packets = packets_arriving(explainer, one->result),
			.kind = toggle->kind,
		};
	}
	if (count && is_real(explainer) && !time_is_up(explainer))
		time = measure(explainer, alternatives, count < MEASURED_MOST ? count : MEASURED_MOST);
	if (!by_offload && time)
		time = cures_of_all_ports(explainer);
	if (out->cure_count)
		qsort(out->cures, out->cure_count, sizeof *out->cures, by_cost);
	free(alternatives);
	return time && !time_is_up(explainer);
}
