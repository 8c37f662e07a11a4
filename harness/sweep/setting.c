/* Settings of a case as a case file has them. */
#include <stdlib.h>
#include <string.h>

#include "device.h"
#include "link.h"
#include "mode.h"
#include "sweep_internal.h"
#include "transport.h"

static void append_address(char **text, const struct address *address)
{
	char shown[ADDRESS_TEXT_SIZE];

	text_append(text, "\"%s\"", address_text(address, shown));
}

static void append_addresses(char **text, const struct setting *setting)
{
	text_append(text, "[");
	for (size_t i = 0; i < setting->address_count; i++) {
		text_append(text, "%s", i ? ", " : "");
		append_address(text, &setting->addresses[i]);
	}
	text_append(text, "]");
}

static void append_flags(char **text, const struct word *words, long flags)
{
	const char *comma = "";

	text_append(text, "[");
	for (const struct word *row = words; row->word; row++) {
		if (!(flags & row->value))
			continue;
		text_append(text, "%s%s", comma, row->word);
		comma = ", ";
	}
	text_append(text, "]");
}

static void append_settings(char **text, const struct setting *settings, size_t count);

/* "{4: {ack: 500}, 5-8: {source_port: 1}}" */
static void append_differences(char **text, const struct setting *setting)
{
	text_append(text, "{");
	for (size_t i = 0; i < setting->difference_count; i++) {
		const struct difference *difference = &setting->differences[i];
		text_append(text, "%s%u", i ? ", " : "", difference->first);
		if (difference->last != difference->first)
			text_append(text, "-%u", difference->last);
		text_append(text, ": {");
		append_settings(text, difference->settings, difference->count);
		text_append(text, "}");
	}
	text_append(text, "}");
}

static void append_field(char **text, const struct setting *setting)
{
	const struct traffic_field *field = setting->field;
	struct traffic traffic = { 0 };

	switch (field->type) {
	case FIELD_TRANSPORT:
		traffic_choose(&traffic, setting->number);
		text_append(text, "%s", word_of(generator_words, traffic.generator));
		break;
	case FIELD_WORD:
		text_append(text, "%s", word_of(field->words, (int)setting->number));
		break;
	case FIELD_FLAGS:
		append_flags(text, field->words, setting->number);
		break;
	case FIELD_SIZE:
	case FIELD_NUMBER:
		if (setting->number == FIELD_AUTO)
			text_append(text, "auto");
		else
			text_append(text, "%ld", setting->number);
		break;
	case FIELD_NODE:
		text_append(text, "%s", setting->text);
		break;
	case FIELD_ADDRESS:
		append_address(text, &setting->addresses[0]);
		break;
	case FIELD_SEGMENTS:
		append_addresses(text, setting);
		break;
	case FIELD_HEX:
		text_append(text, "\"");
		for (size_t i = 0; i < setting->octet_count; i++)
			text_append(text, "%02x", setting->octets[i]);
		text_append(text, "\"");
		break;
	case FIELD_DIFFER:
		append_differences(text, setting);
		break;
	}
}

static void append_value(char **text, const struct setting *setting)
{
	const int number = (int)setting->number;

	switch (setting->kind) {
	case SET_TRAFFIC:
		append_field(text, setting);
		break;
	case SET_OFFLOAD:
	case SET_SEG6_ENABLED:
	case SET_FORWARDING:
	case SET_LISTENER:
		text_append(text, "%s", number ? "on" : "off");
		break;
	case SET_MODEL:
		text_append(text, "%s", word_of(nic_model_words(), number));
		break;
	case SET_SERVICE:
		text_append(text, "\"%s\"", word_of(service_words(), number));
		break;
	case SET_SERVICE_CHECKSUM:
		text_append(text, "%s", word_of(service_checksum_words, number));
		break;
	case SET_POLICY_MODE:
		text_append(text, "%s", word_of(seg6_mode_words(), number));
		break;
	case SET_TOPOLOGY:
		text_append(text, "%s", setting->text);
		break;
	case SET_MTU:
	case SET_SEG6_HMAC:
	case SET_SEG6_FLOWLABEL:
	case SET_SEG6_HMAC_KEY:
	case SET_VRF_STRICT_MODE:
		text_append(text, "%ld", setting->number);
		break;
	}
}

/* Globs are quoted, as the files have them. */
void setting_append(char **text, const struct setting *setting)
{
	const char *quote = strpbrk(setting->key, "*?[") ? "\"" : "";

	text_append(text, "%s%s%s%s: ", **text ? ", " : "", quote, setting->key, quote);
	append_value(text, setting);
}

static void append_settings(char **text, const struct setting *settings, size_t count)
{
	owned_text all = text_copy("");

	for (size_t i = 0; i < count; i++)
		setting_append(&all, &settings[i]);
	text_append(text, "%s", all);
}
