/* A topology file: the map at the top. */
#include <stdlib.h>
#include <string.h>

#include "declare.h"

static void name_read(void *into, const struct item *item, struct error *err)
{
	title_read(&((struct draft *)into)->topology->name, item, "a topology's name", err);
}

static void about_read(void *into, const struct item *item, struct error *err)
{
	text_read(&((struct draft *)into)->topology->about, item, "a sentence", err);
}

static void nodes_read(void *into, const struct item *item, struct error *err)
{
	struct draft *draft = into;

	if (!map_is(item, "nodes", err))
		return;
	if (item->count < 2 || item->count > NODE_LIMIT) {
		fail_at(err, item->where, "%zu nodes; a topology has 2 to %d", item->count, NODE_LIMIT);
		return;
	}
	/* All names first: services and SIDs come with the node, links and routes need every name. */
	for (size_t i = 0; i < item->count; i++) {
		const struct item *entry = &item->items[i];
		struct node *node = PUSH(draft->topology->nodes, draft->topology->node_count);
		node->where = entry->key_where;
		node->seg6_enabled = 1;
		node->vrf_strict_mode = 1;
		if (name_check(entry->key, entry->key_where, "a node", err))
			strcpy(node->name, entry->key);
	}
	for (size_t i = 0; i < item->count; i++) {
		draft->node = &draft->topology->nodes[i];
		node_read(draft, &item->items[i], err);
	}
}

static const struct key topology_keys[] = {
	{ "topology", name_read, true }, { "about", about_read, false }, { "nodes", nodes_read, true },
	{ "links", links_read, true },   { NULL, NULL, false },
};

static void draft_clear(struct draft *draft)
{
	free(draft->claims);
	free(draft->mentions);
}

static void name_of_file_check(const struct topology *topology, const struct item *root, struct error *err)
{
	const char *file = base_of(topology->file);
	const struct item *item = item_find(root, "topology");
	size_t length = topology->name ? strlen(topology->name) : 0;

	if (length && (strncmp(file, topology->name, length) != 0 || strcmp(file + length, ".yaml") != 0))
		fail_at(err, item->where, "topology '%s' must be in a file called %s.yaml", topology->name,
		        topology->name);
}

static int parse(struct topology **ret, const char *file, struct bytes text, bool named, struct error *err)
{
	unsigned before = err->count;
	owned(item) root = NULL;
	owned(topology) topology = zalloc(sizeof *topology);
	struct draft draft = { .topology = topology };

	topology->file = text_copy(file);
	if (scan(&root, topology->file, text, err) < 0)
		return -1;
	map_read(&draft, root, topology_keys, "a topology", err);
	if (named)
		name_of_file_check(topology, root, err);
	/* After an error in a link, half the nodes would be reported as unreachable. */
	if (err->count == before)
		graph_check(&draft, err);
	draft_clear(&draft);
	if (err->count > before)
		return -1;
	*ret = take(topology);
	return 0;
}

int topology_parse(struct topology **ret, const char *file, struct bytes text, struct error *err)
{
	return parse(ret, file, text, false, err);
}

int topology_read(struct topology **ret, const char *path, struct error *err)
{
	uint8_t *data = NULL;
	size_t length = 0;

	if (file_read(&data, &length, path, FILE_LIMIT, err) < 0)
		return -1;
	int result = parse(ret, path, (struct bytes){ data, length }, true, err);
	free(data);
	return result;
}
