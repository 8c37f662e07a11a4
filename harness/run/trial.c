/* Features that no file or version shows: each is tried out in a lab of its own. */
#include <stdio.h>

#include "probe.h"
#include "run.h"

/* A burst over one veth with GRO on at the receiving end: merged or not. Without tx the sender has no tso either, so
 * the burst is cut before it is sent, and there is something to merge. */
static const char trial_topology[] = "topology: trial\n"
                                     "about: two nodes\n"
                                     "nodes: {a: {}, b: {addresses: [\"fc00:b::1\"]}}\n"
                                     "links: [{ends: [a.b0, b.a0]}]\n";
static const char trial_case[] = "case: trial\n"
                                 "about: does a veth run GRO\n"
                                 "topology: trial\n"
                                 "set: {a.b0.tx: off, b.a0.gro: on}\n"
                                 "traffic: {tcp: crafted, mode: plain, from: a, to: \"fc00:b::1\", burst: 4}\n"
                                 "expect: {fate: delivered}\n";

static const struct topology *find_trial(void *context, const char *name)
{
	(void)name;
	return context;
}

#define TEXT(text) ((struct bytes){ (const uint8_t *)(text), sizeof(text) - 1 })

/* A trial: its case, planned, and its lab, built. */
struct trial {
	struct topology *topology;
	struct testcase *testcase;
	struct plan *plan;
	struct lab *lab;
	struct lab_setup setup;
	bool by_ip;
};

static void trial_free(struct trial *trial)
{
	lab_setup_clear(&trial->setup);
	lab_free(trial->lab);
	plan_free(trial->plan);
	testcase_free(trial->testcase);
	topology_free(trial->topology);
}

#define owned_trial __attribute__((cleanup(trial_free))) struct trial

static int trial_build(struct trial *trial, struct bytes text, struct error *err)
{
	if (topology_parse(&trial->topology, "trial", TEXT(trial_topology), err) < 0 ||
	    testcase_parse(&trial->testcase, "trial", text, find_trial, trial->topology, NULL, err) < 0 ||
	    plan_make(&trial->plan, trial->testcase, trial->topology, 0, NULL, err) < 0 ||
	    lab_build(&trial->lab, trial->plan, NULL, trial->by_ip, err) != LAB_READY)
		return -1;
	return 0;
}

static int try_veth_gro(bool *merged, bool by_ip, struct error *err)
{
	owned_trial trial = { .by_ip = by_ip };
	owned(trace) trace = trace_new();
	struct probe *probe;

	if (trial_build(&trial, TEXT(trial_case), err) < 0 || probe_open(&probe, trial.lab, NULL, NULL, NULL, err) < 0)
		return -1;
	if (cell_prepare(trial.lab, &trial.setup, trial.plan, trace, err) == LAB_READY)
		trace_record(probe, trial.plan, trace);
	probe_close(probe);
	if (trace->broken || trace->lost)
		fail(err, "%s", trace->broken ? trace->broken : "the capture lost packets");
	if (err->count)
		return -1;
	owned(evidence) evidence = evidence_make(trial.plan, trace);
	owned(verdict) verdict = verdict_reach(evidence, NULL);
	*merged = verdict->hops[HOP(topology_interface(trial.topology, 1, "a0"), HOP_IN)].aggregation > 1;
	return 0;
}

/* A route that pushes an SRH inline, on a kernel where that is a build option: it accepts the route, or refuses it
 * without `ip` too. Anything else says nothing about the kernel. */
static void try_inline(struct features *features, bool by_ip)
{
	static const char inline_case[] = "case: trial\n"
	                                  "about: does the kernel push an SRH inline\n"
	                                  "topology: trial\n"
	                                  "traffic: {mode: inline, from: a, to: \"fc00:b::1\", segments: "
	                                  "[\"fc00:b::2\"]}\n"
	                                  "expect: {fate: delivered}\n";
	owned_trial trial = { .by_ip = by_ip };
	enum lab_status status = LAB_BROKEN;
	struct error err = { 0 };
	char *why = features->why[FEATURE_INLINE];

	if (kernel_has(features->version, TRAIT_INLINE))
		return;
	if (trial_build(&trial, TEXT(inline_case), &err) == 0)
		status = lab_prepare(trial.lab, &trial.setup, trial.plan, &err);
	features->has[FEATURE_INLINE] = status == LAB_READY;
	features->unknown[FEATURE_INLINE] = status == LAB_BROKEN;
	if (status == LAB_BROKEN)
		snprintf(why, sizeof features->why[0], "its trial broke off: %s", error_line(&err));
	else
		snprintf(why, sizeof features->why[0], "%s; before 4.14 it is an option, CONFIG_IPV6_SEG6_INLINE",
		         error_line(&err));
}

void features_lost(struct features *features, const char *why)
{
	owned_text line = text_line(why);

	if (kernel_has(features->version, TRAIT_VETH_GRO))
		return;
	features->has[FEATURE_VETH_GRO] = false;
	features->unknown[FEATURE_VETH_GRO] = true;
	snprintf(features->why[FEATURE_VETH_GRO], sizeof features->why[FEATURE_VETH_GRO], "its trial broke off: %s",
	         line);
}

void features_try(struct features *features, bool by_ip)
{
	struct error err = { 0 };
	bool merged = false;

	try_inline(features, by_ip);
	if (kernel_has(features->version, TRAIT_VETH_GRO))
		return;
	if (try_veth_gro(&merged, by_ip, &err) < 0) {
		features_lost(features, err.text);
		return;
	}
	features->has[FEATURE_VETH_GRO] = merged;
	if (!merged)
		snprintf(features->why[FEATURE_VETH_GRO], sizeof features->why[FEATURE_VETH_GRO],
		         "veth runs no GRO on this kernel (a burst arrived unmerged; 5.13 is the first that does)");
}
