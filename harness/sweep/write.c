/* A find as a case: the least of its first row, what is right, and what this kernel does, with its evidence. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "sweeping.h"

/* ---- texts of rows: "key: value, key: [a, b]" */

/* The end of the part that begins here: the comma behind it, or the end of the text. */
static const char *part_end(const char *part)
{
	bool quoted = false;
	int depth = 0;

	for (; *part && (*part != ',' || quoted || depth); part++) {
		quoted ^= *part == '"';
		depth += !quoted && *part == '[';
		depth -= !quoted && *part == ']';
	}
	return part;
}

/* Of a setting of a node or a port, "r1.a0.gro: on", rather than of the traffic. */
static bool is_of_lab(const char *part)
{
	return *part == '"' || (strcspn(part, ".") < strcspn(part, ":") && strncmp(part, "srh.", 4) != 0);
}

static bool is_mode(const char *part)
{
	return strncmp(part, "mode: ", strlen("mode: ")) == 0;
}

/* The parts of a row of one kind, without its mode; *mode: that. Callers free. */
static char *parts_of(const char *sets, bool lab, char **mode)
{
	char *text = text_copy("");

	for (const char *part = sets, *end; *part; part = *end ? end + 2 : end) {
		end = part_end(part);
		if (is_mode(part) && mode)
			*mode = text_format("%.*s", (int)(end - part - (long)strlen("mode: ")),
			                    part + strlen("mode: "));
		else if (!is_mode(part) && is_of_lab(part) == lab)
			text_append(&text, "%s%.*s", *text ? ", " : "", (int)(end - part), part);
	}
	return text;
}

/* ---- what this kernel does, as a row of `known` */

/* As a YAML text in double quotes, on one line. */
static char *quoted(const char *text)
{
	char *out = text_copy("\"");

	for (; *text; text++)
		text_append(&out, "%s%c", *text == '"' || *text == '\\' ? "\\" : "", *text == '\n' ? ' ' : *text);
	text_append(&out, "\"");
	return out;
}

static char *verdict_of(const struct result *result)
{
	const struct result_verdict *verdict = result->verdict;
	const struct texts *complaints = &result->evidence->complaints;
	char *text = text_format("{fate: %s", word_of(fate_words, verdict->fate));

	if (verdict->fate != FATE_DELIVERED && is_said(verdict->at))
		text_append(&text, ", at: %s, reason: %s", verdict->at, said(verdict->reason));
	if (verdict->bad_checksums.count)
		text_append(&text, ", bad_checksums: any");
	if (verdict->oversize.count)
		text_append(&text, ", oversize: any");
	if (verdict->contradicted_by.count)
		text_append(&text, ", contradicted: any");
	for (size_t i = 0; i < result->differences.count; i++)
		if (strncmp(said(result->differences.at[i].what), "altered", strlen("altered")) == 0) {
			text_append(&text, ", altered: any");
			break;
		}
	for (size_t i = 0; i < verdict->broken.count; i++)
		text_append(&text, "%s%s", i ? ", " : ", broken: [", verdict->broken.at[i]);
	if (verdict->broken.count)
		text_append(&text, "]");
	if (complaints->count) {
		owned_text said_there = quoted(complaints->at[0]);
		text_append(&text, ", complaint: %s", said_there);
	}
	text_append(&text, "}");
	return text;
}

/* The name, where only one deviation looks so, else the sentence, and where it was found. */
static char *reasons_of(const struct find *find, const char *source)
{
	owned_text because = quoted(find->what);
	owned_text ref = quoted(source);

	if (find->named && !strchr(find->named, ','))
		return text_format("    deviation: %s\n", find->named);
	return text_format("    because: %s\n    ref: %s\n", because, ref);
}

static char *known_of(const struct find *find, const struct result *result, const char *mode, const char *version,
                      const char *source)
{
	owned_text verdict = verdict_of(result);
	owned_text reasons = reasons_of(find, source);
	owned_text when = find->control ? text_format("    when: {mode: %s}\n", mode) : text_copy("");

	return text_format("known:\n  - kernel: \"=%.*s\"\n%s    verdict: %s\n%s", (int)strspn(version, "0123456789."),
	                   version, when, verdict, reasons);
}

static void append_comments(char **text, const char *line)
{
	while (*line) {
		size_t length = strlen(line);
		if (length > 110) {
			for (length = 110; length > 60 && line[length] != ' ';)
				length--;
		}
		text_append(text, "# %.*s\n", (int)length, line);
		line += length + (line[length] == ' ');
	}
}

static char *case_text(const struct find *find, const struct result *result, const char *name,
                       const struct sweeping *sweeping, const char *source)
{
	const char *topology = sweeping->topology->name;
	const char *version = sweeping->runner.features.version;
	owned_text mode = NULL;
	owned_text traffic = parts_of(find->least, false, &mode);
	owned_text lab = parts_of(find->least, true, NULL);
	owned_text about = quoted(find->what);
	owned_text from = quoted(source);
	char *text = NULL;

	if (result) {
		struct text_lines lines = evidence_lines(result);
		for (size_t i = 0; i < lines.count; i++)
			if (strncmp(lines.at[i], "run: ", strlen("run: ")) != 0)
				append_comments(&text, lines.at[i]);
		text_lines_clear(&lines);
	} else {
		append_comments(&text, find->why);
	}
	text_append(&text, "case: %s\nabout: %s\nsource: %s\ntopology: %s\n", name, about, from, topology);
	if (*lab)
		text_append(&text, "set: {%s}\n", lab);
	text_append(&text, "traffic: {%s%s%s}\n", traffic,
	            find->control || !mode ? "" : ", mode: ", find->control || !mode ? "" : mode);
	if (find->control)
		text_append(&text, "axes: {mode: [%s, plain]}\n", mode);
	text_append(&text, "expect: {fate: delivered%s}\n",
	            strstr(find->least, "mtu: " SWEEP_NARROW) || strstr(find->least, "headend: ")
	                    ? ", contradicted: any"
	                    : "");
	if (result) {
		owned_text known = known_of(find, result, mode ? mode : "plain", version, source);
		text_append(&text, "%s", known);
	}
	return text;
}

/* ---- files */

static int write_text(FILE *out, const void *value, struct error *err)
{
	(void)err;
	fputs(value, out);
	return 0;
}

static int make_directory(const char *path, struct error *err)
{
	return mkdir(path, 0777) < 0 && errno != EEXIST ? fail(err, "%s: %s", path, strerror(errno)) : 0;
}

static int copy_beside(const char *from, const char *directory, const char *name, struct error *err)
{
	owned_text to = text_format("%s/%s.yaml", directory, name);
	uint8_t *octets = NULL;
	size_t length;

	if (make_directory(directory, err) < 0 || file_read(&octets, &length, from, 1 << 20, err) < 0)
		return -1;
	int put = file_put(to, write_text, octets, err);
	free(octets);
	return put;
}

static const struct deviation *deviation_called(const struct sweeping *sweeping, const char *name)
{
	const struct suite *suite = &sweeping->known.suite;

	for (size_t i = 0; i < suite->deviation_count; i++) {
		const struct deviation *found = deviation_find(&suite->deviations[i]->deviations, name);
		if (found)
			return found;
	}
	return NULL;
}

static int write_files(const struct sweeping *sweeping, const struct find *find, const char *directory,
                       const char *path, const char *text, struct error *err)
{
	owned_text cases = text_format("%s/cases", directory);
	owned_text topologies = text_format("%s/topologies", directory);
	owned_text deviations = text_format("%s/deviations", cases);
	const struct deviation *named = find->named ? deviation_called(sweeping, find->named) : NULL;

	if (make_directory(directory, err) < 0 || make_directory(cases, err) < 0 ||
	    copy_beside(sweeping->topology->file, topologies, sweeping->topology->name, err) < 0)
		return -1;
	if (named && copy_beside(named->file, deviations, named->name, err) < 0)
		return -1;
	return file_put(path, write_text, text, err);
}

int find_write(char **path, struct sweeping *sweeping, const struct find *find, const char *directory,
               const char *command, struct error *err)
{
	const char *topology = sweeping_name(sweeping);
	owned_text name = text_format("sweep-%s-%u.%llu-%zu", topology, sweeping->strength,
	                              (unsigned long long)sweeping->seed, find->first);
	owned_text source = text_format("%s, row %zu", command, find->first);
	owned_text file = text_format("%s/cases/%s.yaml", directory, name);
	struct rows_ran ran = { 0 };
	int done = 0;

	if (!sweeping->runner.kernel_count)
		done = rows_run(&ran, &sweeping->runner, topology, (char *const *)&find->least, 1, 0, err);
	if (done == 0) {
		const struct result *result = ran.kernels == 1 ? ran.results[0] : NULL;
		owned_text text = case_text(find, result && result->verdict ? result : NULL, name, sweeping, source);
		done = write_files(sweeping, find, directory, file, text, err);
	}
	rows_clear(&ran);
	if (done == 0)
		*path = take(file);
	return done;
}
