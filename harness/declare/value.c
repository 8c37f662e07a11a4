/* One text to one typed value. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "declare.h"

const struct word on_off_words[] = { { "on", 1, NULL },    { "off", 0, NULL }, { "true", 1, NULL },
	                             { "false", 0, NULL }, { "yes", 1, NULL }, { "no", 0, NULL },
	                             { "1", 1, NULL },     { "0", 0, NULL },   { NULL, 0, NULL } };

static bool is_text(const struct item *item, const char *what, struct error *err)
{
	if (item->kind == ITEM_TEXT && *item->text)
		return true;
	fail_at(err, item->where, "expected %s, found %s", what, brief(item).text);
	return false;
}

bool text_read(char **ret, const struct item *item, const char *what, struct error *err)
{
	if (!is_text(item, what, err))
		return false;
	*ret = text_copy(item->text);
	return true;
}

/* A name must not look like an option of `ip`, hence no leading '-'. */
bool name_check(const char *name, struct where where, const char *what, struct error *err)
{
	size_t length = strlen(name);

	for (const char *c = name; *c; c++)
		if (!isalnum((unsigned char)*c) && *c != '_' && (*c != '-' || c == name))
			length = 0;
	if (length > 0 && length < NAME_SIZE)
		return true;
	fail_at(err, where, "'%.60s' cannot name %s; take 1 to %d of A-Z a-z 0-9 _ - (not - first)", name, what,
	        NAME_SIZE - 1);
	return false;
}

/* Names of cases and topologies become names of files and directories. */
bool title_read(char **ret, const struct item *item, const char *what, struct error *err)
{
	if (!is_text(item, what, err))
		return false;
	size_t length = strlen(item->text);
	for (const char *c = item->text; *c; c++)
		if (!isalnum((unsigned char)*c) && *c != '_' && ((*c != '-' && *c != '.') || c == item->text))
			length = 0;
	if (length == 0 || length > 63) {
		fail_at(err, item->where, "'%.70s' is not %s; take 1 to 63 of A-Z a-z 0-9 _ - . (not - or . first)",
		        item->text, what);
		return false;
	}
	*ret = text_copy(item->text);
	return true;
}

bool word_read(int *ret, const struct item *item, const struct word *words, const char *what, struct error *err)
{
	if (item->kind == ITEM_TEXT && word_value(words, item->text, ret))
		return true;
	struct nearest nearest = { .word = item->kind == ITEM_TEXT ? item->text : "" };
	owned_text list = word_list(words);

	for (const struct word *row = words; row->word; row++)
		nearest_try(&nearest, row->word);
	fail_at(err, item->where, "%s is not %s%s; write %s", brief(item).text, what, nearest_hint(&nearest).text,
	        list);
	return false;
}

/* Reads digits, 0x digits too, with a sign; *end is what follows. */
static bool digits(const char *text, long *value, const char **end)
{
	const char *first = *text == '-' ? text + 1 : text;
	int base = first[0] == '0' && (first[1] == 'x' || first[1] == 'X') ? 16 : 10;

	if (!isdigit((unsigned char)*first) || (base == 16 && !isxdigit((unsigned char)first[2])))
		return false;
	errno = 0;
	*value = strtol(text, (char **)end, base);
	return errno == 0;
}

static bool in_range(long value, const struct item *item, long least, long most, struct error *err)
{
	if (value >= least && value <= most)
		return true;
	fail_at(err, item->where, "%.60s is out of range; %ld to %ld can be given", item->text, least, most);
	return false;
}

bool number_read(long *ret, const struct item *item, long least, long most, struct error *err)
{
	const char *end;
	long value;

	if (item->kind != ITEM_TEXT || !digits(item->text, &value, &end) || *end) {
		fail_at(err, item->where, "expected a number from %ld to %ld, found %s", least, most, brief(item).text);
		return false;
	}
	if (!in_range(value, item, least, most, err))
		return false;
	*ret = value;
	return true;
}

bool size_read(long *ret, const struct item *item, long least, long most, struct error *err)
{
	static const struct word units[] = { { "", 0, NULL },   { "k", 10, NULL }, { "K", 10, NULL }, { "M", 20, NULL },
		                             { "m", 20, NULL }, { "G", 30, NULL }, { NULL, 0, NULL } };
	const char *end;
	long value;
	int shift;

	if (item->kind != ITEM_TEXT || !digits(item->text, &value, &end) || !word_value(units, end, &shift) ||
	    value < 0) {
		fail_at(err, item->where, "expected a number of octets such as 1000, 64k or 1M, found %s",
		        brief(item).text);
		return false;
	}
	long octets = value > most >> shift ? most + 1 : value << shift;
	if (!in_range(octets, item, least, most, err))
		return false;
	*ret = octets;
	return true;
}

static const char *family_word(int family)
{
	return family == AF_UNSPEC ? "an IP address" : "an IPv6 address";
}

static bool check(struct address *ret, int family, const char *text, struct where where, struct error *err)
{
	struct address four;

	if (address_parse(ret, family, text))
		return true;
	if (strchr(text, '/'))
		fail_at(err, where, "'%.60s' is a prefix; expected %s", text, family_word(family));
	else if (address_parse(&four, AF_INET, text))
		fail_at(err, where, "'%.60s' is an IPv4 address; expected %s", text, family_word(family));
	else
		fail_at(err, where, "'%.60s' is not %s", text, family_word(family));
	return false;
}

bool prefix_is_clean(const struct prefix *prefix)
{
	for (unsigned bit = prefix->length; bit < prefix_most(prefix->address.family); bit++)
		if (prefix->address.octets[bit / 8] & 0x80 >> bit % 8)
			return false;
	return true;
}

static void prefix_mask(struct prefix *prefix)
{
	for (unsigned bit = prefix->length; bit < prefix_most(prefix->address.family); bit++)
		prefix->address.octets[bit / 8] &= (uint8_t) ~(0x80 >> bit % 8);
}

static bool prefix_of_family(struct prefix *ret, int family, const char *text, struct where where, struct error *err)
{
	char address[ADDRESS_TEXT_SIZE + 1], clean[ADDRESS_TEXT_SIZE], *end;
	const char *slash = strchr(text, '/');
	unsigned long length = slash ? strtoul(slash + 1, &end, 10) : 0;

	if (!slash) {
		bool read = check(&ret->address, family, text, where, err);
		ret->length = prefix_most(ret->address.family);
		return read;
	}
	snprintf(address, sizeof address, "%.*s", (int)(slash - text), text);
	if (!address_parse(&ret->address, family, address) || length > prefix_most(ret->address.family) ||
	    slash[1] < '0' || slash[1] > '9' || *end) {
		fail_at(err, where, "'%.60s' is not an %s prefix such as fc00:9::/64%s", text,
		        family == AF_UNSPEC ? "IP" : "IPv6", family == AF_UNSPEC ? " or 10.9.0.0/16" : "");
		return false;
	}
	ret->length = (unsigned)length;
	if (prefix_is_clean(ret))
		return true;
	prefix_mask(ret);
	fail_at(err, where, "'%.60s' has bits set beyond its length; write %s/%lu", text,
	        address_text(&ret->address, clean), length);
	return false;
}

bool prefix_read(struct prefix *ret, const char *text, struct where where, struct error *err)
{
	return prefix_of_family(ret, AF_INET6, text, where, err);
}

bool ip_prefix_read(struct prefix *ret, const char *text, struct where where, struct error *err)
{
	return prefix_of_family(ret, AF_UNSPEC, text, where, err);
}

bool address_check(struct address *ret, const char *text, struct where where, struct error *err)
{
	return check(ret, AF_INET6, text, where, err);
}

bool address_read(struct address *ret, const struct item *item, struct error *err)
{
	return is_text(item, family_word(AF_INET6), err) && check(ret, AF_INET6, item->text, item->where, err);
}

bool ip_address_read(struct address *ret, const struct item *item, struct error *err)
{
	return is_text(item, family_word(AF_UNSPEC), err) && check(ret, AF_UNSPEC, item->text, item->where, err);
}

bool addresses_read(struct address **ret, size_t *count, const struct item *item, struct error *err)
{
	unsigned before = err->count;
	size_t n;
	const struct item *entry = entries(item, &n, "a list of IPv6 addresses", err);

	if (n > LIST_LIMIT) {
		fail_at(err, item->where, "%zu segments; a routing header has room for %d", n, LIST_LIMIT);
		return false;
	}
	for (size_t i = 0; i < n; i++) {
		struct address address;
		if (address_read(&address, &entry[i], err))
			*PUSH(*ret, *count) = address;
	}
	return err->count == before;
}

static int hex_digit(char c)
{
	return isdigit((unsigned char)c)    ? c - '0'
	       : isxdigit((unsigned char)c) ? tolower((unsigned char)c) - 'a' + 10
	                                    : -1;
}

bool hex_read(uint8_t **ret, size_t *count, const struct item *item, struct error *err)
{
	if (item->kind == ITEM_TEXT && !*item->text) /* none */
		return true;
	if (!is_text(item, "octets in hex such as \"0102 ff\"", err))
		return false;
	for (const char *c = item->text; *c; c++) {
		if (*c == ' ' || *c == ':')
			continue;
		int high = hex_digit(c[0]), low = high < 0 ? -1 : hex_digit(c[1]);
		if (low < 0 || *count >= 2040) {
			fail_at(err, item->where, "%s is not octets in hex; write two digits each, at most 2040",
			        brief(item).text);
			return false;
		}
		*PUSH(*ret, *count) = (uint8_t)(high << 4 | low);
		c++;
	}
	return true;
}

void range_read(char **range_text, const struct item *item, const char *what, struct error *err)
{
	struct error range = { 0 };

	if (!text_read(range_text, item, what, err))
		return;
	if (range_check(item->text, &range) < 0)
		fail_at(err, item->where, "%s", error_line(&range));
}
