/* Results read a cell at a time: as JSON, all cells of a large run together take many times the room of their structs.
 */
#include <stdlib.h>
#include <string.h>

#include "result_internal.h"
#include "stop.h"

struct stream {
	FILE *in;
	char *text; /* of the value at hand */
	size_t length, size;
};

static void add(struct stream *stream, int c)
{
	if (stream->length == stream->size)
		ROOM(stream->text, stream->size, stream->length, 4096);
	stream->text[stream->length++] = (char)c;
}

static int next(struct stream *stream)
{
	return stop_signal() ? EOF : getc_unlocked(stream->in);
}

static int next_solid(struct stream *stream)
{
	int c;

	while ((c = next(stream)) == ' ' || c == '\t' || c == '\n' || c == '\r')
		;
	return c;
}

/* Up to its closing quote. */
static bool take_string(struct stream *stream)
{
	int c;

	while ((c = next(stream)) != EOF) {
		add(stream, c);
		if (c == '"')
			return true;
		if (c == '\\' && (c = next(stream)) != EOF)
			add(stream, c);
	}
	return false;
}

/* Octets of a value that begins with `first`: whether it is one jansson says. */
static bool take_value(struct stream *stream, int first)
{
	size_t depth = 0;

	stream->length = 0;
	for (int c = first; c != EOF; c = next(stream)) {
		bool ends = c == ',' || c == ']' || c == '}';
		if (!depth && ends) { /* of what it stands in */
			ungetc(c, stream->in);
			return true;
		}
		add(stream, c);
		if (c == '"' && !take_string(stream))
			return false;
		depth += c == '[' || c == '{';
		depth -= c == ']' || c == '}';
		if (!depth && (c == '"' || ends))
			return true;
	}
	return false;
}

/* New reference; NULL: it is none. */
static json_t *value(struct stream *stream, int first)
{
	return take_value(stream, first) ? json_loadb(stream->text, stream->length, JSON_DECODE_ANY, NULL) : NULL;
}

/* The next key of an object, and the first octet of its value; false: the object ends, or *is_wrong. Takes the old one.
 */
static bool next_key(struct stream *stream, char **key, int *first, bool is_first, bool *is_wrong)
{
	int c = next_solid(stream);

	free(take(*key));
	if (c == '}')
		return false;
	if (!is_first)
		c = c == ',' ? next_solid(stream) : EOF;
	json_t *text = c == '"' ? value(stream, c) : NULL;
	*key = text_copy(json_string_value(text));
	json_decref(text);
	*is_wrong = !*key || next_solid(stream) != ':';
	*first = *is_wrong ? EOF : next_solid(stream);
	return !*is_wrong;
}

/* The next element of an array; false: it ends, or *is_wrong. */
static bool next_element(struct stream *stream, int *first, bool is_first, bool *is_wrong)
{
	int c = next_solid(stream);

	if (c == ']')
		return false;
	if (!is_first)
		c = c == ',' ? next_solid(stream) : EOF;
	*first = c;
	*is_wrong = c == EOF || c == ']';
	return !*is_wrong;
}

static struct result *read_cell(struct stream *stream, struct pool *pool, const struct cells *before, int first)
{
	struct error unsaid = { 0 };
	json_t *json = value(stream, first);
	size_t base = NOT_FOUND;
	struct result *result = NULL;

	if (json && alike_base(&base, json, before->count, &unsaid) == 0) {
		json_t *other = base == NOT_FOUND ? NULL : result_json(before->at[base]);
		json_t *whole = other ? alike_resolve(json, other, &unsaid) : json_incref(json);
		result = whole ? result_read(pool, whole, false, &unsaid) : NULL;
		json_decref(whole);
		json_decref(other);
	}
	json_decref(json);
	return result;
}

/* Behind its bracket. */
static bool read_cells(struct stream *stream, struct pool *pool, struct cells *cells)
{
	bool is_wrong = false;
	int first;

	while (next_element(stream, &first, cells->count == 0, &is_wrong)) {
		struct result *cell = read_cell(stream, pool, cells, first);
		if (!cell)
			return false;
		*PUSH(cells->at, cells->count) = cell;
	}
	return !is_wrong;
}

/* An object's run, behind its brace; or those of its `kernels`, where it may have them. */
static bool read_object(struct stream *stream, struct results *results, bool may_have_kernels);

static bool read_kernels(struct stream *stream, struct results *results)
{
	bool is_wrong = false;
	size_t count = 0;
	int first;

	for (; next_element(stream, &first, count == 0, &is_wrong); count++)
		if (first != '{' || !read_object(stream, results, false))
			return false;
	return !is_wrong;
}

static bool add_run(struct results *results, const json_t *head, const struct cells *cells)
{
	struct error unsaid = { 0 };
	struct run *run = run_read(results->pool, head, &unsaid);

	if (!run)
		return false;
	struct result **at = pool_alloc(results->pool, (cells->count + 1) * sizeof(struct result *));
	if (cells->count)
		memcpy(at, cells->at, cells->count * sizeof(struct result *));
	run->cells = (struct cells){ at, cells->count };
	results_add(results, run);
	return true;
}

static bool read_members(struct stream *stream, struct results *results, bool may_have_kernels, json_t *head,
                         struct cells *cells)
{
	bool is_wrong = false, kernels = false;
	owned_text key = NULL;
	int first;

	for (bool is_first = true; next_key(stream, &key, &first, is_first, &is_wrong); is_first = false) {
		if (json_object_get(head, key) || (kernels && strcmp(key, "kernels") == 0))
			return false; /* which of the two counts, the whole document's reader knows */
		if (may_have_kernels && strcmp(key, "kernels") == 0 && first == '[') {
			kernels = true;
			if (!read_kernels(stream, results))
				return false;
		} else if (strcmp(key, "cells") == 0 && first == '[') {
			json_object_set_new(head, key, json_array());
			if (!read_cells(stream, results->pool, cells))
				return false;
		} else if (json_object_set_new(head, key, value(stream, first)) < 0) {
			return false;
		}
	}
	return !is_wrong && (kernels || add_run(results, head, cells));
}

static bool read_object(struct stream *stream, struct results *results, bool may_have_kernels)
{
	struct cells cells = { 0 };
	json_t *head = json_object();
	bool read = read_members(stream, results, may_have_kernels, head, &cells);

	free(cells.at);
	json_decref(head);
	return read;
}

int results_stream(struct results *results, FILE *in)
{
	struct stream stream = { .in = in };
	struct results before = *results;
	bool read = next_solid(&stream) == '{' && read_object(&stream, results, true) && next_solid(&stream) == EOF &&
	            !stop_signal() && !ferror(in);

	free(stream.text);
	if (!read)
		*results = before;
	return read ? 0 : -1;
}
