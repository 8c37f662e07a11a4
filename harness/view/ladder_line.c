/* A line that can be drawn on at any column before it is written. */
#include <stdlib.h>
#include <string.h>

#include "ladder.h"

static const char *const inks[] = {
	[INK_PLAIN] = "", [INK_DIM] = "2", [INK_BAD] = "1;31", [INK_ODD] = "33", [INK_COUNT] = "1;36"
};

struct line line_new(unsigned width)
{
	return (struct line){ .glyphs = zalloc((width + 1) * sizeof(struct glyph)), .width = width };
}

void line_put(struct line *line, unsigned at, const char *text, enum ink ink)
{
	for (; *text && at < line->width; at++) {
		size_t length = 1;
		while (length < 4 && ((unsigned char)text[length] & 0xc0) == 0x80)
			length++;
		struct glyph *glyph = &line->glyphs[at];
		memset(glyph, 0, sizeof *glyph);
		memcpy(glyph->text, text, length);
		glyph->ink = ink;
		text += length;
	}
}

bool line_is_free(const struct line *line, unsigned from, unsigned to)
{
	for (unsigned i = from; i < to && i < line->width; i++)
		if (line->glyphs[i].text[0] && line->glyphs[i].ink != INK_DIM)
			return false;
	return true;
}

void line_write(FILE *out, struct report_style style, struct line *line)
{
	unsigned end = line->width;
	enum ink ink = INK_PLAIN;

	while (end > 0 && (!line->glyphs[end - 1].text[0] || line->glyphs[end - 1].text[0] == ' '))
		end--;
	for (unsigned i = 0; i < end; i++) {
		const struct glyph *glyph = &line->glyphs[i];
		if (style.color && glyph->ink != ink)
			fprintf(out, "\033[0%s%sm", *inks[glyph->ink] ? ";" : "", inks[glyph->ink]);
		ink = glyph->ink;
		fputs(glyph->text[0] ? glyph->text : " ", out);
	}
	if (style.color && ink != INK_PLAIN)
		fputs("\033[0m", out);
	fputc('\n', out);
	memset(line->glyphs, 0, line->width * sizeof *line->glyphs);
}

void line_free(struct line *line)
{
	free(line->glyphs);
}
