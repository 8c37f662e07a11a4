/* A toggle is made: its key and kind, then its choices, the cell's own first. */
#include "toggle.h"

#include <stdlib.h>
#include <string.h>

struct toggle *toggle_add(struct space *space, enum toggle_kind kind, char *key)
{
	struct toggle *toggle = PUSH(space->toggles, space->count);

	*toggle = (struct toggle){ .kind = kind, .key = key };
	return toggle;
}

struct setting *choice_add(struct toggle *toggle, const struct setting *like, char *word)
{
	for (size_t i = 0; i < toggle->count; i++) {
		if (strcmp(toggle->choices[i].word, word) != 0)
			continue;
		free(word);
		return NULL;
	}
	struct choice *choice = PUSH(toggle->choices, toggle->count);
	choice->word = word;
	choice->setting = *like;
	choice->setting.key = text_copy(toggle->key);
	choice->setting.node = text_copy(like->node);
	choice->setting.interface = text_copy(like->interface);
	return &choice->setting;
}

void choice_number(struct toggle *toggle, const struct setting *like, const struct word *words, long number)
{
	char *word = words ? text_copy(word_of(words, (int)number)) : text_format("%ld", number);
	struct setting *setting = choice_add(toggle, like, word);

	if (setting)
		setting->number = number;
}

static void choice_clear(struct choice *choice)
{
	free(choice->word);
	free(choice->setting.key);
	free(choice->setting.node);
	free(choice->setting.interface);
	free(choice->setting.addresses);
	free(choice->setting.octets);
}

void toggle_clear(struct toggle *toggle)
{
	for (size_t i = 0; i < toggle->count; i++)
		choice_clear(&toggle->choices[i]);
	free(toggle->choices);
	free(toggle->key);
}

void toggle_end(struct space *space)
{
	struct toggle *last = &space->toggles[space->count - 1];

	if (last->count >= 2)
		return;
	toggle_clear(last);
	space->count--;
}
