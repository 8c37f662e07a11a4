/* Every kind of device, by the word that files have for it. */
#include <string.h>

#include "device.h"

#define ROW(kind) extern const struct device_kind kind;
#include "rows.h"
#undef ROW
#define ROW(kind) &kind,
const struct device_kind *const device_table[] = {
#include "rows.h"
	NULL,
};

const struct device_kind *device_at(int number)
{
	return number ? device_table[number - 1] : NULL;
}

const struct device_kind *device_find(const char *word)
{
	for (size_t i = 0; device_table[i]; i++)
		if (strcmp(device_table[i]->word, word) == 0)
			return device_table[i];
	return NULL;
}

/* Made of the rows at each call, and each time the same. */
const struct word *service_words(void)
{
	static struct word words[COUNT(device_table) + 1];
	size_t count = 0;

	words[count++] = (struct word){ "off", 0, "no service: the kernel's SID answers" };
	for (int i = 0; device_table[i]; i++)
		if (device_table[i]->serves)
			words[count++] = (struct word){ device_table[i]->word, i + 1, device_table[i]->about };
	return words;
}
