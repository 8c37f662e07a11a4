/* Every kind of link, and every model of a NIC, by the words that files have for them. */
#include "link.h"

#define ROW(kind) extern const struct link_kind kind;
#include "rows.h"
#undef ROW
#define ROW(kind) &kind,
const struct link_kind *const link_table[] = {
#include "rows.h"
	NULL,
};

#define MODELS_MOST 64

const struct link_kind *link_kind(const struct link *link)
{
	return link_table[link->kind];
}

const struct link_kind *port_kind(const struct topology *topology, size_t interface)
{
	return link_kind(&topology->links[topology->interfaces[interface].link]);
}

bool links_are_lent(const struct topology *topology)
{
	for (size_t i = 0; i < topology->link_count; i++)
		if (link_kind(&topology->links[i])->lent)
			return true;
	return false;
}

/* Made of the rows at each call, and each time the same. */
const struct word *link_words(void)
{
	static struct word words[COUNT(link_table)];

	for (int i = 0; link_table[i]; i++)
		words[i] = (struct word){ link_table[i]->word, i, link_table[i]->about };
	return words;
}

const struct nic_model *nic_model_at(int number)
{
	size_t left = (size_t)number;

	for (size_t i = 0; link_table[i]; left -= link_table[i++]->model_count)
		if (left < link_table[i]->model_count)
			return &link_table[i]->models[left];
	return NULL;
}

const struct word *nic_model_words(void)
{
	static struct word words[MODELS_MOST + 1];
	const struct nic_model *model;

	for (int i = 0; i < MODELS_MOST && (model = nic_model_at(i)); i++)
		words[i] = (struct word){ model->word, i, model->about };
	return words;
}

const struct link_kind *nic_model_kind(const struct nic_model *model)
{
	for (size_t i = 0; link_table[i]; i++)
		for (size_t m = 0; m < link_table[i]->model_count; m++)
			if (model == &link_table[i]->models[m])
				return link_table[i];
	return NULL;
}

int link_find(const char *word)
{
	int row = -1;

	word_value(link_words(), word, &row);
	return row;
}

const struct nic_model *nic_model_find(const char *word)
{
	int number;

	return word_value(nic_model_words(), word, &number) ? nic_model_at(number) : NULL;
}
