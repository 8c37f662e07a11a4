#include <stdlib.h>
#include <string.h>

#include "behaviour.h"
#include "ways.h"

#define PAIRS_MOST 6   /* senders and receivers */
#define STOPS_MOST 24  /* addresses that lists are made of */
#define LISTS_MOST 160 /* of one length, that are looked at: where there are more, some from all parts */

/* ---- what lists are made of */

struct stops {
	struct address at[STOPS_MOST];
	size_t count;
};

static void add_stop(struct stops *stops, const struct address *address)
{
	for (size_t i = 0; i < stops->count; i++)
		if (address_same(&stops->at[i], address))
			return;
	if (stops->count < STOPS_MOST && address->family == AF_INET6)
		stops->at[stops->count++] = *address;
}

static bool shifts(const struct sid *sid)
{
	return sid_has_flavor(sid, "next-csid") && sid_csid_is_valid(sid);
}

/* RFC 9800 4: a carrier of a SID and what follows it in its block. */
static void add_carrier(struct stops *stops, const struct sid *first, const struct sid *next)
{
	const unsigned block = (first->block ? first->block : 32) / 8, bits = sid_csid_bits(first) / 8;
	struct address carrier = first->address;

	if (first == next || memcmp(first->address.octets, next->address.octets, block) != 0 ||
	    bits + bits - block > ADDRESS_OCTETS)
		return;
	memcpy(carrier.octets + bits, next->address.octets + block, bits - block);
	add_stop(stops, &carrier);
}

static void add_carriers(struct stops *stops, const struct topology *topology, const struct sid *first)
{
	for (size_t n = 0; shifts(first) && n < topology->node_count; n++)
		for (size_t i = 0; i < topology->nodes[n].sid_count; i++)
			add_carrier(stops, first, &topology->nodes[n].sids[i]);
}

/* SIDs, then carriers of two, and the second address of a host, as a segment of its own. */
static struct stops stops_of(const struct topology *topology)
{
	struct stops stops = { 0 };

	for (size_t n = 0; n < topology->node_count; n++)
		for (size_t i = 0; i < topology->nodes[n].sid_count; i++)
			add_stop(&stops, &topology->nodes[n].sids[i].address);
	for (size_t n = 0; n < topology->node_count; n++)
		for (size_t i = 0; i < topology->nodes[n].sid_count; i++)
			add_carriers(&stops, topology, &topology->nodes[n].sids[i]);
	for (size_t n = 0; n < topology->node_count; n++)
		if (topology->nodes[n].address_count > 1)
			add_stop(&stops, &topology->nodes[n].addresses[1]);
	return stops;
}

/* ---- all ways */

/* Pushed by the sender, and by the routers beside it, which get its frames. */
static void add_pushed(struct ways *ways, const struct topology *topology, struct way_choice way)
{
	way.headend = NOT_FOUND;
	*PUSH(ways->at, ways->count) = way;
	for (size_t n = 0; n < topology->node_count && way.count; n++) {
		struct crossing crossing;
		way.headend = n;
		if (n != way.from && n != way.to && topology_crossing(&crossing, topology, way.from, n))
			*PUSH(ways->at, ways->count) = way;
	}
}

/* Lists of one length, as the digits of a number: LISTS_MOST of them between all pairs. */
static void add_lists(struct ways *ways, const struct topology *topology, const struct stops *stops,
                      struct way_choice way)
{
	size_t lists = 1;

	for (size_t i = 0; i < way.count; i++)
		lists *= stops->count;
	const size_t step = (lists * PAIRS_MOST + LISTS_MOST - 1) / LISTS_MOST;
	for (size_t number = 0; number < lists; number += step) {
		size_t rest = number;
		bool twice = false;
		for (size_t i = 0; i < way.count; i++, rest /= stops->count) {
			way.list[i] = stops->at[rest % stops->count];
			twice |= i && address_same(&way.list[i], &way.list[i - 1]);
		}
		if (!twice)
			add_pushed(ways, topology, way);
	}
}

/* The first or the last address of a family that the file gives to a node, else that it gives to its end of a link;
 * none: it has none, or the last is the first. */
static struct address address_of(const struct topology *topology, size_t number, int family, bool last)
{
	const struct node *node = &topology->nodes[number];
	struct address first = { 0 }, other = { 0 };

	for (size_t i = 0; i < node->address_count; i++) {
		if (node->addresses[i].family != family)
			continue;
		if (first.family)
			other = node->addresses[i];
		else
			first = node->addresses[i];
	}
	FOR_EACH_INTERFACE (i, topology, number) {
		const struct address *given =
		        family == AF_INET ? &topology->interfaces[i].ipv4 : &topology->interfaces[i].address;
		if (!first.family && given->family == family)
			first = *given;
	}
	return last ? other : first;
}

/* To the first and the last address of each family of one node, from one of the other, without a list. */
static void add_pair(struct ways *ways, const struct topology *topology, size_t from, size_t to)
{
	static const struct {
		int family;
		bool last;
	} ends[] = { { AF_INET6, false }, { AF_INET, false }, { AF_INET6, true } };

	for (size_t i = 0; i < COUNT(ends); i++) {
		const struct way_choice way = { .from = from,
			                        .to = to,
			                        .headend = NOT_FOUND,
			                        .destination = address_of(topology, to, ends[i].family, ends[i].last) };
		if (way.destination.family && address_of(topology, from, ends[i].family, false).family)
			*PUSH(ways->at, ways->count) = way;
	}
}

/* From nodes at the beginning of the file to those at its end first. */
static void add_pairs(struct ways *ways, const struct topology *topology)
{
	for (size_t from = 0; from < topology->node_count; from++)
		for (size_t to = topology->node_count; to-- > 0;)
			if (from != to)
				add_pair(ways, topology, from, to);
}

/* ---- which deliver */

char *way_ends(const struct way_choice *way, const struct topology *topology)
{
	char text[ADDRESS_TEXT_SIZE];
	char *sets = text_format("from: %s, to: \"%s\"", topology->nodes[way->from].name,
	                         address_text(&way->destination, text));
	size_t owners = 0;

	for (size_t n = 0; n < topology->node_count; n++)
		owners += node_has_address(&topology->nodes[n], &way->destination);
	if (owners > 1) /* VRFs keep them apart */
		text_append(&sets, ", to_node: %s", topology->nodes[way->to].name);
	return sets;
}

char *way_list(const struct way_choice *way, const struct topology *topology)
{
	char text[ADDRESS_TEXT_SIZE];
	char *sets = NULL;

	if (!way->count)
		return NULL;
	if (way->headend != NOT_FOUND)
		text_append(&sets, "headend: %s, ", topology->nodes[way->headend].name);
	for (size_t i = 0; i < way->count; i++)
		text_append(&sets, "%s\"%s\"", i ? ", " : "segments: [", address_text(&way->list[i], text));
	text_append(&sets, "]");
	return sets;
}

char *way_word(const struct way_choice *way, const struct topology *topology)
{
	char text[ADDRESS_TEXT_SIZE];
	char *word = text_format("%s-%s", topology->nodes[way->from].name, topology->nodes[way->to].name);

	if (way->destination.family == AF_INET)
		text_append(&word, "-ipv4");
	for (size_t i = 0; i < way->count; i++)
		text_append(&word, "%s%s", i ? "," : ":", address_text(&way->list[i], text));
	if (way->headend != NOT_FOUND)
		text_append(&word, "@%s", topology->nodes[way->headend].name);
	return word;
}

static const struct topology *find(void *context, const char *name)
{
	(void)name;
	return context;
}

/* A case with each way in each mode. */
static char *trial_text(const struct ways *ways, const struct topology *topology, size_t first, size_t count)
{
	char *text = text_format("case: ways\ntopology: %s\ntraffic: {}\naxes:\n  tcp: [kernel, crafted]\n  mode: [",
	                         topology->name);

	for (size_t mode = 0; mode < MODES; mode++)
		text_append(&text, "%s%s", mode ? ", " : "", word_of(mode_words, (int)mode));
	text_append(&text, "]\n  way:\n");
	for (size_t i = 0; i < count; i++) {
		owned_text ends = way_ends(&ways->at[first + i], topology);
		owned_text list = way_list(&ways->at[first + i], topology);
		text_append(&text, "    \"%zu\": {%s%s%s}\n", i, ends, list ? ", " : "", list ? list : "");
	}
	text_append(&text, "expect: {fate: delivered}\n");
	return text;
}

static bool cell_delivers(const struct testcase *testcase, const struct topology *topology, size_t cell)
{
	struct error refused = { 0 };
	owned(plan) plan = NULL;

	if (plan_check(testcase, topology, cell, &refused) < 0 ||
	    plan_make(&plan, testcase, topology, cell, NULL, &refused) < 0)
		return false;
	return forecast_delivers(plan);
}

static void forecast_part(struct ways *ways, const struct testcase *testcase, const struct topology *topology,
                          size_t first, size_t count)
{
	for (size_t i = 0; i < count; i++)
		for (unsigned mode = 0; mode < MODES; mode++) {
			struct way_choice *way = &ways->at[first + i];
			const bool real = cell_delivers(testcase, topology, mode * count + i);
			const bool crafted = way->headend == NOT_FOUND &&
			                     cell_delivers(testcase, topology, (MODES + mode) * count + i);
			if (mode == MODE_PLAIN && way->count && (way->headend != NOT_FOUND))
				continue; /* nobody pushes: as without a list */
			way->kernel |= (unsigned)real << mode;
			way->crafted |= (unsigned)crafted << mode;
			ways->tried++;
			ways->right += real || crafted;
		}
}

/* Of the ways from a number on. */
static int forecast_all(struct ways *ways, const struct topology *topology, size_t from, struct error *err)
{
	enum { PART = 4 }; /* a plan looks at all of its case */

	for (size_t first = from; first < ways->count; first += PART) {
		const size_t count = ways->count - first < PART ? ways->count - first : PART;
		owned_text text = trial_text(ways, topology, first, count);
		owned(testcase) testcase = NULL;
		const struct bytes octets = { (const uint8_t *)text, strlen(text) };
		if (testcase_parse(&testcase, "ways.yaml", octets, find, (void *)topology, NULL, err) < 0)
			return -1;
		forecast_part(ways, testcase, topology, first, count);
	}
	return 0;
}

/* The pairs between which lists are looked at: those that reach each other without one, else the first. */
static void add_all_lists(struct ways *ways, const struct topology *topology)
{
	const struct stops stops = stops_of(topology);
	const size_t pairs = ways->count;
	size_t reached = 0, taken = 0;

	for (size_t i = 0; i < pairs; i++)
		reached += ways->at[i].kernel != 0;
	for (size_t i = 0; i < pairs && taken < PAIRS_MOST && stops.count; i++) {
		if (reached && !ways->at[i].kernel)
			continue;
		taken++;
		for (size_t length = 1; length <= SWEEP_LENGTH; length++) {
			struct way_choice way = ways->at[i];
			way.count = length;
			way.kernel = way.crafted = 0;
			add_lists(ways, topology, &stops, way);
		}
	}
}

/* ---- which are taken */

/* What a way shows, as numbers that others may show too: its ends, its modes, each SID by its place from the end, each
 * pair of SIDs. */
static size_t shown_by(const struct way_choice *way, uint64_t shown[64])
{
	size_t count = 0;
	const size_t ends[] = { way->from, way->to, way->destination.family };

	shown[count++] = digest_add(DIGEST_START, ends, sizeof ends);
	shown[count++] = digest_add(digest_add(DIGEST_START, &way->headend, sizeof way->headend), "h", 1);
	for (unsigned mode = 0; mode < MODES; mode++)
		if ((way->kernel | way->crafted) & 1U << mode)
			shown[count++] = digest_add(digest_add(DIGEST_START, &way->count, sizeof way->count), &mode,
			                            sizeof mode);
	for (size_t i = 0; i < way->count; i++) {
		const size_t place = way->count - i;
		const uint64_t one = digest_add(DIGEST_START, &way->list[i], sizeof way->list[i]);
		shown[count++] = one;
		shown[count++] = digest_add(one, &place, sizeof place);
		if (i)
			shown[count++] = digest_add(one, &way->list[i - 1], sizeof way->list[i - 1]);
	}
	return count;
}

static bool is_in(const uint64_t *list, size_t count, uint64_t one)
{
	for (size_t i = 0; i < count; i++)
		if (list[i] == one)
			return true;
	return false;
}

/* A list says something only of modes that follow it; in plain mode it is left out, and a tunnel has one end. */
static bool is_worth(const struct way_choice *way)
{
	unsigned modes = 0;

	for (unsigned mode = 0; mode < MODES; mode++)
		if (!way->count || mode_kind((int)mode)->leads || (way->count == 1 && mode == MODE_IP6IP6))
			modes |= 1U << mode;
	return (way->kernel | way->crafted) & modes;
}

/* One after the other the one that shows most that none before it does; of equals the shortest, which comes first. */
static void choose(struct ways *ways)
{
	struct way_choice *chosen = zalloc(SWEEP_WAYS * sizeof *chosen);
	uint64_t *known = NULL, shown[64];
	size_t count = 0, known_count = 0;

	while (count < SWEEP_WAYS) {
		size_t best = NOT_FOUND, most = 0;
		for (size_t i = 0; i < ways->count; i++) {
			size_t new = 0;
			if (!is_worth(&ways->at[i]))
				continue;
			for (size_t s = shown_by(&ways->at[i], shown); s-- > 0;)
				new += !is_in(known, known_count, shown[s]);
			if (new > most) {
				most = new;
				best = i;
			}
		}
		if (best == NOT_FOUND)
			break;
		chosen[count++] = ways->at[best];
		for (size_t s = shown_by(&ways->at[best], shown); s-- > 0;)
			if (!is_in(known, known_count, shown[s]))
				*PUSH(known, known_count) = shown[s];
	}
	free(known);
	free(ways->at);
	ways->at = chosen;
	ways->count = count;
}

int ways_make(struct ways *ways, const struct topology *topology, struct error *err)
{
	*ways = (struct ways){ 0 };
	add_pairs(ways, topology);
	const size_t pairs = ways->count;
	if (!pairs)
		return fail(err, "%s: no two nodes have addresses of one family: nothing can be sent", topology->name);
	if (forecast_all(ways, topology, 0, err) < 0)
		return -1;
	add_all_lists(ways, topology);
	if (forecast_all(ways, topology, pairs, err) < 0)
		return -1;
	choose(ways);
	if (!ways->count)
		return fail(err, "%s: by the standards nothing is delivered from any node to any other",
		            topology->name);
	return 0;
}

void ways_clear(struct ways *ways)
{
	free(ways->at);
	*ways = (struct ways){ 0 };
}
