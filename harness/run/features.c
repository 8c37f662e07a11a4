/* What this kernel and machine can do, as far as it can be looked up. What every kernel of an age has is taken as
 * there, and case `features` shows whether it works: were it tried, all that is lost with it would be SKIP. Options of
 * the build are tried out (trial.c), since vendors backport and disable. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "device.h"
#include "drops.h"
#include "run.h"

/* What `missing` calls the names of functions in drop events. */
#define UNNAMED "drop-functions"

static void look(struct features *features, enum feature feature, const char *path, int mode, const char *advice)
{
	features->has[feature] = access(path, mode) == 0;
	if (!features->has[feature])
		snprintf(features->why[feature], sizeof features->why[feature], "%s: %s; %s", path, strerror(errno),
		         advice);
}

/* A vendor's kernel has its upstream version elsewhere: Ubuntu in a file, Debian in `uname -v`. */
void features_look_at_version(struct features *features)
{
	struct utsname name;
	char signature[256] = "";

	if (uname(&name) < 0)
		return;
	FILE *file = fopen("/proc/version_signature", "re");
	if (file && !fgets(signature, sizeof signature, file))
		signature[0] = 0;
	if (file)
		fclose(file);
	owned_text version = release_upstream(name.release, *signature ? signature : name.version);
	snprintf(features->release, sizeof features->release, "%s", name.release);
	snprintf(features->version, sizeof features->version, "%s", version);
}

/* What follows from a kernel's version; features that are build options are tried by features_try(). */
static void look_at_age(struct features *features)
{
	features->has[FEATURE_SEG6LOCAL] = kernel_has(features->version, TRAIT_SEG6LOCAL);
	features->has[FEATURE_INLINE] = kernel_has(features->version, TRAIT_INLINE);
	features->has[FEATURE_VETH_GRO] = kernel_has(features->version, TRAIT_VETH_GRO);
	if (!features->has[FEATURE_SEG6LOCAL])
		snprintf(features->why[FEATURE_SEG6LOCAL], sizeof features->why[0], "it came with 4.14");
	if (!features->has[FEATURE_INLINE])
		snprintf(features->why[FEATURE_INLINE], sizeof features->why[0], "not tried");
	if (!features->has[FEATURE_VETH_GRO])
		snprintf(features->why[FEATURE_VETH_GRO], sizeof features->why[0], "not tried");
}

void features_look(struct features *features)
{
	features_look_at_version(features);
	look_at_age(features);
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
	owned_text line = text_line(why);

	features->has[FEATURE_DROP_EVENTS] = false;
	snprintf(features->why[FEATURE_DROP_EVENTS], sizeof features->why[FEATURE_DROP_EVENTS], "%s", line);
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

static void add_label(struct label *labels, size_t *count, struct pool *pool, const char *name, const char *text)
{
	labels[(*count)++] = (struct label){ pool_text(pool, name), pool_text(pool, text) };
}

static struct labels missing_of(struct pool *pool, const struct features *features)
{
	struct label labels[FEATURES + 2] = { 0 };
	size_t count = 0;

	for (int i = 0; i < FEATURES; i++)
		if (!features->has[i])
			add_label(labels, &count, pool, word_of(feature_words, i), features->why[i]);
	if (features->ends_unknown)
		add_label(
		        labels, &count, pool, "lab-ends",
		        "neither the namespaces of a lab that had ended nor an empty one were taken down within 15 s: "
		        "from then on the ends of labs were not looked at");
	if (features->unnamed[0])
		add_label(labels, &count, pool, UNNAMED, features->unnamed);
	return (struct labels){ pool_keep(pool, labels, count * sizeof *labels), count };
}

const struct result_kernel *features_kernel(struct pool *pool, const struct features *features)
{
	struct result_kernel kernel = { .release = pool_text(pool, features->release),
		                        .version = pool_text(pool, features->version),
		                        .missing = missing_of(pool, features),
		                        .nics = nics_figures(pool, features) };
	struct truth has[FEATURES] = { 0 };
	const char *unknown[FEATURES];
	size_t count = 0;

	for (int i = 0; i < FEATURES; i++) {
		has[i].name = pool_text(pool, word_of(feature_words, i));
		has[i].holds = features->has[i];
		if (features->unknown[i])
			unknown[count++] = has[i].name;
	}
	kernel.features = (struct truths){ pool_keep(pool, has, sizeof has), FEATURES };
	kernel.unknown = (struct texts){ pool_keep(pool, unknown, count * sizeof *unknown), count };
	if (features->qemu[0])
		kernel.qemu = pool_text(pool, features->qemu);
	return pool_keep(pool, &kernel, sizeof kernel);
}

json_t *features_json(const struct features *features)
{
	owned(pool) pool = pool_new();

	return members_json(&result_kernel_members, features_kernel(pool, features));
}

static void read_truth(struct features *features, const struct result_kernel *kernel, const struct truth *truth)
{
	const char *why = label_of(&kernel->missing, truth->name);
	int feature;

	if (!word_value(feature_words, truth->name, &feature))
		return;
	features->has[feature] = truth->holds;
	snprintf(features->why[feature], sizeof features->why[feature], "%s", said(why));
	features->unknown[feature] = false;
	for (size_t i = 0; i < kernel->unknown.count; i++)
		features->unknown[feature] |= strcmp(kernel->unknown.at[i], truth->name) == 0;
}

void features_read(struct features *features, const struct result_kernel *kernel)
{
	if (kernel->version)
		snprintf(features->version, sizeof features->version, "%s", kernel->version);
	if (kernel->qemu)
		snprintf(features->qemu, sizeof features->qemu, "%s", kernel->qemu);
	nics_read_figures(features, &kernel->nics);
	snprintf(features->unnamed, sizeof features->unnamed, "%s", said(label_of(&kernel->missing, UNNAMED)));
	look_at_age(features); /* which older documents do not tell */
	for (size_t i = 0; i < kernel->features.count; i++)
		read_truth(features, kernel, &kernel->features.at[i]);
}

static bool rows_need(const struct expectation *rows, size_t count, const char *feature)
{
	for (size_t i = 0; i < count; i++)
		for (size_t n = 0; n < rows[i].need_count; n++)
			if (strcmp(rows[i].needs[n], feature) == 0)
				return true;
	return false;
}

bool features_decide(const struct suite *suite, const struct features *features)
{
	const char *tried = word_of(feature_words, FEATURE_VETH_GRO);

	if (!kernel_has(features->version, TRAIT_INLINE))
		return true;
	if (kernel_has(features->version, TRAIT_VETH_GRO))
		return false;
	for (size_t i = 0; i < suite->case_count; i++) {
		const struct testcase *testcase = suite->cases[i].testcase;
		if (rows_need(testcase->expect, testcase->expect_count, tried) ||
		    rows_need(testcase->known, testcase->known_count, tried))
			return true;
	}
	return false;
}

static bool sets_gro(const struct plan *plan, size_t interface)
{
	return plan->offloads[interface][OFFLOAD_GRO] > 0;
}

/* A setting without effect must not be a PASS. */
static char *gro_missing(const struct plan *plan)
{
	for (size_t i = 0; i < INTERFACES(plan->topology); i++) {
		const struct link_kind *kind = port_kind(plan->topology, i);
		char *why =
		        sets_gro(plan, i) && kind->no_gro ? kind->no_gro(plan->topology->interfaces[i].model) : NULL;
		if (why)
			return why;
	}
	return NULL;
}

/* Bits of features that the plan's links and devices are made of. */
static unsigned kind_needs(const struct plan *plan)
{
	unsigned needs = 0;

	for (size_t i = 0; i < INTERFACES(plan->topology); i++) {
		const struct link_kind *kind = port_kind(plan->topology, i);
		needs |= kind->needs | (sets_gro(plan, i) ? kind->gro_needs : 0);
	}
	for (size_t i = 0; i < plan->service_count; i++)
		needs |= plan->services[i].device.kind->needs;
	return needs;
}

/* Bits of features that a plan may ask for whose case does not name them, by its links and otherwise. */
static unsigned may_need(const struct topology *topology)
{
	unsigned needs = 1U << FEATURE_SEG6 | 1U << FEATURE_TUN | 1U << FEATURE_SEG6LOCAL | 1U << FEATURE_INLINE;

	for (size_t i = 0; i < INTERFACES(topology); i++)
		needs |= port_kind(topology, i)->needs | port_kind(topology, i)->gro_needs;
	return needs;
}

bool features_suffice(const struct features *features, const struct testcase *testcase, const struct topology *topology)
{
	unsigned pairs[NICS] = { 0 }, needs = may_need(topology), nics = 0;
	int value;

	nic_count(pairs, topology);
	for (size_t row = 0; row < NICS; row++)
		nics += pairs[row];
	for (size_t i = 0; i < INTERFACES(topology); i++)
		nics += port_kind(topology, i)->no_gro != NULL;
	for (size_t i = 0; i < testcase->need_count; i++)
		needs |= word_value(feature_words, testcase->needs[i], &value) ? 1U << value : 0;
	for (int i = 0; i < FEATURES; i++)
		if (needs & 1U << i && !features->has[i])
			return false;
	return nics == 0;
}

char *lab_missing(const struct features *features, const struct plan *plan)
{
	static const enum feature features_of_lab[] = { FEATURE_SEG6LOCAL, FEATURE_INLINE };
	enum outcome outcome;
	bool lacks = false;
	char *nics = nics_missing(features, plan);

	if (!nics)
		nics = gro_missing(plan);
	for (size_t i = 0; i < COUNT(features_of_lab); i++)
		lacks |= !features->has[features_of_lab[i]] && !features->unknown[features_of_lab[i]];
	return nics || !lacks ? nics : feature_missing(features, plan, &outcome);
}

char *feature_missing(const struct features *features, const struct plan *plan, enum outcome *outcome)
{
	const struct testcase *testcase = plan->testcase;
	bool needed[FEATURES] = { 0 };
	int value;

	needed[FEATURE_SEG6] = mode_kind(plan->traffic.mode)->leads;
	for (int i = 0; i < FEATURES; i++)
		needed[i] |= (kind_needs(plan) & 1U << i) != 0;
	needed[FEATURE_SEG6LOCAL] = plan_needs_seg6local(plan);
	needed[FEATURE_INLINE] = mode_kind(plan->traffic.mode)->inserts && !traffic_is_crafted(&plan->traffic);
	for (size_t i = 0; i < testcase->need_count; i++)
		if (word_value(feature_words, testcase->needs[i], &value))
			needed[value] = true;
	*outcome = OUTCOME_SKIP;
	char *nics = nics_missing(features, plan);
	if (nics || (nics = gro_missing(plan)))
		return nics;
	for (int i = 0; i < FEATURES; i++) {
		if (!needed[i] || features->has[i])
			continue;
		if (features->unknown[i])
			*outcome = OUTCOME_BROKEN;
		return text_format("needs %s: %s", word_of(feature_words, i), features->why[i]);
	}
	return NULL;
}
