/* Texts about a cell. */
#include <stdlib.h>
#include <string.h>

#include "result.h"

#define CONSOLE_LINES 30 /* only the end of a kernel log; the whole is in the results */

char *axes_text(const struct result *cell)
{
	char *text = text_copy("");

	for (size_t i = 0; i < cell->axes.count; i++)
		text_append(&text, "%s%s=%s", i ? " " : "", cell->axes.at[i].name, cell->axes.at[i].text);
	return text;
}

char *cell_name(const struct result *cell)
{
	owned_text axes = axes_text(cell);

	return text_format("%s%s%s", cell->name, *axes ? " " : "", axes);
}

char *result_hop_text(const struct result_hop *hop)
{
	return text_format("%s.%s:%s", said(hop->node), said(hop->interface),
	                   hop->direction == NO_WORD ? "" : word_of(hop_direction_words, hop->direction));
}

const char *label_of(const struct labels *labels, const char *name)
{
	for (size_t i = 0; i < labels->count; i++)
		if (strcmp(labels->at[i].name, name) == 0)
			return labels->at[i].text;
	return NULL;
}

void text_lines_clear(struct text_lines *lines)
{
	for (size_t i = 0; i < lines->count; i++)
		free(lines->at[i]);
	free(lines->at);
}

static void add(struct text_lines *lines, const char *what, const char *text)
{
	if (is_said(text))
		*PUSH(lines->at, lines->count) = text_format("%s%s", what, text);
}

static void add_drops(struct text_lines *lines, const struct result *cell)
{
	for (size_t i = 0; i < cell->evidence->drops.count; i++) {
		const struct result_drop *drop = &cell->evidence->drops.at[i];
		owned_text line = text_format("dropped at %s", said(drop->node));
		if (is_said(drop->interface))
			text_append(&line, ".%s", drop->interface);
		if (is_said(drop->reason))
			text_append(&line, " for %s", drop->reason);
		if (is_said(drop->function))
			text_append(&line, " by %s", drop->function);
		if (is_said(drop->packet))
			text_append(&line, ": %s", drop->packet);
		if (drop->count > 1)
			text_append(&line, " (%lld times)", (long long)drop->count);
		add(lines, "", line);
	}
}

/* "r1 broke hop-limit (RFC 8200 3) for 10 packets at r1.b0:out, the first the data 0:1000: expected 63, saw 62" */
static void add_breaches(struct text_lines *lines, const struct result *cell)
{
	for (size_t i = 0; i < cell->evidence->breaches.count; i++) {
		const struct result_breach *breach = &cell->evidence->breaches.at[i];
		owned_text line = text_format("%s broke %s (%s) for %lld packet%s at %s, %sthe %s: expected %s, saw %s",
		                              said(breach->node), said(breach->invariant), said(breach->source),
		                              (long long)breach->packets, breach->packets == 1 ? "" : "s",
		                              said(breach->hop), breach->packets == 1 ? "" : "the first ",
		                              said(breach->packet), said(breach->expected), said(breach->saw));
		add(lines, "", line);
	}
}

/* "r1 sent ICMPv6 bad parameter (code 0, pointer 43) about fd00::1 > fc00:1::1, segments left 3" */
static void add_icmp(struct text_lines *lines, const struct result_icmps *errors, bool ipv4)
{
	static const char *const parameters[] = { [PARAMETER_MTU] = "MTU", [PARAMETER_POINTER] = "pointer" };

	for (size_t i = 0; i < errors->count; i++) {
		const struct result_icmp *error = &errors->at[i];
		const char *parameter =
		        parameters[icmp_parameter(ipv4 ? 4 : 6, (unsigned)error->type, (unsigned)error->code)];
		owned_text line = text_format("%s sent %s %s (code %lld", said(error->node), ipv4 ? "ICMP" : "ICMPv6",
		                              said(error->error), (long long)error->code);
		if (parameter)
			text_append(&line, ", %s %lld", parameter, (long long)error->parameter);
		text_append(&line, ")");
		if (error->source)
			text_append(&line, " about %s > %s", error->source, said(error->destination));
		if (error->segments_left != NO_INTEGER)
			text_append(&line, ", segments left %lld", (long long)error->segments_left);
		if (error->packets > 1)
			text_append(&line, " (%lld times)", (long long)error->packets);
		add(lines, "", line);
	}
}

static void add_texts(struct text_lines *lines, const char *what, const struct texts *texts)
{
	for (size_t i = texts->count > CONSOLE_LINES ? texts->count - CONSOLE_LINES : 0; i < texts->count; i++)
		add(lines, what, texts->at[i]);
}

bool begins_directive(const char *hash)
{
	static const char *const words[] = { "SKIP", "TODO", "XFAIL", "XPASS", "TIMEOUT", "ERROR" };
	const char *word = hash + 1 + strspn(hash + 1, " ");

	for (size_t i = 0; *hash == '#' && i < COUNT(words); i++)
		if (strncasecmp(word, words[i], strlen(words[i])) == 0)
			return true;
	return false;
}

struct text_lines drop_lines(const struct result *cell)
{
	struct text_lines lines = { 0 };

	add_drops(&lines, cell);
	return lines;
}

struct text_lines invariant_lines(const struct result *cell)
{
	struct text_lines lines = { 0 };

	add_breaches(&lines, cell);
	add_icmp(&lines, &cell->evidence->icmpv6, false);
	add_icmp(&lines, &cell->evidence->icmpv4, true);
	return lines;
}

struct text_lines evidence_lines(const struct result *cell)
{
	const struct result_row *known = cell->known;
	struct text_lines lines = { 0 };

	add(&lines, "", cell->why);
	add_drops(&lines, cell);
	add_breaches(&lines, cell);
	add_icmp(&lines, &cell->evidence->icmpv6, false);
	add_icmp(&lines, &cell->evidence->icmpv4, true);
	add_texts(&lines, "complaint: ", &cell->evidence->complaints);
	add_texts(&lines, "hint: ", &cell->evidence->hints);
	add_texts(&lines, "console: ", &cell->console);
	add(&lines, "deviation: ", known ? known->deviation : NULL);
	add(&lines, "documented: ", known ? known->because : NULL);
	add(&lines, "reference: ", known ? known->ref : NULL);
	add(&lines, "workaround: ", known ? known->workaround : NULL);
	add(&lines, "run: ", cell->command);
	return lines;
}

char *known_key(const struct result_row *known)
{
	return known && is_said(known->deviation) ? text_copy(known->deviation) : known_text(known);
}

char *known_text(const struct result_row *known)
{
	const char *name = known ? said(known->deviation) : "", *ref = known ? said(known->ref) : "";

	return text_format("%s%s%s%s%s%s", name, *name ? ": " : "", known ? said(known->because) : "", *ref ? " (" : "",
	                   ref, *ref ? ")" : "");
}
