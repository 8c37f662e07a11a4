#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "run.h"
#include "setup.h"

struct diagnosis {
	struct checkup checkup; /* of the machine; no rows: not looked at */
	struct findings findings;
	const char *node; /* "this network namespace", or its name */
	size_t sids, headends;
};

/* By the name that `ip netns` gave it, or by a path. */
static int enter(const char *name, struct error *err)
{
	owned_text path = strchr(name, '/') ? text_copy(name) : text_format("/run/netns/%s", name);
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return fail(err, "%s: %s; `ip netns list` has the names", path, strerror(errno));
	int status = setns(fd, CLONE_NEWNET) == 0 ? 0 : fail(err, "%s: %s; run as root", path, strerror(errno));
	close(fd);
	return status;
}

static void print_checkup(const struct checkup *checkup)
{
	printf("this machine, Linux %s\n", checkup->release);
	for (size_t i = 0; i < checkup->count; i++) {
		const struct checkup_row *row = &checkup->rows[i];
		printf("  %-5s%-*s%s\n", word_of(checkup_words, (int)row->state), row->text ? 22 : 0, row->name,
		       row->text ? row->text : "");
	}
	puts(checkup_is_good(checkup) ? "`hopcheck run` works here; what is `part` makes cells SKIP, by name."
	                              : "`hopcheck run` does not work here before what is `no` is mended.");
}

static void print_findings(const struct diagnosis *diagnosis)
{
	const struct findings *findings = &diagnosis->findings;

	printf("%s: %zu SID%s, %zu route%s that push%s segments\n", diagnosis->node, diagnosis->sids,
	       diagnosis->sids == 1 ? "" : "s", diagnosis->headends, diagnosis->headends == 1 ? "" : "s",
	       diagnosis->headends == 1 ? "es" : "");
	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *one = &findings->at[i];
		/* Devices may be called what acts in a terminal. */
		text_disarm(one->text);
		printf("  %-10s%s: %s\n", word_of(finding_words, (int)one->kind), one->name, one->text);
		if (!one->remedy)
			continue;
		text_disarm(one->remedy);
		printf("            %s%s\n", one->kind == FINDING_DEVIATION ? "workaround: " : "", one->remedy);
	}
	if (!findings->count)
		puts("  nothing is found");
}

static json_t *checkup_json(const struct checkup *checkup)
{
	json_t *rows = json_array();

	for (size_t i = 0; i < checkup->count; i++)
		json_array_append_new(rows, json_pack("{s:s, s:s, s:s?}", "state",
		                                      word_of(checkup_words, (int)checkup->rows[i].state), "name",
		                                      checkup->rows[i].name, "text", checkup->rows[i].text));
	return rows;
}

/* A new reference. */
static json_t *diagnosis_json(const struct diagnosis *diagnosis)
{
	json_t *findings = json_array();

	for (size_t i = 0; i < diagnosis->findings.count; i++) {
		const struct finding *one = &diagnosis->findings.at[i];
		json_array_append_new(findings,
		                      json_pack("{s:s, s:s, s:s, s:s?}", "kind", word_of(finding_words, (int)one->kind),
		                                "name", one->name, "text", one->text, "remedy", one->remedy));
	}
	return json_pack("{s:s, s:o, s:s, s:I, s:I, s:o}", "hopcheck", HOPCHECK_VERSION, "machine",
	                 checkup_json(&diagnosis->checkup), "node", diagnosis->node, "sids",
	                 (json_int_t)diagnosis->sids, "headends", (json_int_t)diagnosis->headends, "findings",
	                 findings);
}

static int write_json(const char *path, const struct diagnosis *diagnosis)
{
	json_t *json = path ? diagnosis_json(diagnosis) : NULL;
	int code = write_document(path, json_writer, json);

	json_decref(json);
	return code;
}

static int look_at_node(struct diagnosis *diagnosis, const struct options *options, struct error *err)
{
	struct suite suite = { .directory = options->cases };
	struct deviations deviations = { 0 };
	struct features features = { 0 };
	owned_text directory = suite_cases_directory(&suite);
	owned_setup setup = { 0 };

	if (options->netns && enter(options->netns, err) < 0)
		return -1;
	if (setup_read(&setup, err) < 0 || deviations_read(&deviations, directory, err) < 0)
		return -1;
	features_look_at_version(&features);
	memcpy(setup.version, features.version, sizeof setup.version);
	for (size_t i = 0; i < setup.count; i++) {
		diagnosis->sids += is_sid(&setup.things[i]);
		diagnosis->headends += is_headend(&setup.things[i]);
	}
	setup_find(&diagnosis->findings, &setup, &deviations);
	deviations_clear(&deviations);
	return 0;
}

static bool has_mistakes(const struct findings *findings)
{
	for (size_t i = 0; i < findings->count; i++)
		if (findings->at[i].kind == FINDING_MISTAKE)
			return true;
	return false;
}

static int command(struct options *options)
{
	struct diagnosis diagnosis = { .node = options->netns ? options->netns : "this network namespace" };
	const bool quiet = options->json && file_is_stdout(options->json);
	struct error err = { 0 };
	int code = EXIT_OK;

	if ((!options->netns && checkup_make(&diagnosis.checkup, &err) < 0) ||
	    look_at_node(&diagnosis, options, &err) < 0) {
		say_errors(&err);
		code = EXIT_BROKEN;
	} else {
		if (!quiet && !options->netns)
			print_checkup(&diagnosis.checkup);
		if (!quiet)
			print_findings(&diagnosis);
		if (has_mistakes(&diagnosis.findings) || !checkup_is_good(&diagnosis.checkup))
			code = EXIT_FAIL;
		if (write_json(options->json, &diagnosis) != EXIT_OK)
			code = EXIT_BROKEN;
	}
	checkup_clear(&diagnosis.checkup);
	findings_clear(&diagnosis.findings);
	return code;
}

const struct subcommand subcommand_doctor = {
	.command = COMMAND_DOCTOR,
	.name = "doctor",
	.about = "look for what is missing on this machine, and for mistakes in a node's SRv6 set-up",
	.operands = "",
	.text = "Says whether this machine can run labs and guests, with what to do where not. Then reads the SRv6 "
	        "set-up of\n"
	        "the current network namespace, or with --netns of that one alone: routes, SIDs, rules, sysctls, MTUs "
	        "and\n"
	        "offloads; and names the usual mistakes in it and the known deviations of this kernel that it meets, "
	        "with\n"
	        "the workaround. It changes nothing, and reads no firewall.\n",
	.codes = "0 nothing is wrong, 1 a mistake was found or nothing can run here, 2 wrong usage,\n"
	         "3 it could not be looked at.",
	.run = command,
};
