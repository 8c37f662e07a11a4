/* Functions by address, from /proc/kallsyms. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "drops_internal.h"

static int by_address(const void *a, const void *b)
{
	const struct symbol *x = a, *y = b;

	if (x->address != y->address)
		return x->address < y->address ? -1 : 1;
	return x->name < y->name ? -1 : x->name > y->name; /* order in the file: qsort() is not stable */
}

/* "ffffffff8211c490 T tcp_v6_rcv", and after the name of a module's function a tab and "[module]". */
void symbols_parse(struct symbols *symbols, char *text)
{
	*symbols = (struct symbols){ .names = text };
	for (char *line = text, *end; *line; line = end) {
		end = line + strcspn(line, "\n");
		char *next = *end ? end + 1 : end, *rest;
		uint64_t address = strtoull(line, &rest, 16);
		*end = 0;
		end = next;
		if (rest == line || rest[0] != ' ' || !rest[1] || rest[2] != ' ' || !rest[3])
			continue;
		rest[3 + strcspn(rest + 3, "\t ")] = 0;
		if (address && strchr("tTwW", rest[1]))
			*PUSH(symbols->symbols, symbols->count) = (struct symbol){ address, (size_t)(rest + 3 - text) };
	}
	if (symbols->count)
		qsort(symbols->symbols, symbols->count, sizeof *symbols->symbols, by_address);
}

static char *kallsyms_text(void)
{
	size_t used = 0, size = 0;
	char *text = NULL;
	int fd = open("/proc/kallsyms", O_RDONLY | O_CLOEXEC);

	ROOM(text, size, 0, 8 << 20);
	for (ssize_t got; fd >= 0 && (got = read(fd, text + used, size - used - 1)) > 0;) {
		used += (size_t)got;
		ROOM(text, size, used, 4096);
	}
	if (fd >= 0)
		close(fd);
	text[used] = 0;
	return text;
}

void symbols_read(struct symbols *symbols)
{
	symbols_parse(symbols, kallsyms_text());
}

void symbols_free(struct symbols *symbols)
{
	free(symbols->symbols);
	free(symbols->names);
	*symbols = (struct symbols){ 0 };
}

/* A location is where a call returns to: a call that ends a function returns into the next one. */
void symbols_function(const struct symbols *symbols, uint64_t address, char *text, size_t size)
{
	size_t low = 0, high = symbols->count;

	*text = 0;
	while (low < high) { /* the first after address - 1 */
		size_t middle = low + (high - low) / 2;
		if (symbols->symbols[middle].address < address)
			low = middle + 1;
		else
			high = middle;
	}
	if (!low)
		return;
	const char *name = symbols->names + symbols->symbols[low - 1].name;
	snprintf(text, size, "%.*s", (int)strcspn(name, "."), name);
}
