/* What the text of a workaround advises: "encap mode; gro off at the routers; tx off at the source". */
#include <stdlib.h>
#include <string.h>

#include "explain.h"
#include "mode.h"

/* What parts alternatives, and what joins settings that are needed together. */
static const char *const alternatives[] = { "; ", ", or ", ", ", " or " };
#define JOINED " and "

static const struct word roles[] = { { "source", ROLE_SOURCE, NULL },
	                             { "host", ROLE_SOURCE, NULL }, /* who sends: it segments */
	                             { "router", ROLE_ROUTERS, NULL },
	                             { "routers", ROLE_ROUTERS, NULL },
	                             { "behind", ROLE_ROUTERS, NULL }, /* what a router sends on */
	                             { "service", ROLE_ROUTERS, NULL },
	                             { "edge", ROLE_ROUTERS, NULL },
	                             { "final", ROLE_DESTINATION, NULL },
	                             { "destination", ROLE_DESTINATION, NULL },
	                             { NULL, 0, NULL } };

/* The next word of a text, without what is no part of a word; false: there is none. */
static bool next_word(const char **text, char word[32])
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
	const char *begin = *text + strcspn(*text, letters);
	size_t length = strspn(begin, letters);

	*text = begin + length;
	if (!length || length >= 32)
		return false;
	memcpy(word, begin, length);
	word[length] = 0;
	return true;
}

/* Behind "at": "the final host", "the edge's port". */
static enum advice_role role_of(const char *text)
{
	char word[32];
	int role;

	while (next_word(&text, word))
		if (word_value(roles, word, &role))
			return (enum advice_role)role;
	return ROLE_ANYWHERE;
}

/* "a larger MTU behind the router", "a smaller one at the source" */
static bool mtu_read(struct advice_atom *atom, const char *text)
{
	char article[32], size[32], what[32];

	if (!next_word(&text, article) || !next_word(&text, size) || !next_word(&text, what) ||
	    (strcmp(what, "MTU") != 0 && strcmp(what, "one") != 0))
		return false;
	atom->kind = ADVICE_MTU;
	atom->on = strcmp(size, "larger") == 0;
	atom->role = role_of(text);
	return atom->on || strcmp(size, "smaller") == 0;
}

/* "encap mode", "gro off", "tx off at the source"; what follows is the author's reason. */
static bool atom_read(struct advice_atom *atom, const char *text)
{
	char first[32], second[32], third[32] = "";
	int value;

	*atom = (struct advice_atom){ 0 };
	if (mtu_read(atom, text))
		return true;
	*atom = (struct advice_atom){ 0 };
	if (!next_word(&text, first) || !next_word(&text, second))
		return false;
	if (strncmp(first, "seg6_", 5) == 0 && strlen(second) < sizeof atom->value) {
		atom->kind = ADVICE_NODE;
		strcpy(atom->name, first);
		strcpy(atom->value, second);
		return true;
	}
	if (word_value(mode_words, first, &value) && strcmp(second, "mode") == 0) {
		atom->kind = ADVICE_MODE;
		atom->mode = value;
		return true;
	}
	atom->on = strcmp(second, "on") == 0;
	if (!word_value(offload_words, first, &value) || (!atom->on && strcmp(second, "off") != 0))
		return false;
	atom->offload = (enum offload)value;
	if (next_word(&text, third) && strcmp(third, "at") == 0)
		atom->role = role_of(text);
	return true;
}

static void advice_read(struct advices *into, const char *text, size_t length)
{
	struct advice *advice = PUSH(into->at, into->count);
	owned_text part = NULL;

	*advice = (struct advice){ .text = text_format("%.*s", (int)length, text) };
	for (const char *rest = advice->text, *next; rest; rest = next ? next + strlen(JOINED) : NULL) {
		struct advice_atom atom;
		next = strstr(rest, JOINED);
		free(take(part));
		part = text_format("%.*s", next ? (int)(next - rest) : (int)strlen(rest), rest);
		if (atom_read(&atom, part)) {
			*PUSH(advice->atoms, advice->count) = atom;
			continue;
		}
		free(take(advice->atoms));
		advice->count = 0;
		return;
	}
}

/* The end of the alternative that begins here, and where the next one does; what is in parentheses parts nothing. */
static const char *alternative_end(const char *text, const char **next)
{
	unsigned depth = 0;

	for (const char *end = text; *end; end++) {
		depth += *end == '(';
		depth -= *end == ')' && depth;
		for (size_t i = 0; i < COUNT(alternatives) && !depth; i++) {
			if (strncmp(end, alternatives[i], strlen(alternatives[i])) != 0)
				continue;
			*next = end + strlen(alternatives[i]);
			return end;
		}
	}
	*next = text + strlen(text);
	return *next;
}

void advices_read(struct advices *ret, const char *workaround)
{
	*ret = (struct advices){ 0 };
	for (const char *rest = workaround, *next; rest && *rest; rest = next) {
		const char *end = alternative_end(rest, &next);
		advice_read(ret, rest, (size_t)(end - rest));
	}
}

void advices_clear(struct advices *advices)
{
	for (size_t i = 0; i < advices->count; i++) {
		free(advices->at[i].text);
		free(advices->at[i].atoms);
	}
	free(advices->at);
	*advices = (struct advices){ 0 };
}
