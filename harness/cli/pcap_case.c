/* hopcheck pcap --make-case: files that replay each flow, where they can. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "sighting.h"

static int write_text(FILE *out, const void *text, struct error *err)
{
	(void)err; /* a stream that failed says so itself */
	fputs(text, out);
	return 0;
}

static const struct topology *find_made(void *context, const char *name)
{
	const struct topology *topology = context;

	return strcmp(topology->name, name) == 0 ? topology : NULL;
}

static struct bytes bytes_of(const char *text)
{
	return (struct bytes){ (const uint8_t *)text, strlen(text) };
}

/* Whether hopcheck itself would take them: a capture may hold what no lab can be made of. */
static int check(const struct replay *replay, struct error *err)
{
	owned(topology) topology = NULL;
	owned(testcase) testcase = NULL;
	int ret = topology_parse(&topology, replay->name, bytes_of(replay->topology), err);

	if (ret == 0)
		ret = testcase_parse(&testcase, replay->name, bytes_of(replay->testcase), find_made, topology, NULL,
		                     err);
	for (size_t cell = 0; ret == 0 && cell < testcase_cells(testcase); cell++)
		ret = plan_check(testcase, topology, cell, err);
	return ret;
}

static int put(int directory, const char *shown, const struct replay *replay, const char *text, struct error *err)
{
	owned_text name = text_format("%s.yaml", replay->name);

	return file_put_at(directory, name, shown, write_text, text, err);
}

static int write_files(const char *dir, const struct replay *replay, struct error *err)
{
	const int at = directory_open(dir, err);
	const int cases = at < 0 ? -1 : directory_below(at, "cases", false, err);
	const int topologies = cases < 0 ? -1 : directory_below(at, "topologies", false, err);
	owned_text shown = text_format("%s/cases/%s.yaml", dir, replay->name);
	owned_text shown_too = text_format("%s/topologies/%s.yaml", dir, replay->name);
	int ret = topologies < 0 ? -1 : put(topologies, shown_too, replay, replay->topology, err);

	if (ret == 0)
		ret = put(cases, shown, replay, replay->testcase, err);
	if (topologies >= 0)
		close(topologies);
	if (cases >= 0)
		close(cases);
	if (at >= 0)
		close(at);
	return ret;
}

static bool make_one(FILE *out, const char *dir, const struct replay *replay, int *code)
{
	struct error unfit = { 0 }, err = { 0 };

	if (replay->refusal || check(replay, &unfit) < 0) {
		fprintf(out, "no case of %s: %s\n", replay->flow,
		        replay->refusal ? replay->refusal : error_line(&unfit));
		return false;
	}
	if (write_files(dir, replay, &err) < 0) {
		say_errors(&err);
		*code = EXIT_BROKEN;
		return false;
	}
	fprintf(out, "%s/cases/%s.yaml: %s\n", dir, replay->name, replay->flow);
	return true;
}

int make_cases(FILE *out, const char *dir, struct capture *capture, unsigned mtu)
{
	struct replays replays = replays_make(capture, mtu);
	int code = EXIT_OK;
	size_t made = 0;

	fputc('\n', out);
	for (size_t i = 0; i < replays.count && code == EXIT_OK; i++)
		made += make_one(out, dir, &replays.at[i], &code);
	if (made) {
		owned_text word = shell_word(dir);
		fprintf(out, "run: hopcheck run --cases %s/cases\n", word);
	}
	replays_clear(&replays);
	return code;
}
