/* Kernel releases and ranges of them: which kernels a deviation is documented for. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base.h"

struct release {
	unsigned long part[3];
};

/* Reads "4", "4.10", "6.18.44-rc1"; *end is set behind the numbers. False if there are none. */
static bool release_read(struct release *release, const char *text, const char **end)
{
	*release = (struct release){ 0 };
	for (int i = 0; i < 3; i++) {
		if (!isdigit((unsigned char)*text))
			return i > 0 && (*end = text - 1, true);
		char *after;
		release->part[i] = strtoul(text, &after, 10);
		text = after;
		if (*text != '.' || i == 2)
			break;
		text++;
	}
	*end = text;
	return true;
}

static int release_compare(const struct release *a, const struct release *b)
{
	for (int i = 0; i < 3; i++)
		if (a->part[i] != b->part[i])
			return a->part[i] < b->part[i] ? -1 : 1;
	return 0;
}

static const struct word operators[] = { { ">=", 0, NULL }, { "<=", 1, NULL }, { ">", 2, NULL },
	                                 { "<", 3, NULL },  { "=", 4, NULL },  { NULL, 0, NULL } };

/* One condition of a range: 1 holds, 0 does not, -1 cannot be read. Moves *range behind it. */
static int condition(const char **range, const struct release *release)
{
	const struct word *op = operators;
	struct release bound;

	while (op->word && strncmp(*range, op->word, strlen(op->word)) != 0)
		op++;
	if (!op->word || !release_read(&bound, *range + strlen(op->word), range) ||
	    (**range && **range != ' ' && strncmp(*range, "||", 2) != 0))
		return -1;
	int order = release_compare(release, &bound);
	switch (op->value) {
	case 0:
		return order >= 0;
	case 1:
		return order <= 0;
	case 2:
		return order > 0;
	case 3:
		return order < 0;
	}
	return order == 0;
}

static int range_walk(const char *range, const struct release *release)
{
	int all = 1, any = 0, conditions = 0;
	bool alternatives = false;

	for (range += strspn(range, " "); *range; range += strspn(range, " ")) {
		if (strncmp(range, "||", 2) == 0) { /* another series: what was so far is one alternative */
			if (!conditions)
				return -1;
			any |= all;
			all = 1;
			conditions = 0;
			alternatives = true;
			range += 2;
			continue;
		}
		int holds = condition(&range, release);
		if (holds < 0)
			return -1;
		all &= holds;
		conditions++;
	}
	return alternatives && !conditions ? -1 : any | all;
}

bool release_in_range(const char *text, const char *range)
{
	struct release release;
	const char *end;

	if (!range || !range[strspn(range, " ")])
		return true;
	return release_read(&release, text, &end) && range_walk(range, &release) == 1;
}

int range_check(const char *range, struct error *err)
{
	if (range_walk(range, &(struct release){ 0 }) < 0)
		return fail(
		        err,
		        "'%s' is not a range of versions; write it like \">=4.10 <4.13\", \">=6.1.5 <6.2 || >=6.3\"",
		        range);
	return 0;
}

/* 0: none; 6.19-rc3 and 6.19.0-rc3 are 3, Debian's 6.19~rc3-1 too. */
static unsigned long candidate(const char *text)
{
	const char *rc = strstr(text, "rc");

	return rc && rc > text && (rc[-1] == '-' || rc[-1] == '~') ? strtoul(rc + 2, NULL, 10) : 0;
}

int version_compare(const char *a, const char *b)
{
	struct release x = { 0 }, y = { 0 };
	const char *end;

	release_read(&x, a, &end);
	release_read(&y, b, &end);
	int order = release_compare(&x, &y);
	unsigned long p = candidate(a), q = candidate(b);
	if (order || p == q)
		return order;
	if (!p || !q)
		return p ? -1 : 1;
	return p < q ? -1 : 1;
}

char *release_upstream(const char *release, const char *about)
{
	const char *debian = about ? strstr(about, "Debian ") : NULL, *end;
	struct release unused;

	if (debian && release_read(&unused, debian + strlen("Debian "), &end)) {
		debian += strlen("Debian ");
		return text_format("%.*s", (int)strcspn(debian, "-+ "), debian);
	}
	const char *last = about && strncmp(about, "Ubuntu ", 7) == 0 ? strrchr(about, ' ') : NULL;
	if (last && release_read(&unused, last + 1, &end))
		return text_line(last + 1);
	return text_copy(release);
}
