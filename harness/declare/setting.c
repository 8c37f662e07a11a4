/* Settings: the key decides what is set, which values it can have, and which names must exist. */
#include <stdlib.h>
#include <string.h>

#include "declare.h"
#include "device.h"
#include "mode.h"
#include "setting.h"
#include "transport.h"

static const struct property properties[] = {
	{ "service", SET_SERVICE, false, 0, NULL, 0, 0, service_words },
	{ "service.checksum", SET_SERVICE_CHECKSUM, false, 0, service_checksum_words, 0, 0, NULL },
	{ "seg6_enabled", SET_SEG6_ENABLED, false, 0, on_off_words, 0, 0, NULL },
	{ "seg6_enabled", SET_SEG6_ENABLED, true, 0, on_off_words, 0, 0, NULL },
	{ "forwarding", SET_FORWARDING, false, 0, on_off_words, 0, 0, NULL },
	{ "seg6_require_hmac", SET_SEG6_HMAC, false, 0, NULL, -1, 1, NULL },
	{ "seg6_flowlabel", SET_SEG6_FLOWLABEL, false, 0, NULL, -1, 1, NULL },
	{ "seg6_hmac_key", SET_SEG6_HMAC_KEY, false, 0, NULL, 0, 65535, NULL },
	{ "listener", SET_LISTENER, false, 0, on_off_words, 0, 0, NULL },
	{ "vrf_strict_mode", SET_VRF_STRICT_MODE, false, 0, on_off_words, 0, 0, NULL },
	{ "policies.mode", SET_POLICY_MODE, false, 0, NULL, 0, 0, seg6_mode_words },
	{ "rx", SET_OFFLOAD, true, OFFLOAD_RX, on_off_words, 0, 0, NULL },
	{ "tx", SET_OFFLOAD, true, OFFLOAD_TX, on_off_words, 0, 0, NULL },
	{ "tso", SET_OFFLOAD, true, OFFLOAD_TSO, on_off_words, 0, 0, NULL },
	{ "gso", SET_OFFLOAD, true, OFFLOAD_GSO, on_off_words, 0, 0, NULL },
	{ "gro", SET_OFFLOAD, true, OFFLOAD_GRO, on_off_words, 0, 0, NULL },
	{ "lro", SET_OFFLOAD, true, OFFLOAD_LRO, on_off_words, 0, 0, NULL },
	{ "rx-gro-list", SET_OFFLOAD, true, OFFLOAD_RX_GRO_LIST, on_off_words, 0, 0, NULL },
	{ "mtu", SET_MTU, true, 0, NULL, MTU_LEAST, MTU_MOST, NULL },
	{ "model", SET_MODEL, true, 0, NULL, 0, 0, nic_model_words },
	{ NULL, 0, false, 0, NULL, 0, 0, NULL },
};

static const struct property *property_of(const char *word, bool on_interface)
{
	for (const struct property *row = properties; row->word; row++)
		if (row->on_interface == on_interface && strcmp(row->word, word) == 0)
			return row;
	return NULL;
}

static bool glob_formed(const char *text, size_t length)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-*?[]!";

	return length > 0 && strspn(text, letters) >= length;
}

/* NODE.PROPERTY or NODE.INTERFACE.PROPERTY; names are globs or names. */
static const struct property *key_split(struct setting *setting, const char *key)
{
	const char *dot = strchr(key, '.');
	const struct property *property = dot ? property_of(dot + 1, false) : NULL;

	if (!dot || !glob_formed(key, (size_t)(dot - key)))
		return NULL;
	if (!property) {
		const char *second = strchr(dot + 1, '.');
		property = second ? property_of(second + 1, true) : NULL;
		if (!property || !glob_formed(dot + 1, (size_t)(second - dot - 1)))
			return NULL;
		setting->interface = text_format("%.*s", (int)(second - dot - 1), dot + 1);
	}
	setting->node = text_format("%.*s", (int)(dot - key), key);
	setting->kind = property->kind;
	setting->offload = (enum offload)property->offload;
	return property;
}

static void differences_clear(struct setting *setting)
{
	for (size_t i = 0; i < setting->difference_count; i++) {
		struct setting *settings = (struct setting *)setting->differences[i].settings;
		for (size_t s = 0; s < setting->differences[i].count; s++)
			setting_clear(&settings[s]);
		free(settings);
	}
	free(setting->differences);
}

void setting_clear(struct setting *setting)
{
	free(setting->key);
	free(setting->node);
	free(setting->interface);
	free(setting->text);
	free(setting->addresses);
	free(setting->octets);
	differences_clear(setting);
}

bool setting_known(const char *key)
{
	struct setting setting = { 0 };
	bool known = strcmp(key, "topology") == 0 || traffic_field_find(key, NULL) || key_split(&setting, key);

	setting_clear(&setting);
	return known;
}

bool setting_is_map(const char *key)
{
	const struct traffic_field *field = traffic_field_find(key, NULL);

	return field && field->type == FIELD_DIFFER;
}

static void unknown_setting(const char *key, struct where where, struct error *err)
{
	const struct traffic_field *field = NULL;
	int transport;
	struct nearest whole = { .word = key }, last = { .word = strrchr(key, '.') ? strrchr(key, '.') + 1 : key };

	while (traffic_field_next(&field, &transport))
		nearest_try(&whole, field->key);
	for (const struct property *row = properties; row->word; row++)
		nearest_try(&last, row->word);
	if (whole.best)
		fail_at(err, where, "'%.60s' is not a setting%s", key, nearest_hint(&whole).text);
	else if (last.best)
		fail_at(err, where, "'%.60s' is not a setting; write %s.%s, with * for every one", key,
		        property_of(last.best, true) ? "NODE.INTERFACE" : "NODE", last.best);
	else
		fail_at(err, where,
		        "'%.60s' is not a setting; take NODE.INTERFACE.gro (tx, tso, gso, rx, lro, rx-gro-list, mtu, "
		        "model), "
		        "NODE.service, NODE.seg6_enabled or a key of `traffic`",
		        key);
}

static bool flags_read(long *ret, const struct item *item, const struct traffic_field *field, struct error *err)
{
	int transport = traffic_field_transport(field);
	const char *name = transport == TRANSPORT_ANY ? field->key : transport_table[transport]->name;
	owned_text list = text_format("a list of %s flags such as [%s]", name, field->words[0].word);
	owned_text one = text_format("a %s flag", name);
	unsigned before = err->count;
	int bit;
	size_t count;
	const struct item *entry = entries(item, &count, list, err);

	*ret = 0;
	for (size_t i = 0; i < count; i++)
		if (word_read(&bit, &entry[i], field->words, one, err))
			*ret |= bit;
	return err->count == before;
}

static bool number_or_auto(long *ret, const struct item *item, const struct traffic_field *field, struct error *err)
{
	bool automatic = field->least == FIELD_AUTO;

	if (automatic && item_is(item, "auto")) {
		*ret = FIELD_AUTO;
		return true;
	}
	return number_read(ret, item, automatic ? 0 : field->least, field->most, err);
}

static bool word_number(long *ret, const struct item *item, const struct word *words, const char *key,
                        struct error *err)
{
	int value;
	owned_text what = text_format("a value of %s", key);

	if (!word_read(&value, item, words, what, err))
		return false;
	*ret = value;
	return true;
}

/* ---- `differ: {4: {ack: 1}, 5-7: {traffic_class: 8}}`: packets of a burst, and what each has otherwise */

static bool numbers_read(struct difference *difference, const struct item *item, struct error *err)
{
	if (packets_read(&difference->first, &difference->last, item->key))
		return true;
	fail_at(err, item->key_where,
	        "'%.60s' does not name packets of a burst; write a number from 1 to %d, or a range such as 2-5",
	        item->key, HELD_MOST);
	return false;
}

/* What only a whole burst has is no field of one packet. */
static bool is_of_burst(const struct traffic_field *field)
{
	static const char *const keys[] = { "mode", "from", "to_node", "burst", "differ" };
	bool is = field->type == FIELD_TRANSPORT || !(field->generators & BY_CRAFTED);

	for (size_t i = 0; i < COUNT(keys); i++)
		is |= strcmp(field->key, keys[i]) == 0;
	return is;
}

static void fields_check(const struct settings *settings, struct error *err)
{
	for (size_t i = 0; i < settings->count; i++)
		if (is_of_burst(settings->items[i].field))
			fail_at(err, settings->items[i].where, "'%s' cannot differ within a burst",
			        settings->items[i].key);
}

static bool differences_read(struct setting *setting, const struct item *value, const struct scope *scope,
                             struct error *err)
{
	unsigned before = err->count;

	if (!map_is(value, "differ", err))
		return false;
	for (size_t i = 0; i < value->count; i++) {
		struct difference *difference = PUSH(setting->differences, setting->difference_count);
		struct settings settings = { 0 };
		*difference = (struct difference){ 0 };
		if (numbers_read(difference, &value->items[i], err))
			settings_read(&settings, &value->items[i], ALLOW_TRAFFIC, scope, err);
		fields_check(&settings, err);
		difference->settings = settings.items;
		difference->count = settings.count;
	}
	return err->count == before;
}

static bool field_value(struct setting *setting, const struct item *value, const struct scope *scope, struct error *err)
{
	const struct traffic_field *field = setting->field;

	switch (field->type) {
	case FIELD_TRANSPORT:
		if (!word_number(&setting->number, value, field->words, field->key, err))
			return false;
		setting->number = traffic_choice(traffic_field_transport(field), (int)setting->number);
		return true;
	case FIELD_WORD:
		return word_number(&setting->number, value, field->words, field->key, err);
	case FIELD_FLAGS:
		return flags_read(&setting->number, value, field, err);
	case FIELD_SIZE:
		return size_read(&setting->number, value, field->least, field->most, err);
	case FIELD_NUMBER:
		return number_or_auto(&setting->number, value, field, err);
	case FIELD_NODE:
		return text_read(&setting->text, value, "a node's name", err) &&
		       scope_node(scope, setting->text, value->where, err);
	case FIELD_ADDRESS:
		setting->addresses = zalloc(sizeof *setting->addresses);
		setting->address_count = 1;
		return ip_address_read(setting->addresses, value, err);
	case FIELD_SEGMENTS:
		return addresses_read(&setting->addresses, &setting->address_count, value, err);
	case FIELD_HEX:
		return hex_read(&setting->octets, &setting->octet_count, value, err);
	case FIELD_DIFFER:
		return differences_read(setting, value, scope, err);
	}
	return false;
}

static bool property_value(struct setting *setting, const struct property *property, const struct item *value,
                           struct error *err)
{
	const struct word *words = property->rows ? property->rows() : property->words;

	if (words)
		return word_number(&setting->number, value, words, setting->key, err);
	return number_read(&setting->number, value, property->least, property->most, err);
}

static bool setting_fill(struct setting *setting, const struct item *value, const struct scope *scope,
                         struct error *err)
{
	setting->field = traffic_field_find(setting->key, NULL);
	if (setting->field) {
		setting->kind = SET_TRAFFIC;
		return field_value(setting, value, scope, err);
	}
	const struct property *property = key_split(setting, setting->key);
	if (!property) {
		unknown_setting(setting->key, setting->where, err);
		return false;
	}
	return place_check(setting, scope, err) && property_value(setting, property, value, err) &&
	       service_check(setting, scope, err) && policy_check(setting, scope, err) &&
	       model_check(setting, value, scope, err);
}

void setting_read(struct settings *into, const char *key, struct where where, const struct item *value,
                  enum settings_allowed allowed, const struct scope *scope, struct error *err)
{
	struct setting setting = { .where = where, .key = text_copy(key) };

	if (strcmp(key, "topology") == 0)
		fail_at(err, where, "topology is not a setting; write `topology: NAME`, or an axis called topology");
	else if (allowed == ALLOW_TRAFFIC && !traffic_field_find(key, NULL) && setting_known(key))
		fail_at(err, where, "'%.60s' is not a traffic field; it belongs under `set` or `axes`", key);
	else if (setting_fill(&setting, value, scope, err)) {
		*PUSH(into->items, into->count) = setting;
		return;
	}
	setting_clear(&setting);
}

static void settings_under(struct settings *into, const char *prefix, const struct item *map,
                           enum settings_allowed allowed, const struct scope *scope, struct error *err)
{
	for (size_t i = 0; i < map->count; i++) {
		const struct item *value = &map->items[i];
		owned_text key = text_format("%s%s%s", prefix, *prefix ? "." : "", value->key);
		if (value->kind == ITEM_MAP && !setting_is_map(key))
			settings_under(into, key, value, allowed, scope, err);
		else
			setting_read(into, key, value->key_where, value, allowed, scope, err);
	}
}

void settings_read(struct settings *into, const struct item *map, enum settings_allowed allowed,
                   const struct scope *scope, struct error *err)
{
	if (map_is(map, allowed == ALLOW_TRAFFIC ? "traffic" : "a set of settings", err))
		settings_under(into, "", map, allowed, scope, err);
}
