/* Text to items: the only file that knows YAML. Events rather than libyaml's documents, because a document hides
 * anchors and expands aliases before they can be refused. */
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "declare.h"

#define DEPTH_LIMIT 12
#define ITEM_LIMIT  10000

#define owned_event __attribute__((cleanup(yaml_event_delete))) yaml_event_t

struct scanner {
	yaml_parser_t parser;
	const char *file;
	struct bytes text;
	unsigned items;
	struct error *err;
};

static void item_clear(struct item *item)
{
	for (size_t i = 0; i < item->count; i++)
		item_clear(&item->items[i]);
	free(item->items);
	free(item->text);
	free(item->key);
}

void item_free(struct item *item)
{
	if (item)
		item_clear(item);
	free(item);
}

static struct where place(const struct scanner *s, yaml_mark_t mark)
{
	return (struct where){ s->file, (unsigned)mark.line + 1, (unsigned)mark.column + 1 };
}

/* For encoding errors libyaml gives only an offset. */
static struct where place_of_offset(const struct scanner *s, size_t offset)
{
	struct where where = { s->file, 1, 1 };

	for (size_t i = 0; i < offset && i < s->text.length; i++) {
		if (s->text.data[i] == '\n') {
			where.line++;
			where.column = 1;
		} else if ((s->text.data[i] & 0xc0) != 0x80) {
			where.column++;
		}
	}
	return where;
}

static int syntax_error(const struct scanner *s)
{
	const yaml_parser_t *p = &s->parser;

	if (p->error == YAML_READER_ERROR)
		return fail_at(s->err, place_of_offset(s, p->problem_offset), "not a text file: %s", p->problem);
	bool star = p->context && strstr(p->context, "alias");
	return fail_at(s->err, place(s, p->problem_mark), "not YAML: %s%s%s%s", p->context ? p->context : "",
	               p->context ? ", " : "", p->problem ? p->problem : "cannot be read",
	               star ? "; a name with * stands in quotes: \"*.*.gro\"" : "");
}

static int next(struct scanner *s, yaml_event_t *event)
{
	return yaml_parser_parse(&s->parser, event) ? 0 : syntax_error(s);
}

static int plain_check(const struct scanner *s, const yaml_event_t *event)
{
	bool anchor = event->type == YAML_ALIAS_EVENT, tag = false;

	if (event->type == YAML_SCALAR_EVENT) {
		anchor = event->data.scalar.anchor;
		tag = event->data.scalar.tag;
	} else if (event->type == YAML_SEQUENCE_START_EVENT) {
		anchor = event->data.sequence_start.anchor;
		tag = event->data.sequence_start.tag;
	} else if (event->type == YAML_MAPPING_START_EVENT) {
		anchor = event->data.mapping_start.anchor;
		tag = event->data.mapping_start.tag;
	}
	if (anchor)
		return fail_at(s->err, place(s, event->start_mark),
		               "YAML anchors (&) and aliases (*) are not supported; write the value out, or quote it");
	if (tag)
		return fail_at(s->err, place(s, event->start_mark), "YAML tags (!) are not supported; remove it");
	return 0;
}

static int scalar_read(const struct scanner *s, const yaml_event_t *event, char **ret)
{
	const char *text = (const char *)event->data.scalar.value;

	for (size_t i = 0; i < event->data.scalar.length; i++)
		if ((unsigned char)text[i] < 0x20 && text[i] != '\n' && text[i] != '\t')
			return fail_at(s->err, place(s, event->start_mark), "a control character (%#x) in the text",
			               (unsigned)text[i]);
	*ret = text_copy(text);
	return 0;
}

static int item_read(struct scanner *s, const yaml_event_t *event, unsigned depth, struct item *into);

static int list_read(struct scanner *s, unsigned depth, struct item *into)
{
	for (;;) {
		owned_event event = { 0 };
		if (next(s, &event) < 0)
			return -1;
		if (event.type == YAML_SEQUENCE_END_EVENT)
			return 0;
		if (item_read(s, &event, depth + 1, PUSH(into->items, into->count)) < 0)
			return -1;
	}
}

/* Gives the last item its key; if an earlier one has the same key, the last is removed. */
static void drop_repeated(const struct scanner *s, struct item *map)
{
	struct item *last = &map->items[map->count - 1];
	const struct item *first = item_find(map, last->key);

	if (first == last)
		return;
	fail_at(s->err, last->key_where, "'%.60s' is given twice; first on line %u", last->key, first->key_where.line);
	item_clear(last);
	map->count--;
}

static int pairs_read(struct scanner *s, unsigned depth, struct item *into)
{
	for (;;) {
		owned_event key = { 0 };
		owned_event value = { 0 };
		if (next(s, &key) < 0)
			return -1;
		if (key.type == YAML_MAPPING_END_EVENT)
			return 0;
		if (plain_check(s, &key) < 0)
			return -1;
		if (key.type != YAML_SCALAR_EVENT)
			return fail_at(s->err, place(s, key.start_mark), "a key must be a word, not a list or a map");
		struct item *item = PUSH(into->items, into->count);
		item->key_where = place(s, key.start_mark);
		if (scalar_read(s, &key, &item->key) < 0 || next(s, &value) < 0 ||
		    item_read(s, &value, depth + 1, item) < 0)
			return -1;
		drop_repeated(s, into);
	}
}

static int item_read(struct scanner *s, const yaml_event_t *event, unsigned depth, struct item *into)
{
	into->where = place(s, event->start_mark);
	if (++s->items > ITEM_LIMIT)
		return fail_at(s->err, into->where, "more than %u values in one file", ITEM_LIMIT);
	if (depth > DEPTH_LIMIT)
		return fail_at(s->err, into->where, "nested deeper than %u levels", DEPTH_LIMIT);
	if (plain_check(s, event) < 0)
		return -1;
	if (event->type == YAML_SCALAR_EVENT)
		return scalar_read(s, event, &into->text);
	into->kind = event->type == YAML_SEQUENCE_START_EVENT ? ITEM_LIST : ITEM_MAP;
	return into->kind == ITEM_LIST ? list_read(s, depth, into) : pairs_read(s, depth, into);
}

static int document_read(struct scanner *s, struct item *root)
{
	owned_event stream = { 0 };
	owned_event document = { 0 };
	owned_event first = { 0 };
	owned_event end = { 0 };
	owned_event last = { 0 };

	if (next(s, &stream) < 0 || next(s, &document) < 0)
		return -1;
	if (document.type == YAML_STREAM_END_EVENT)
		return fail_at(s->err, (struct where){ s->file, 1, 1 },
		               "the file is empty; it starts with `topology: NAME` or `case: NAME`");
	if (next(s, &first) < 0 || item_read(s, &first, 1, root) < 0 || next(s, &end) < 0 || next(s, &last) < 0)
		return -1;
	if (last.type != YAML_STREAM_END_EVENT)
		return fail_at(s->err, place(s, last.start_mark), "a second document; one file holds one");
	return 0;
}

int scan(struct item **ret, const char *file, struct bytes text, struct error *err)
{
	struct scanner s = { .file = file, .text = text, .err = err };
	owned(item) root = zalloc(sizeof *root);

	if (text.length > FILE_LIMIT)
		return fail_at(err, (struct where){ file, 1, 1 }, "longer than %u octets", FILE_LIMIT);
	if (!yaml_parser_initialize(&s.parser))
		return fail(err, "libyaml cannot start");
	yaml_parser_set_encoding(&s.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&s.parser, text.data, text.length);
	int result = document_read(&s, root);
	yaml_parser_delete(&s.parser);
	if (result == 0)
		*ret = take(root);
	return result;
}
