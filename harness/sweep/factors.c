/* All that a topology lets traffic be, as factors. */
#include <stdlib.h>
#include <string.h>

#include "search.h"
#include "transport.h"
#include "ways.h"

const struct factor *sweep_factor(const struct sweep *sweep, const char *name, size_t *index)
{
	for (size_t i = 0; i < sweep->count; i++) {
		if (strcmp(sweep->factors[i].name, name) != 0)
			continue;
		if (index)
			*index = i;
		return &sweep->factors[i];
	}
	return NULL;
}

struct factor *factor_add(struct sweep *sweep, const char *name)
{
	struct factor *factor = PUSH(sweep->factors, sweep->count);

	factor->name = text_copy(name);
	return factor;
}

struct factor_value *factor_add_value(struct factor *factor, const char *word, const char *sets)
{
	struct factor_value *value = PUSH(factor->values, factor->count);

	value->word = text_copy(word);
	value->sets = text_copy(sets);
	return value;
}

/* What a factor of the traffic can be, and where: kinds of traffic and modes as bits. */
struct load {
	const char *word, *sets;
	unsigned generators, modes;
};
#define WITH_SRH (1U << MODE_INLINE | 1U << MODE_ENCAP | 1U << MODE_ENCAP_RED)
#define ANYWHERE BY_ANY, IN_ANY_MODE
#define OF_BURST (1U << 8) /* beside the generators */

static const struct load traffics[] = {
	{ "real-64k", "tcp: kernel, bytes: 65536", BY_KERNEL, IN_ANY_MODE },
	{ "real-1", "tcp: kernel, bytes: 1", BY_KERNEL, IN_ANY_MODE },
	{ "real-back", "tcp: kernel, bytes: 65536, direction: reverse", BY_KERNEL, IN_ANY_MODE },
	{ "real-both", "tcp: kernel, bytes: 20000, direction: both", BY_KERNEL, IN_ANY_MODE },
	{ "crafted-1000", "tcp: crafted, payload: 1000", BY_CRAFTED, IN_ANY_MODE },
	{ "crafted-1", "tcp: crafted, payload: 1", BY_CRAFTED, IN_ANY_MODE },
	{ "crafted-8x1000", "tcp: crafted, burst: 8, payload: 1000", BY_CRAFTED | OF_BURST, IN_ANY_MODE },
	{ "crafted-3x999", "tcp: crafted, burst: 3, payload: 999", BY_CRAFTED | OF_BURST, IN_ANY_MODE },
	{ "crafted-40x500", "tcp: crafted, burst: 40, payload: 500", BY_CRAFTED | OF_BURST, IN_ANY_MODE },
	{ NULL, NULL, 0, 0 },
};
static const struct load checksums[] = { { "valid", "", ANYWHERE },
	                                 { "partial", "checksum: partial", BY_CRAFTED, IN_ANY_MODE },
	                                 { NULL, NULL, 0, 0 } };
static const struct load hop_limits[] = { { "64", "", ANYWHERE },
	                                  { "255", "hop_limit: 255", ANYWHERE },
	                                  { "30", "hop_limit: 30", ANYWHERE },
	                                  { NULL, NULL, 0, 0 } };
static const struct load classes[] = { { "usual", "", ANYWHERE },
	                               { "0xb8", "traffic_class: 0xb8", ANYWHERE },
	                               { NULL, NULL, 0, 0 } };
static const struct load labels[] = { { "none", "", ANYWHERE },
	                              { "0xabcde", "flow_label: 0xabcde", BY_CRAFTED, IN_ANY_MODE },
	                              { NULL, NULL, 0, 0 } };
static const struct load tags[] = { { "none", "", ANYWHERE },
	                            { "0x1234", "srh.tag: 0x1234", BY_CRAFTED, WITH_SRH },
	                            { NULL, NULL, 0, 0 } };
static const struct load tlvs[] = { { "none", "", ANYWHERE },
	                            { "padn", "srh.tlvs: \"0406000000000000\"", BY_CRAFTED, WITH_SRH },
	                            { NULL, NULL, 0, 0 } };
/* The second packet of a burst, which GRO must keep apart from the others, or give back as it was. */
#define SECOND(field) "differ: {2: {" field "}}"
static const struct load differences[] = { { "none", "", ANYWHERE },
	                                   { "ack", SECOND("ack: 500"), OF_BURST, IN_ANY_MODE },
	                                   { "psh", SECOND("flags: [psh, ack]"), OF_BURST, IN_ANY_MODE },
	                                   { "short", SECOND("payload: 400"), OF_BURST, IN_ANY_MODE },
	                                   { "dscp", SECOND("traffic_class: 0x20"), OF_BURST, IN_ANY_MODE },
	                                   { "ecn", SECOND("traffic_class: 1"), OF_BURST, IN_ANY_MODE },
	                                   { "hop-limit", SECOND("hop_limit: 63"), OF_BURST, IN_ANY_MODE },
	                                   { "flow-label", SECOND("flow_label: 1"), OF_BURST, IN_ANY_MODE },
	                                   { "srh.tag", SECOND("srh.tag: 1"), OF_BURST, WITH_SRH },
	                                   { "srh.tlvs", SECOND("srh.tlvs: \"0a0600000000000a\""), OF_BURST, WITH_SRH },
	                                   { NULL, NULL, 0, 0 } };
static const struct load pushed_labels[] = { { "usual", "", ANYWHERE },
	                                     { "0", "\"*.seg6_flowlabel\": 0", ANYWHERE },
	                                     { "1", "\"*.seg6_flowlabel\": 1", ANYWHERE },
	                                     { "-1", "\"*.seg6_flowlabel\": -1", ANYWHERE },
	                                     { NULL, NULL, 0, 0 } };
static const struct {
	const char *name;
	const struct load *loads;
} load_factors[] = { { "traffic", traffics },      { "checksum", checksums }, { "hop_limit", hop_limits },
	             { "traffic_class", classes }, { "flow_label", labels },  { "srh.tag", tags },
	             { "srh.tlvs", tlvs },         { "differ", differences } };

static void add_load(struct sweep *sweep, const char *name, const struct load *loads)
{
	struct factor *factor = factor_add(sweep, name);

	factor->fixed = loads == traffics;
	for (const struct load *load = loads; load->word; load++)
		factor_add_value(factor, load->word, load->sets);
}

static void add_loads(struct sweep *sweep)
{
	for (size_t i = 0; i < COUNT(load_factors); i++)
		add_load(sweep, load_factors[i].name, load_factors[i].loads);
}

void factors_add_labels(struct sweep *sweep)
{
	add_load(sweep, "seg6_flowlabel", pushed_labels);
}

static void add_ways(struct sweep *sweep, const struct ways *ways)
{
	struct factor *factor = factor_add(sweep, "way");

	factor->fixed = true;
	for (size_t i = 0; i < ways->count; i++) {
		owned_text word = way_word(&ways->at[i], sweep->topology);
		owned_text sets = way_ends(&ways->at[i], sweep->topology);
		factor_add_value(factor, word, sets)->with_list = way_list(&ways->at[i], sweep->topology);
	}
}

/* Those that some way delivers in; *modes: which, by the factor's values. */
static void add_modes(struct sweep *sweep, const struct ways *ways, unsigned modes[MODES])
{
	struct factor *factor = factor_add(sweep, "mode");
	unsigned delivers = 0;

	factor->fixed = true;
	for (size_t i = 0; i < ways->count; i++)
		delivers |= ways->at[i].kernel | ways->at[i].crafted;
	for (unsigned mode = 0; mode < MODES; mode++) {
		if (!(delivers & 1U << mode))
			continue;
		const char *word = word_of(mode_words, (int)mode);
		owned_text sets = text_format("mode: %s", word);
		modes[factor->count] = mode;
		factor_add_value(factor, word, sets);
	}
}

static void add_link_mtu(struct factor *factor, const struct topology *topology, const struct link *link)
{
	const struct interface *first = &topology->interfaces[link->first];
	owned_text word = text_format(SWEEP_NARROW "-at-%s.%s", topology->nodes[first->node].name, first->name);
	owned_text sets = NULL;

	for (size_t i = 0; i < link->count; i++)
		text_append(&sets, "%s%s.%s.mtu: " SWEEP_NARROW, i ? ", " : "", topology->nodes[first[i].node].name,
		            first[i].name);
	factor_add_value(factor, word, sets);
}

void factors_add_mtus(struct sweep *sweep)
{
	const struct topology *topology = sweep->topology;
	struct factor *factor = factor_add(sweep, "mtu");

	factor_add_value(factor, "usual", "");
	factor_add_value(factor, "9000", "\"*.*.mtu\": 9000");
	for (size_t i = 0; i < topology->link_count; i++)
		add_link_mtu(factor, topology, &topology->links[i]);
}

/* Offloads and models of NICs, as the search around a cell knows them. */
void factors_add_ports(struct sweep *sweep, const struct plan *plan)
{
	owned(space) space = space_make(plan, NULL);

	for (size_t i = 0; i < space->count; i++) {
		const struct toggle *toggle = &space->toggles[i];
		if (toggle->kind != TOGGLE_OFFLOAD && toggle->kind != TOGGLE_MODEL)
			continue;
		struct factor *factor = factor_add(sweep, toggle->key);
		for (size_t c = 0; c < toggle->count; c++) {
			owned_text sets = text_format("%s: %s", toggle->key, toggle->choices[c].word);
			factor_add_value(factor, toggle->choices[c].word, sets);
		}
	}
}

/* ---- what cannot be together */

static void ban(struct sweep *sweep, const char *a, size_t value_a, const char *b, size_t value_b)
{
	struct cover_choice choices[2] = { { .value = (unsigned)value_a }, { .value = (unsigned)value_b } };

	if (sweep_factor(sweep, a, &choices[0].factor) && sweep_factor(sweep, b, &choices[1].factor))
		cover_space_ban(&sweep->cover, choices, 2);
}

static void ban_way(struct sweep *sweep, size_t way, size_t mode, size_t traffic)
{
	struct cover_choice choices[3] = { { .value = (unsigned)way },
		                           { .value = (unsigned)mode },
		                           { .value = (unsigned)traffic } };

	sweep_factor(sweep, "way", &choices[0].factor);
	sweep_factor(sweep, "mode", &choices[1].factor);
	sweep_factor(sweep, "traffic", &choices[2].factor);
	cover_space_ban(&sweep->cover, choices, 3);
}

static void ban_ways(struct sweep *sweep, const struct ways *ways, const unsigned modes[MODES])
{
	const struct factor *mode = sweep_factor(sweep, "mode", NULL);

	for (size_t w = 0; w < ways->count; w++)
		for (size_t m = 0; m < mode->count; m++) {
			const bool real = ways->at[w].kernel & 1U << modes[m],
			           crafted = ways->at[w].crafted & 1U << modes[m];
			if (!real && !crafted) {
				ban(sweep, "way", w, "mode", m);
				continue;
			}
			for (size_t t = 0; traffics[t].word; t++)
				if (!(traffics[t].generators == BY_KERNEL ? real : crafted))
					ban_way(sweep, w, m, t);
		}
}

/* Fields that only some traffic has, or some modes. */
static void ban_loads(struct sweep *sweep, const unsigned modes[MODES])
{
	const struct factor *mode = sweep_factor(sweep, "mode", NULL);

	for (size_t i = 1; i < COUNT(load_factors); i++)
		for (size_t v = 0; load_factors[i].loads[v].word; v++) {
			const struct load *load = &load_factors[i].loads[v];
			for (size_t t = 0; traffics[t].word; t++)
				if (!(traffics[t].generators & load->generators))
					ban(sweep, load_factors[i].name, v, "traffic", t);
			for (size_t m = 0; m < mode->count; m++)
				if (!(load->modes & 1U << modes[m]))
					ban(sweep, load_factors[i].name, v, "mode", m);
		}
}

static size_t value_of(const struct sweep *sweep, const char *name, const char *word)
{
	const struct factor *factor = sweep_factor(sweep, name, NULL);

	for (size_t v = 0; factor && v < factor->count; v++)
		if (strcmp(factor->values[v].word, word) == 0)
			return v;
	return NOT_FOUND;
}

/* Packets that differ are made one by one, with a whole checksum. */
static void ban_differences(struct sweep *sweep)
{
	for (size_t v = 1; differences[v].word; v++)
		ban(sweep, "differ", v, "checksum", value_of(sweep, "checksum", "partial"));
}

/* A burst that leaves as one large packet has a partial checksum where tx is on, so a valid one cannot be. */
static void ban_burst(struct sweep *sweep, size_t way, size_t mode, size_t traffic, size_t port)
{
	struct cover_choice choices[5] = { { .value = (unsigned)way },
		                           { .value = (unsigned)mode },
		                           { .value = (unsigned)traffic } };
	const struct interface *interface = &sweep->topology->interfaces[port];
	owned_text tx = text_format("%s.%s.tx", sweep->topology->nodes[interface->node].name, interface->name);
	const size_t valid = value_of(sweep, "checksum", "valid"), on = value_of(sweep, tx, "on");

	if (on == NOT_FOUND)
		return;
	sweep_factor(sweep, "way", &choices[0].factor);
	sweep_factor(sweep, "mode", &choices[1].factor);
	sweep_factor(sweep, "traffic", &choices[2].factor);
	sweep_factor(sweep, "checksum", &choices[3].factor);
	sweep_factor(sweep, tx, &choices[4].factor);
	choices[3].value = (unsigned)valid;
	choices[4].value = (unsigned)on;
	cover_space_ban(&sweep->cover, choices, COUNT(choices));
}

static void ban_bursts(struct sweep *sweep, const struct ways *ways, const unsigned modes[MODES])
{
	const struct factor *mode = sweep_factor(sweep, "mode", NULL);

	for (size_t w = 0; w < ways->count; w++)
		for (size_t m = 0; m < mode->count; m++)
			for (size_t t = 0; traffics[t].word; t++) {
				if (!(ways->at[w].crafted & 1U << modes[m]) || mode_kind((int)modes[m])->outer ||
				    !(traffics[t].generators & OF_BURST))
					continue;
				FOR_EACH_INTERFACE (port, sweep->topology, ways->at[w].from)
					ban_burst(sweep, w, m, t, port);
			}
}

/* Offloads of which the kernel takes one away where the other is off: netdev_fix_features(). */
static void ban_offloads(struct sweep *sweep)
{
	const struct topology *topology = sweep->topology;

	for (size_t i = 0; i < INTERFACES(topology); i++) {
		const struct interface *port = &topology->interfaces[i];
		owned_text tx = text_format("%s.%s.tx", topology->nodes[port->node].name, port->name);
		owned_text tso = text_format("%s.%s.tso", topology->nodes[port->node].name, port->name);
		const size_t off = value_of(sweep, tx, "off"), on = value_of(sweep, tso, "on");
		if (off != NOT_FOUND && on != NOT_FOUND)
			ban(sweep, tx, off, tso, on);
	}
}

void factors_end(struct sweep *sweep)
{
	for (size_t i = 0; i < sweep->count; i++)
		*PUSH(sweep->cover.values, sweep->cover.factor_count) = (unsigned)sweep->factors[i].count;
	ban_offloads(sweep);
}

/* ---- all of it */

static const struct topology *find(void *context, const char *name)
{
	(void)name;
	return context;
}

/* A cell of the topology, for what its ports have. */
static int plan_first(struct testcase **testcase, struct plan **plan, const struct sweep *sweep,
                      const struct way_choice *way, struct error *err)
{
	owned_text sets = way_ends(way, sweep->topology);
	owned_text text = text_format("case: ports\ntopology: %s\ntraffic: {%s}\nexpect: {fate: delivered}\n",
	                              sweep->topology->name, sets);
	const struct bytes octets = { (const uint8_t *)text, strlen(text) };

	if (testcase_parse(testcase, "ports.yaml", octets, find, (void *)sweep->topology, NULL, err) < 0)
		return -1;
	return plan_make(plan, *testcase, sweep->topology, 0, NULL, err);
}

static int factors_make(struct sweep *sweep, const struct ways *ways, struct error *err)
{
	unsigned modes[MODES];
	owned(testcase) testcase = NULL;
	owned(plan) plan = NULL;

	if (plan_first(&testcase, &plan, sweep, &ways->at[0], err) < 0)
		return -1;
	add_ways(sweep, ways);
	add_modes(sweep, ways, modes);
	add_loads(sweep);
	factors_add_labels(sweep);
	factors_add_mtus(sweep);
	factors_add_ports(sweep, plan);
	factors_end(sweep);
	ban_ways(sweep, ways, modes);
	ban_loads(sweep, modes);
	ban_differences(sweep);
	ban_bursts(sweep, ways, modes);
	return 0;
}

int sweep_make(struct sweep *sweep, const struct topology *topology, struct error *err)
{
	struct ways ways;

	*sweep = (struct sweep){ .topology = topology };
	int made = ways_make(&ways, topology, err);
	if (made == 0)
		made = factors_make(sweep, &ways, err);
	sweep->tried = ways.tried;
	sweep->right = ways.right;
	ways_clear(&ways);
	return made;
}

void factor_clear(struct factor *factor)
{
	for (size_t v = 0; v < factor->count; v++) {
		free(factor->values[v].word);
		free(factor->values[v].sets);
		free(factor->values[v].with_list);
	}
	free(factor->values);
	free(factor->name);
}

void sweep_clear(struct sweep *sweep)
{
	for (size_t i = 0; i < sweep->count; i++)
		factor_clear(&sweep->factors[i]);
	free(sweep->factors);
	cover_space_clear(&sweep->cover);
	*sweep = (struct sweep){ 0 };
}
