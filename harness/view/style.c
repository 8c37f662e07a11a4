/* Colours, widths and wrapped lines. Colours never carry information that the text does not. */
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "view.h"

static const char *const colors[OUTCOMES] = {
	[OUTCOME_PASS] = "32", [OUTCOME_KNOWN] = "36", [OUTCOME_FIXED] = "1;34",
	[OUTCOME_FAIL] = "31", [OUTCOME_SKIP] = "33",  [OUTCOME_BROKEN] = "1;35",
};

static unsigned width_of(int fd)
{
	const char *columns = getenv("COLUMNS");
	long width = columns ? strtol(columns, NULL, 10) : 0;
	struct winsize size;

	if (width <= 0 && fd >= 0 && ioctl(fd, TIOCGWINSZ, &size) == 0)
		width = size.ws_col;
	return width <= 0 ? 80 : width < 40 ? 40 : width > 1000 ? 1000 : (unsigned)width;
}

/* As setlocale() would look for it; the locale itself need not be installed. */
static bool is_utf8_locale(void)
{
	static const char *const names[] = { "LC_ALL", "LC_CTYPE", "LANG" };

	for (size_t i = 0; i < COUNT(names); i++) {
		const char *value = getenv(names[i]);
		if (value && *value)
			return strcasestr(value, "utf-8") || strcasestr(value, "utf8");
	}
	return false;
}

struct report_style report_style_of(FILE *out)
{
	const char *term = getenv("TERM"), *no_color = getenv("NO_COLOR");
	int fd = fileno(out);
	struct report_style style = { .unicode = is_utf8_locale(), .width = width_of(fd) };

	style.terminal = fd >= 0 && isatty(fd) && !(term && strcmp(term, "dumb") == 0);
	style.color = style.terminal && !(no_color && *no_color);
	return style;
}

char *paint(struct report_style style, int outcome, const char *text)
{
	if (!style.color || outcome < 0 || outcome >= OUTCOMES)
		return text_copy(text);
	return text_format("\033[%sm%s\033[0m", colors[outcome], text);
}

char *dim(struct report_style style, const char *text)
{
	return style.color ? text_format("\033[2m%s\033[0m", text) : text_copy(text);
}

size_t columns_of(const char *text, size_t length)
{
	size_t columns = 0;

	for (size_t i = 0; i < length; i++) {
		if (text[i] == '\033')
			i += strcspn(text + i, "m");
		else
			columns += ((unsigned char)text[i] & 0xc0) != 0x80;
	}
	return columns;
}

void write_wrapped(FILE *out, struct report_style style, unsigned column, unsigned indent, const char *text)
{
	bool first = true;

	while (*(text += strspn(text, " \n"))) {
		size_t length = strcspn(text, " \n");
		size_t columns = columns_of(text, length);
		if (!first && column + 1 + columns > style.width) {
			fprintf(out, "\n%*s", (int)indent, "");
			column = indent;
		} else if (!first) {
			fputc(' ', out);
			column++;
		}
		fwrite(text, 1, length, out);
		column += (unsigned)columns;
		text += length;
		first = false;
	}
	fputc('\n', out);
}

char *tally_text(const struct tally *tally, struct report_style style)
{
	char *text = NULL;

	for (const struct word *row = outcome_words; row->word; row++) {
		if (!tally->outcome[row->value])
			continue;
		owned_text count = text_format("%zu %s", tally->outcome[row->value], row->word);
		owned_text painted = paint(style, row->value, count);
		text_append(&text, "%s%s", text ? ", " : "", painted);
	}
	return text ? text : text_copy("nothing");
}
