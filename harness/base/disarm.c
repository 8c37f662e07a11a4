/* Texts from elsewhere that are shown: what a terminal, a log of a CI system or the order of reading would act on is
 * gone from them. */
#include <string.h>

#include "base.h"

/* Octets of the UTF-8 letter at `text` and its number; 0: it is none. */
static size_t letter_at(const char *text, uint32_t *number)
{
	const unsigned char *octets = (const unsigned char *)text;
	size_t length = octets[0] < 0x80 ? 1 : octets[0] < 0xc2 ? 0 : octets[0] < 0xe0 ? 2 : octets[0] < 0xf0 ? 3 : 4;

	if (octets[0] >= 0xf5 || !length)
		return 0;
	*number = length == 1 ? octets[0] : octets[0] & (0x7fu >> length);
	for (size_t i = 1; i < length; i++) {
		if ((octets[i] & 0xc0) != 0x80)
			return 0;
		*number = *number << 6 | (octets[i] & 0x3f);
	}
	bool overlong = (length == 3 && *number < 0x800) || (length == 4 && (*number < 0x10000 || *number > 0x10ffff));
	return overlong || (*number >= 0xd800 && *number < 0xe000) ? 0 : length;
}

/* Control characters but the tab, those that turn the direction of writing, separators that break lines, what is not
 * seen, and numbers that are not letters. */
static bool acts(uint32_t number)
{
	static const struct {
		uint32_t from, to;
	} ranges[] = {
		{ 0x00, 0x08 },     { 0x0a, 0x1f },     { 0x7f, 0x9f },     { 0xad, 0xad },
		{ 0x61c, 0x61c },   { 0x180e, 0x180e }, { 0x200b, 0x200f }, { 0x2028, 0x202e },
		{ 0x2060, 0x206f }, { 0xfeff, 0xfeff }, { 0xfff9, 0xfffb }, { 0xe0000, 0xe007f },
	};

	for (size_t i = 0; i < COUNT(ranges); i++)
		if (number >= ranges[i].from && number <= ranges[i].to)
			return true;
	return (number & 0xfffe) == 0xfffe;
}

/* "::error::", by which a CI system takes a line's first word for a command; an address may begin with :: too. */
static bool is_command(const char *word)
{
	size_t length = strcspn(word, " \t\r\n");

	return strncmp(word, "::", 2) == 0 && strspn(word, "0123456789abcdefABCDEF:./,") < length;
}

bool text_disarm(char *text)
{
	bool found = false, begins = true;
	char *to = text;

	while (*text) {
		uint32_t number = 0;
		size_t length = letter_at(text, &number);
		if (!length || acts(number)) {
			*to++ = *text == '\n' || *text == '\r' ? ' ' : '?';
			text += length ? length : 1;
			found = true;
		} else if ((begins && is_command(text)) || strncmp(text, "##[", 3) == 0) {
			*to++ = *text;
			*to++ = ' ';
			text += 2;
			found = true;
		} else {
			memmove(to, text, length);
			to += length;
			text += length;
		}
		begins = to[-1] == ' ' || to[-1] == '\t';
	}
	*to = 0;
	return found;
}
