/* What a cell rests on, as lines of text, for outputs that carry text with a result. */
#include <string.h>

#include "report_internal.h"

#define CONSOLE_LINES 30 /* the end of a kernel log tells; the whole is in the results */

static void add(json_t *lines, const char *what, const char *text)
{
	if (*text)
		json_array_append_new(lines, json_sprintf("%s%s", what, text));
}

static void add_drops(json_t *lines, const json_t *drops)
{
	const json_t *drop;
	size_t i;

	json_array_foreach (drops, i, drop) {
		owned_text line = text_format("dropped at %s", text_at(drop, "node"));
		if (*text_at(drop, "interface"))
			text_append(&line, ".%s", text_at(drop, "interface"));
		if (*text_at(drop, "reason"))
			text_append(&line, " for %s", text_at(drop, "reason"));
		if (*text_at(drop, "function"))
			text_append(&line, " by %s", text_at(drop, "function"));
		if (*text_at(drop, "packet"))
			text_append(&line, ": %s", text_at(drop, "packet"));
		if (json_integer_value(json_object_get(drop, "count")) > 1)
			text_append(&line, " (%lld times)", json_integer_value(json_object_get(drop, "count")));
		add(lines, "", line);
	}
}

static void add_texts(json_t *lines, const char *what, const json_t *texts, size_t most)
{
	size_t count = json_array_size(texts);

	for (size_t i = count > most ? count - most : 0; i < count; i++) {
		const char *text = json_string_value(json_array_get(texts, i));
		add(lines, what, text ? text : "");
	}
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

json_t *drop_lines(const json_t *cell)
{
	json_t *lines = json_array();

	add_drops(lines, json_object_get(cell, "drops"));
	return lines;
}

json_t *evidence_lines(const json_t *cell)
{
	const json_t *known = json_object_get(cell, "known");
	json_t *lines = json_array();

	add(lines, "", text_at(cell, "why"));
	add_drops(lines, json_object_get(cell, "drops"));
	add_texts(lines, "complaint: ", json_object_get(cell, "complaints"), CONSOLE_LINES);
	add_texts(lines, "hint: ", json_object_get(cell, "hints"), CONSOLE_LINES);
	add_texts(lines, "console: ", json_object_get(cell, "console"), CONSOLE_LINES);
	add(lines, "deviation: ", text_at(known, "deviation"));
	add(lines, "documented: ", text_at(known, "because"));
	add(lines, "reference: ", text_at(known, "ref"));
	add(lines, "workaround: ", text_at(known, "workaround"));
	add(lines, "run: ", text_at(cell, "command"));
	return lines;
}

char *known_key(const json_t *known)
{
	return *text_at(known, "deviation") ? text_copy(text_at(known, "deviation")) : known_text(known);
}

char *known_text(const json_t *known)
{
	const char *name = text_at(known, "deviation"), *ref = text_at(known, "ref");

	return text_format("%s%s%s%s%s%s", name, *name ? ": " : "", text_at(known, "because"), *ref ? " (" : "", ref,
	                   *ref ? ")" : "");
}
