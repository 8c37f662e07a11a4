/* Named deviations: one file each in `deviations/` beside the cases, so that a cause is described once. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "behaviour.h"
#include "declare.h"

static void deviation_name(void *into, const struct item *item, struct error *err)
{
	title_read(&((struct deviation *)into)->name, item, "a deviation's name", err);
}

static void deviation_because(void *into, const struct item *item, struct error *err)
{
	text_read(&((struct deviation *)into)->because, item, "a sentence", err);
}

static void deviation_ref(void *into, const struct item *item, struct error *err)
{
	text_read(&((struct deviation *)into)->reference, item, "a commit, thread or page", err);
}

static void deviation_workaround(void *into, const struct item *item, struct error *err)
{
	text_read(&((struct deviation *)into)->workaround, item, "a sentence", err);
}

static void deviation_found(void *into, const struct item *item, struct error *err)
{
	text_read(&((struct deviation *)into)->found, item, "who found it, or where", err);
}

static void deviation_fixed(void *into, const struct item *item, struct error *err)
{
	text_read(&((struct deviation *)into)->fixed, item, "a commit", err);
}

static void deviation_kernel(void *into, const struct item *item, struct error *err)
{
	range_read(&((struct deviation *)into)->kernel, item, "a range of kernels", err);
}

static void deviation_reason(void *into, const struct item *item, struct error *err)
{
	struct deviation *deviation = into;
	int reason;

	if (word_read(&reason, item, reason_words, "a reason", err))
		deviation->reason = (enum reason)reason;
}

static bool met_word(const char *word)
{
	int value;

	return word_value(met_words, word, &value) || behaviour_find(word) >= 0;
}

/* "gro or tso" is two words. */
static void met_entry(struct met_by *into, const struct item *item, struct error *err)
{
	owned_text all = NULL;
	char *rest = NULL;

	if (!text_read(&all, item, "what a node has", err))
		return;
	for (char *word = strtok_r(all, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
		if (strcmp(word, "or") == 0)
			continue;
		if (met_word(word)) {
			*PUSH(into->words, into->count) = text_copy(word);
			continue;
		}
		owned_text words = word_list(met_words);
		fail_at(err, item->where, "'%.60s' is not %s, or a behaviour", word, words);
	}
}

static void deviation_met_by(void *into, const struct item *item, struct error *err)
{
	struct deviation *deviation = into;
	size_t count;
	const struct item *items = entries(item, &count, "what a node has", err);

	for (size_t i = 0; i < count; i++) {
		struct met_by *one = PUSH(deviation->met_by, deviation->met_count);
		*one = (struct met_by){ 0 };
		met_entry(one, &items[i], err);
	}
}

static const struct key deviation_keys[] = {
	{ "deviation", deviation_name, true },
	{ "because", deviation_because, true },
	{ "ref", deviation_ref, true },
	{ "kernel", deviation_kernel, false },
	{ "workaround", deviation_workaround, false },
	{ "fixed", deviation_fixed, false },
	{ "found", deviation_found, false },
	{ "reason", deviation_reason, false },
	{ "met_by", deviation_met_by, false },
	{ NULL, NULL, false },
};

static void deviation_free(struct deviation *deviation)
{
	free(deviation->file);
	free(deviation->name);
	free(deviation->because);
	free(deviation->reference);
	free(deviation->kernel);
	free(deviation->workaround);
	free(deviation->fixed);
	free(deviation->found);
	for (size_t i = 0; i < deviation->met_count; i++) {
		for (size_t j = 0; j < deviation->met_by[i].count; j++)
			free(deviation->met_by[i].words[j]);
		free(deviation->met_by[i].words);
	}
	free(deviation->met_by);
	free(deviation);
}

/* It must have the name of its file, by which rows of cases refer to it. */
static bool name_fits(const struct deviation *deviation)
{
	const char *base = base_of(deviation->file);
	size_t length = strlen(deviation->name);

	return strncmp(base, deviation->name, length) == 0 && strcmp(base + length, ".yaml") == 0;
}

static void deviation_read(struct deviations *into, const char *path, struct error *err)
{
	struct deviation *deviation = zalloc(sizeof *deviation);
	owned(item) root = NULL;
	unsigned before = err->count;
	uint8_t *data = NULL;
	size_t length = 0;

	deviation->file = text_copy(path);
	if (file_read(&data, &length, path, FILE_LIMIT, err) == 0 &&
	    scan(&root, deviation->file, (struct bytes){ data, length }, err) == 0)
		map_read(deviation, root, deviation_keys, "a deviation", err);
	if (err->count == before && !name_fits(deviation))
		fail_at(err, root->where, "the deviation '%.60s' belongs in a file %.60s.yaml", deviation->name,
		        deviation->name);
	free(data);
	if (err->count == before)
		*PUSH(into->at, into->count) = deviation;
	else
		deviation_free(deviation);
}

int deviations_read(struct deviations *into, const char *directory, struct error *err)
{
	owned_text place = text_format("%s/deviations", directory);
	unsigned before = err->count;
	struct dirent **entries;
	int count = scandir(place, &entries, file_is_yaml, alphasort);

	if (count < 0)
		return errno == ENOENT || errno == ENOTDIR ? 0 : fail(err, "%s: %s", place, strerror(errno));
	for (int i = 0; i < count; i++) {
		owned_text path = text_format("%s/%s", place, entries[i]->d_name);
		deviation_read(into, path, err);
		free(entries[i]);
	}
	free(entries);
	return err->count == before ? 0 : -1;
}

void deviations_clear(struct deviations *deviations)
{
	for (size_t i = 0; i < deviations->count; i++)
		deviation_free(deviations->at[i]);
	free(deviations->at);
	*deviations = (struct deviations){ 0 };
}

const struct deviation *deviation_find(const struct deviations *deviations, const char *name)
{
	for (size_t i = 0; deviations && i < deviations->count; i++)
		if (strcmp(deviations->at[i]->name, name) == 0)
			return deviations->at[i];
	return NULL;
}
