/* What can be set in the traffic of a cell: its mode, its segments, and its fields. */
#include <stdlib.h>
#include <string.h>

#include "mode.h"
#include "toggle.h"
#include "transport.h"

static void mode_toggle(struct space *space, const struct plan *plan)
{
	const struct setting like = { .kind = SET_TRAFFIC, .field = traffic_field_find("mode", NULL) };
	struct toggle *toggle = toggle_add(space, TOGGLE_MODE, text_copy("mode"));

	choice_number(toggle, &like, mode_words, plan->traffic.mode);
	for (int mode = 0; mode < MODES; mode++)
		if (mode == MODE_PLAIN || plan->traffic.segments[mode].given)
			choice_number(toggle, &like, mode_words, mode);
	toggle_end(space);
}

/* "[\"fc00:1::100\"]", without the one of number `without`. */
static char *segments_word(const struct segment_list *list, size_t without)
{
	char *word = text_copy("["), text[ADDRESS_TEXT_SIZE];
	const char *comma = "";

	for (size_t i = 0; i < list->count; i++) {
		if (i == without)
			continue;
		text_append(&word, "%s\"%s\"", comma, address_text(&list->segments[i], text));
		comma = ", ";
	}
	text_append(&word, "]");
	return word;
}

static void segments_choice(struct toggle *toggle, const struct setting *like, const struct segment_list *list,
                            size_t without)
{
	struct setting *setting = choice_add(toggle, like, segments_word(list, without));

	if (!setting)
		return;
	setting->addresses = zalloc((list->count + 1) * sizeof *setting->addresses);
	for (size_t i = 0; i < list->count; i++)
		if (i != without)
			setting->addresses[setting->address_count++] = list->segments[i];
}

/* Of the cell's mode: as it is, then without one of them. */
static void segments_toggle(struct space *space, const struct plan *plan)
{
	const int mode = plan->traffic.mode;
	const struct segment_list *list = &plan->traffic.segments[mode];
	owned_text key = text_format("segments.%s", word_of(mode_words, mode));
	const struct setting like = { .kind = SET_TRAFFIC, .field = traffic_field_find(key, NULL) };

	if (!like.field || list->count < 2)
		return;
	struct toggle *toggle = toggle_add(space, TOGGLE_SEGMENTS, take(key));
	segments_choice(toggle, &like, list, NOT_FOUND);
	for (size_t i = 0; i < list->count; i++)
		segments_choice(toggle, &like, list, i);
	toggle_end(space);
}

static const void *field_at(const struct plan *plan, const struct traffic_field *field, int transport)
{
	const char *base = transport == TRANSPORT_ANY ? (const char *)&plan->traffic : (const char *)plan->traffic.own;

	return base + field->offset;
}

static void word_choices(struct toggle *toggle, const struct setting *like, int now)
{
	choice_number(toggle, like, like->field->words, now);
	for (const struct word *row = like->field->words; row->word; row++)
		choice_number(toggle, like, like->field->words, row->value);
}

/* "[psh, ack]" */
static char *flags_word(const struct word *words, long flags)
{
	char *word = text_copy("[");
	const char *comma = "";

	for (const struct word *row = words; row->word; row++) {
		if (!(flags & row->value))
			continue;
		text_append(&word, "%s%s", comma, row->word);
		comma = ", ";
	}
	text_append(&word, "]");
	return word;
}

static void flags_choices(struct toggle *toggle, const struct setting *like, int now)
{
	const long values[] = { now, like->field->initial };

	for (size_t i = 0; i < COUNT(values); i++) {
		struct setting *setting = choice_add(toggle, like, flags_word(like->field->words, values[i]));
		if (setting)
			setting->number = values[i];
	}
}

static void number_choice(struct toggle *toggle, const struct setting *like, long number)
{
	if (number != FIELD_AUTO) {
		choice_number(toggle, like, NULL, number);
		return;
	}
	struct setting *setting = choice_add(toggle, like, text_copy("auto"));
	if (setting)
		setting->number = FIELD_AUTO;
}

/* As it is, and as it is unless given; sizes also as small as they may be, and about one and ten packets. */
static void number_choices(struct toggle *toggle, const struct setting *like, long now)
{
	static const long sizes[] = { 1, 2, 10, 100, 1000, 2000, 16000 };

	number_choice(toggle, like, now);
	number_choice(toggle, like, like->field->initial);
	for (size_t i = 0; toggle->kind == TOGGLE_SIZE && i < COUNT(sizes); i++)
		if (sizes[i] < now)
			number_choice(toggle, like, sizes[i]);
}

static void octets_choices(struct toggle *toggle, const struct setting *like, const struct bytes *now)
{
	char *word = text_copy("\"");

	for (size_t i = 0; i < now->length; i++)
		text_append(&word, "%02x", now->data[i]);
	text_append(&word, "\"");
	struct setting *setting = choice_add(toggle, like, word);
	setting->octets = zalloc(now->length + 1);
	setting->octet_count = now->length;
	if (now->length)
		memcpy(setting->octets, now->data, now->length);
	choice_add(toggle, like, text_copy("\"\""));
}

static void differ_choices(struct toggle *toggle, const struct setting *like, const struct plan *plan)
{
	struct setting *setting = choice_add(toggle, like, text_copy("as given"));

	setting->differences = (struct difference *)plan->traffic.differ; /* the case's */
	setting->difference_count = plan->traffic.differ_count;
	if (plan->traffic.differ_count)
		choice_add(toggle, like, text_copy("{}"));
}

static void field_toggle(struct space *space, const struct plan *plan, const struct traffic_field *field, int transport)
{
	static const char *const sizes[] = { "bytes", "burst", "payload" };
	const struct setting like = { .kind = SET_TRAFFIC, .field = field };
	const void *at = field_at(plan, field, transport);
	enum toggle_kind kind = TOGGLE_PACKET;

	for (size_t i = 0; i < COUNT(sizes); i++)
		if (strcmp(sizes[i], field->key) == 0)
			kind = TOGGLE_SIZE;
	struct toggle *toggle = toggle_add(space, kind, text_copy(field->key));
	switch (field->type) {
	case FIELD_WORD:
		word_choices(toggle, &like, *(const int *)at);
		break;
	case FIELD_FLAGS:
		flags_choices(toggle, &like, *(const int *)at);
		break;
	case FIELD_SIZE:
	case FIELD_NUMBER:
		number_choices(toggle, &like, *(const long *)at);
		break;
	case FIELD_HEX:
		octets_choices(toggle, &like, at);
		break;
	case FIELD_DIFFER:
		differ_choices(toggle, &like, plan);
		break;
	case FIELD_TRANSPORT: /* ends and lists say what the traffic is */
	case FIELD_NODE:
	case FIELD_ADDRESS:
	case FIELD_SEGMENTS:
		break;
	}
	toggle_end(space);
}

static void field_toggles(struct space *space, const struct plan *plan)
{
	const struct traffic *traffic = &plan->traffic;
	const struct traffic_field *field = NULL;
	int transport;

	while (traffic_field_next(&field, &transport))
		if (strcmp(field->key, "mode") != 0 && field->modes & 1U << traffic->mode &&
		    traffic_field_fits(field, traffic->transport, traffic->generator))
			field_toggle(space, plan, field, transport);
}

void traffic_toggles(struct space *space, const struct plan *plan)
{
	mode_toggle(space, plan);
	segments_toggle(space, plan);
	field_toggles(space, plan);
}
