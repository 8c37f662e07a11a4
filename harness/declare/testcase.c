/* A case file: the map at the top, and the topologies that it names. */
#include <stdlib.h>
#include <string.h>

#include "declare.h"

static void name_read(void *into, const struct item *item, struct error *err)
{
	title_read(&((struct case_draft *)into)->testcase->name, item, "a case's name", err);
}

static void about_read(void *into, const struct item *item, struct error *err)
{
	text_read(&((struct case_draft *)into)->testcase->about, item, "a sentence", err);
}

static void source_read(void *into, const struct item *item, struct error *err)
{
	text_read(&((struct case_draft *)into)->testcase->source, item, "a document or thread", err);
}

static void case_needs(void *into, const struct item *item, struct error *err)
{
	struct testcase *testcase = ((struct case_draft *)into)->testcase;

	needs_read(&testcase->needs, &testcase->need_count, item, err);
}

static void base_read(struct case_draft *draft, const struct item *item, enum settings_allowed allowed,
                      struct error *err)
{
	struct settings settings = { draft->testcase->base, draft->testcase->base_count };

	settings_read(&settings, item, allowed, &draft->scope, err);
	draft->testcase->base = settings.items;
	draft->testcase->base_count = settings.count;
}

static void set_read(void *into, const struct item *item, struct error *err)
{
	base_read(into, item, ALLOW_ALL, err);
}

static void traffic_read(void *into, const struct item *item, struct error *err)
{
	if (item->kind != ITEM_LIST)
		base_read(into, item, ALLOW_TRAFFIC, err);
}

/* `topology` is read before all others, which look up names in it; `axes` before what names axes; the flows of
 * `traffic` after them, since they are the last axis. */
static const struct key case_keys[] = {
	{ "case", name_read, true },       { "about", about_read, false }, { "source", source_read, false },
	{ "topology", NULL, false },       { "needs", case_needs, false }, { "set", set_read, false },
	{ "traffic", traffic_read, true }, { "axes", axes_read, false },   { "traffic", flows_read, true },
	{ "expect", expect_read, true },   { "known", known_read, false }, { NULL, NULL, false },
};

/* Items that name topologies: by their texts, or by the keys of a map. */
struct names {
	const struct item *items;
	size_t count;
	bool keyed;
};

static struct names topology_names(const struct item *root, struct error *err)
{
	const struct item *one = item_find(root, "topology");
	const struct item *axis = item_find(item_find(root, "axes"), "topology");
	struct names names = { 0 };

	if (one && axis)
		fail_at(err, axis->key_where, "topology is an axis and also given on line %u; give one of them",
		        one->key_where.line);
	else if (one && one->kind != ITEM_TEXT)
		fail_at(err, one->where, "topology is one name, not %s; write `axes: {topology: [...]}` for several",
		        brief(one).text);
	else if (axis && axis->kind == ITEM_MAP)
		names = (struct names){ axis->items, axis->count, true };
	else if (one || axis)
		names.items = entries(one ? one : axis, &names.count, "a topology's name", err);
	else if (root->kind == ITEM_MAP)
		fail_at(err, root->where, "a case needs `topology: NAME`, or an axis called topology");
	return names;
}

static void topologies_find(struct case_draft *draft, const struct topology ***found, const struct item *root,
                            const struct topology *(*find)(void *context, const char *name), void *context,
                            struct error *err)
{
	struct testcase *testcase = draft->testcase;
	struct names names = topology_names(root, err);

	draft->scope.complete = names.count > 0;
	for (size_t i = 0; i < names.count; i++) {
		const struct item *item = &names.items[i];
		struct item named = { .kind = names.keyed ? ITEM_TEXT : item->kind,
			              .where = names.keyed ? item->key_where : item->where,
			              .text = names.keyed ? item->key : item->text };
		const struct topology *topology = NULL;
		char *name = NULL;
		if (title_read(&name, &named, "a topology's name", err) && !(topology = find(context, name)))
			fail_at(err, named.where,
			        "no usable topology '%s'; looked for ../topologies/%s.yaml and %s.yaml beside this "
			        "file",
			        name, name, name);
		draft->scope.complete = draft->scope.complete && topology;
		*PUSH(*found, draft->scope.count) = topology;
		*PUSH(testcase->topologies, testcase->topology_count) = name;
	}
	draft->scope.topologies = *found;
}

int testcase_parse(struct testcase **ret, const char *file, struct bytes text,
                   const struct topology *(*find)(void *context, const char *name), void *context,
                   const struct deviations *deviations, struct error *err)
{
	unsigned before = err->count;
	owned(item) root = NULL;
	owned(testcase) testcase = zalloc(sizeof *testcase);
	struct case_draft draft = { .testcase = testcase };
	const struct topology **found = NULL;

	testcase->file = text_copy(file);
	testcase->deviations = deviations;
	if (scan(&root, testcase->file, text, err) < 0)
		return -1;
	topologies_find(&draft, &found, root, find, context, err);
	map_read(&draft, root, case_keys, "a case", err);
	/* A key with an error is not a missing one. */
	if (err->count == before)
		traffic_check(&draft, item_find(root, "traffic")->where, err);
	if (err->count == before)
		unused_check(&draft, err);
	if (err->count == before)
		services_check(&draft, err);
	free(found);
	if (err->count > before)
		return -1;
	*ret = take(testcase);
	return 0;
}
