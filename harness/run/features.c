/* What this kernel and machine can do: looked up where that tells, tried out where only a trial does. Versions decide
 * nothing here. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "probe.h"
#include "run.h"

static void look(struct features *features, enum feature feature, const char *path, int mode, const char *advice)
{
	features->has[feature] = access(path, mode) == 0;
	if (!features->has[feature])
		snprintf(features->why[feature], sizeof features->why[feature], "%s: %s; %s", path, strerror(errno),
		         advice);
}

/* A vendor's kernel says its upstream version elsewhere: Ubuntu in a file, Debian in `uname -v`. */
static void look_version(struct features *features)
{
	struct utsname name;
	char signature[256] = "";
	FILE *file = fopen("/proc/version_signature", "re");

	if (uname(&name) < 0)
		return;
	if (file && !fgets(signature, sizeof signature, file))
		signature[0] = 0;
	if (file)
		fclose(file);
	owned_text version = release_upstream(name.release, *signature ? signature : name.version);
	snprintf(features->release, sizeof features->release, "%s", name.release);
	snprintf(features->version, sizeof features->version, "%s", version);
}

void features_look(struct features *features)
{
	look_version(features);
	look(features, FEATURE_SEG6, "/proc/sys/net/ipv6/conf/all/seg6_enabled", F_OK,
	     "this kernel has no SRv6 (4.10 and CONFIG_IPV6 are needed)");
	look(features, FEATURE_HMAC, "/proc/sys/net/ipv6/conf/all/seg6_require_hmac", F_OK,
	     "this kernel was built without CONFIG_IPV6_SEG6_HMAC");
	look(features, FEATURE_TUN, "/dev/net/tun", R_OK | W_OK,
	     "run as root, or let users open it: `sudo chmod 666 /dev/net/tun`");
	nics_look(features);
}

void features_no_drops(struct features *features, const char *why)
{
	features->has[FEATURE_DROP_EVENTS] = false;
	snprintf(features->why[FEATURE_DROP_EVENTS], sizeof features->why[FEATURE_DROP_EVENTS], "%.*s",
	         (int)strcspn(why, "\n"), why);
}

struct kernel_facts *features_look_at_drops(struct features *features, bool off)
{
	struct kernel_facts *facts = NULL;
	owned_text unnamed = NULL;
	struct error err = { 0 };

	features->has[FEATURE_DROP_EVENTS] = true;
	if (off)
		features_no_drops(features, "--no-drop-events was given");
	else if (drops_learn(&facts, &unnamed, &err) < 0)
		features_no_drops(features, err.text);
	else if (unnamed)
		snprintf(features->unnamed, sizeof features->unnamed, "%s", unnamed);
	return facts;
}

/* A burst over one veth, GRO on at its end: merged or not. */
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

static int try_veth_gro(bool *merged, struct error *err)
{
	owned(topology) topology = NULL;
	owned(testcase) testcase = NULL;
	owned(plan) plan = NULL;
	owned(lab) lab = NULL;
	owned(trace) trace = trace_new();
	struct probe *probe;

	if (topology_parse(&topology, "trial", TEXT(trial_topology), err) < 0 ||
	    testcase_parse(&testcase, "trial", TEXT(trial_case), find_trial, topology, err) < 0 ||
	    plan_make(&plan, testcase, topology, 0, err) < 0 || lab_build(&lab, plan, err) != LAB_READY ||
	    probe_open(&probe, lab, NULL, err) < 0)
		return -1;
	if (lab_prepare(lab, plan, trace, err) == LAB_READY)
		trace_record(probe, plan, trace);
	probe_close(probe);
	if (trace->broken || trace->lost)
		fail(err, "%s", trace->broken ? trace->broken : "the capture lost packets");
	if (err->count)
		return -1;
	owned(verdict) verdict = verdict_reach(plan, trace);
	*merged = verdict->hops[HOP(topology_interface(topology, 1, "a0"), HOP_IN)].aggregation > 1;
	return 0;
}

void features_lost(struct features *features, const char *why)
{
	features->has[FEATURE_VETH_GRO] = false;
	features->unknown[FEATURE_VETH_GRO] = true;
	snprintf(features->why[FEATURE_VETH_GRO], sizeof features->why[FEATURE_VETH_GRO], "its trial broke off: %.*s",
	         (int)strcspn(why, "\n"), why);
}

void features_try(struct features *features)
{
	struct error err = { 0 };
	bool merged = false;

	if (try_veth_gro(&merged, &err) < 0) {
		features_lost(features, err.text);
		return;
	}
	features->has[FEATURE_VETH_GRO] = merged;
	if (!merged)
		snprintf(features->why[FEATURE_VETH_GRO], sizeof features->why[FEATURE_VETH_GRO],
		         "veth runs no GRO on this kernel (a burst arrived unmerged; 5.13 is the first that does)");
}

json_t *features_json(const struct features *features)
{
	json_t *has = json_object(), *why = json_object(), *unknown = json_array();

	for (int i = 0; i < FEATURES; i++) {
		json_object_set_new(has, word_of(feature_words, i), json_boolean(features->has[i]));
		if (!features->has[i])
			json_object_set_new(why, word_of(feature_words, i), json_string(features->why[i]));
		if (features->unknown[i])
			json_array_append_new(unknown, json_string(word_of(feature_words, i)));
	}
	json_t *json =
	        json_pack("{s:s,s:s,s:o,s:o,s:o,s:o}", "release", features->release, "version", features->version,
	                  "features", has, "missing", why, "unknown", unknown, "nics", nics_json(features));
	if (features->qemu[0])
		json_object_set_new(json, "qemu", json_string(features->qemu));
	if (features->unnamed[0])
		json_object_set_new(why, "drop-functions", json_string(features->unnamed));
	return json;
}

void features_read(struct features *features, const json_t *json)
{
	const char *unnamed = json_string_value(json_object_get(json_object_get(json, "missing"), "drop-functions"));
	const json_t *name;
	const char *version = json_string_value(json_object_get(json, "version"));
	size_t index;

	if (version)
		snprintf(features->version, sizeof features->version, "%s", version);
	const char *qemu = json_string_value(json_object_get(json, "qemu"));
	if (qemu)
		snprintf(features->qemu, sizeof features->qemu, "%s", qemu);
	nics_read_json(features, json_object_get(json, "nics"));
	snprintf(features->unnamed, sizeof features->unnamed, "%s", unnamed ? unnamed : "");
	for (int i = 0; i < FEATURES; i++) {
		const char *word = word_of(feature_words, i);
		const char *why = json_string_value(json_object_get(json_object_get(json, "missing"), word));
		features->has[i] = json_is_true(json_object_get(json_object_get(json, "features"), word));
		snprintf(features->why[i], sizeof features->why[i], "%s", why ? why : "");
		features->unknown[i] = false;
		json_array_foreach (json_object_get(json, "unknown"), index, name)
			features->unknown[i] |= json_is_string(name) && strcmp(json_string_value(name), word) == 0;
	}
}

static bool rows_need(const struct expectation *rows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (rows[i].need_count)
			return true;
	return false;
}

bool features_decide(const struct suite *suite)
{
	for (size_t i = 0; i < suite->case_count; i++) {
		const struct testcase *testcase = suite->cases[i].testcase;
		if (rows_need(testcase->expect, testcase->expect_count) ||
		    rows_need(testcase->known, testcase->known_count))
			return true;
	}
	return false;
}

static bool sets_gro(const struct plan *plan, enum link_kind kind)
{
	for (size_t i = 0; i < INTERFACES(plan->topology); i++)
		if (plan->topology->links[i / 2].kind == kind && plan->offloads[i][OFFLOAD_GRO] > 0)
			return true;
	return false;
}

char *feature_missing(const struct features *features, const struct plan *plan, enum outcome *outcome)
{
	const struct testcase *testcase = plan->testcase;
	bool needed[FEATURES] = { 0 };
	int value;

	needed[FEATURE_SEG6] = plan->traffic.mode != MODE_PLAIN;
	/* GRO that is set on a veth of a kernel whose veth ignores it has no effect: not a PASS. */
	needed[FEATURE_VETH_GRO] = sets_gro(plan, LINK_VETH);
	needed[FEATURE_TUN] = plan_uses_tun(plan);
	for (size_t i = 0; i < testcase->need_count; i++)
		if (word_value(feature_words, testcase->needs[i], &value))
			needed[value] = true;
	*outcome = OUTCOME_SKIP;
	char *nics = nics_missing(features, plan);
	if (nics)
		return nics;
	if (sets_gro(plan, LINK_NIC_MODEL)) /* a TAP takes the setting, reads it back, and runs none */
		return text_copy("gro is on for a nic-model's interface, and a TAP runs no GRO");
	for (int i = 0; i < FEATURES; i++) {
		if (!needed[i] || features->has[i])
			continue;
		if (features->unknown[i])
			*outcome = OUTCOME_BROKEN;
		return text_format("needs %s: %s", word_of(feature_words, i), features->why[i]);
	}
	return NULL;
}
