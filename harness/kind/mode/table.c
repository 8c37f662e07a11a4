/* Every mode, by its number and by its word. */
#include "mode.h"

#define ROW(number, row, word, about) extern const struct mode_kind row;
MODE_ROWS(ROW)
#undef ROW

#define ROW(number, row, word, about) { word, number, about },
const struct word mode_words[] = { MODE_ROWS(ROW){ NULL, 0, NULL } };
#undef ROW

#define ROW(number, row, word, about) [number] = &row,
static const struct mode_kind *const kinds[MODES] = { MODE_ROWS(ROW) };
#undef ROW

const struct mode_kind *mode_kind(int mode)
{
	return kinds[mode];
}

enum mode mode_of_seg6(int number)
{
	int mode = 0;

	while (mode < MODES && !(kinds[mode]->by_seg6 && kinds[mode]->number == number))
		mode++;
	return (enum mode)mode;
}

const struct word *seg6_mode_words(void)
{
	static struct word words[MODES + 1];
	size_t count = 0;

	for (int mode = 0; mode < MODES; mode++)
		if (kinds[mode]->by_seg6)
			words[count++] = mode_words[mode];
	return words;
}
