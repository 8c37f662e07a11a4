#include <stdlib.h>
#include <string.h>

#include "link.h"
#include "mode.h"
#include "stop.h"
#include "sweep_internal.h"
#include "sweeping.h"

#define STEP_ROWS   64  /* that are run at a time */
#define GUESTS_ROWS 512 /* the same in guests, which take long to start */

const char *sweeping_name(const struct sweeping *sweeping)
{
	return sweeping->testcase ? sweeping->testcase->name : sweeping->topology->name;
}

static bool is_late(const struct sweeping *sweeping)
{
	return stop_signal() || (sweeping->runner.deadline > 0 && clock_ms() > sweeping->runner.deadline);
}

static void mark(struct sweeping *sweeping, char how)
{
	sweeping->marks = must(realloc(sweeping->marks, sweeping->rows + 2));
	sweeping->marks[sweeping->rows++] = how;
	sweeping->marks[sweeping->rows] = 0;
}

/* ---- what came of a row */

static void skip(struct sweeping *sweeping, const char *why)
{
	sweeping->skipped++;
	if (!sweeping->skip)
		sweeping->skip = text_copy(why);
}

/* A row that is looked at: its values, and what they set. */
struct looked_at {
	const unsigned *values;
	const char *sets;
	size_t number;
};

static int row_mode(const struct sweep *sweep, const unsigned *values)
{
	size_t index;
	const struct factor *factor = sweep_factor(sweep, "mode", &index);
	int mode = MODE_PLAIN;

	if (factor)
		word_value(mode_words, factor->values[values[index]].word, &mode);
	return mode;
}

static void found(struct sweeping *sweeping, const char *what, const struct looked_at *row, const struct result *result)
{
	const size_t size = sweeping->sweep.count * sizeof *row->values;
	bool new;
	struct find *find = finds_add(&sweeping->finds, what, row->number, row->sets, said(result->why), &new);

	if (!new || !row->values)
		return;
	find->named = known_rows_like(&sweeping->known, result, row_mode(&sweeping->sweep, row->values));
	find->values = memcpy(zalloc(size), row->values, size);
}

char *wrong_in_row(const struct rows_ran *ran, size_t row, const char *sets, const struct result **which)
{
	struct result *const *results = ran->results + row * ran->kernels;
	const bool narrow = strstr(sets, "mtu: " SWEEP_NARROW) || strstr(sets, "headend: ");
	char *wrong = NULL;

	for (size_t k = 1; k < ran->kernels && !wrong; k++) {
		wrong = difference_text(ran->suite.pool, results[k - 1], ran->labels[k - 1], results[k], ran->labels[k],
		                        narrow);
		*which = results[k];
	}
	for (size_t k = 0; k < ran->kernels && !wrong; k++) {
		wrong = wrong_text(results[k], narrow);
		*which = results[k];
	}
	return wrong;
}

static const struct result *any_of(const struct rows_ran *ran, size_t row, enum outcome outcome)
{
	for (size_t k = 0; k < ran->kernels; k++) {
		const struct result *result = ran->results[row * ran->kernels + k];
		if (result && result->outcome == (int)outcome)
			return result;
	}
	return NULL;
}

static char mark_of(struct sweeping *sweeping, const struct rows_ran *ran, size_t row, const struct looked_at *is)
{
	const struct result *which = NULL;

	if (ran->why[row]) {
		skip(sweeping, ran->why[row]);
		return 'p';
	}
	owned_text wrong = wrong_in_row(ran, row, is->sets, &which);
	if (wrong) {
		sweeping->wrong++;
		found(sweeping, wrong, is, which);
		return 'w';
	}
	if (any_of(ran, row, OUTCOME_PASS) || any_of(ran, row, OUTCOME_FAIL)) {
		sweeping->right++;
		return '.';
	}
	which = any_of(ran, row, OUTCOME_SKIP);
	if (which) {
		skip(sweeping, said(which->why));
		return 's';
	}
	if (!any_of(ran, row, OUTCOME_BROKEN))
		return '-';
	sweeping->broken++;
	return 'b';
}

/* ---- each way in each mode, as it is made */

struct first_row {
	unsigned *values; /* of all factors: those that are not fixed have their first */
	char *sets;
};
struct first_rows {
	struct first_row *at;
	size_t count;
};
#define FIRST_ROWS_MOST 400

static void add_first_row(struct first_rows *rows, const struct sweep *sweep, const unsigned *values, const bool *kept)
{
	const size_t size = sweep->count * sizeof *values;

	/* Of the traffic that a topology can have only one kind of each generator. */
	const char *traffic = NULL;
	size_t index;
	const struct factor *factor = sweep_factor(sweep, "traffic", &index);
	if (factor)
		traffic = factor->values[values[index]].word;
	if (traffic && strcmp(traffic, "real-64k") != 0 && strcmp(traffic, "crafted-1000") != 0)
		return;
	if (rows->count == FIRST_ROWS_MOST || !cover_allows(&sweep->cover, values))
		return;
	*PUSH(rows->at, rows->count) =
	        (struct first_row){ memcpy(zalloc(size), values, size), sweep_kept_text(sweep, values, kept) };
}

/* All values of the fixed factors together; the others, where they are not kept, do not count in bans. */
static struct first_rows first_rows_of(const struct sweep *sweep)
{
	unsigned *values = zalloc(sweep->count * sizeof *values);
	bool *kept = zalloc(sweep->count * sizeof *kept), more = true;
	struct first_rows rows = { 0 };

	for (size_t f = 0; f < sweep->count; f++)
		kept[f] = sweep->factors[f].fixed;
	while (more) {
		add_first_row(&rows, sweep, values, kept);
		more = false;
		for (size_t f = sweep->count; f-- > 0 && !more;) {
			if (!kept[f])
				continue;
			more = ++values[f] < sweep->factors[f].count;
			if (!more)
				values[f] = 0;
		}
	}
	free(values);
	free(kept);
	return rows;
}

/* These values of the fixed factors, and of a topology all traffic of the same generator, are not varied further. */
static void ban_like(struct sweep *sweep, const struct first_row *row)
{
	struct cover_choice *choices = zalloc(sweep->count * sizeof *choices);
	size_t count = 0, traffic = 0, at = 0;
	const struct factor *loads = sweep_factor(sweep, "traffic", &traffic);

	for (size_t f = 0; f < sweep->count; f++) {
		if (!sweep->factors[f].fixed)
			continue;
		if (loads && f == traffic)
			at = count;
		choices[count++] = (struct cover_choice){ f, row->values[f] };
	}
	const size_t kind = loads ? strcspn(loads->values[row->values[traffic]].word, "-") : 0;
	for (unsigned t = 0; loads && t < loads->count; t++) {
		if (strncmp(loads->values[t].word, loads->values[row->values[traffic]].word, kind + 1) != 0)
			continue;
		choices[at].value = t;
		cover_space_ban(&sweep->cover, choices, count);
	}
	if (!loads)
		cover_space_ban(&sweep->cover, choices, count);
	free(choices);
}

/* *right: the values of one that is right, which the caller frees; NULL: none is. */
static int try_first_rows(struct sweeping *sweeping, unsigned **right, struct error *err)
{
	struct first_rows rows = first_rows_of(&sweeping->sweep);
	char **sets = zalloc(rows.count * sizeof *sets + 1);
	struct rows_ran ran;

	for (size_t i = 0; i < rows.count; i++)
		sets[i] = rows.at[i].sets;
	int done = rows_run(&ran, &sweeping->runner, sweeping_name(sweeping), sets, rows.count, 0, err);
	for (size_t i = 0; i < rows.count && done == 0; i++) {
		const struct looked_at row = { rows.at[i].values, sets[i], i };
		const char how = mark_of(sweeping, &ran, i, &row);
		mark(sweeping, how);
		if (how == '.' && !*right)
			*right = take(rows.at[i].values);
		else if (how != '.' && how != '-')
			ban_like(&sweeping->sweep, &rows.at[i]);
	}
	for (size_t i = 0; i < rows.count; i++) {
		free(rows.at[i].sets);
		free(rows.at[i].values);
	}
	free(rows.at);
	free(sets);
	rows_clear(&ran);
	return done;
}

/* ---- values that devices may not have */

/* A factor of a port that is not of the usual kind, which has all offloads. */
static bool is_of_device(const struct sweep *sweep, const char *name)
{
	const struct topology *topology = sweep->topology;

	for (size_t i = 0; i < INTERFACES(topology); i++) {
		const struct interface *port = &topology->interfaces[i];
		owned_text prefix = text_format("%s.%s.", topology->nodes[port->node].name, port->name);
		if (strncmp(name, prefix, strlen(prefix)) == 0)
			return port_kind(topology, i) != link_table[0];
	}
	return false;
}

struct tried_values {
	struct cover_choice *at;
	char **sets;
	size_t count, set_count;
};

static struct tried_values values_to_try(const struct sweep *sweep, const unsigned *base)
{
	struct tried_values tried = { 0 };
	unsigned *values = zalloc(sweep->count * sizeof *values);
	bool *kept = zalloc(sweep->count * sizeof *kept);

	memcpy(values, base, sweep->count * sizeof *values);
	for (size_t f = 0; f < sweep->count; f++)
		kept[f] = sweep->factors[f].fixed;
	for (size_t f = 0; f < sweep->count; f++) {
		if (!is_of_device(sweep, sweep->factors[f].name))
			continue;
		kept[f] = true;
		for (values[f] = 0; values[f] < sweep->factors[f].count; values[f]++) {
			char *sets = sweep_kept_text(sweep, values, kept);
			*PUSH(tried.sets, tried.set_count) = sets;
			*PUSH(tried.at, tried.count) = (struct cover_choice){ f, values[f] };
		}
		values[f] = base[f];
		kept[f] = false;
	}
	free(values);
	free(kept);
	return tried;
}

/* A value that is SKIP alone sets nothing from now on: the port is as the kernel makes it. */
static int try_values(struct sweeping *sweeping, const unsigned *base, struct error *err)
{
	struct sweep *sweep = &sweeping->sweep;
	struct tried_values tried = values_to_try(sweep, base);
	const size_t first = sweeping->rows;
	struct rows_ran ran = { 0 };
	int done = 0;

	if (tried.count)
		done = rows_run(&ran, &sweeping->runner, sweeping_name(sweeping), tried.sets, tried.count, first, err);
	for (size_t i = 0; i < tried.count && done == 0; i++) {
		const struct looked_at row = { NULL, tried.sets[i], first + i };
		struct factor_value *value = &sweep->factors[tried.at[i].factor].values[tried.at[i].value];
		const char how = mark_of(sweeping, &ran, i, &row);
		mark(sweeping, how);
		if (how != 's' && how != 'p')
			continue;
		free(value->sets);
		value->sets = text_copy("");
	}
	for (size_t i = 0; i < tried.set_count; i++)
		free(tried.sets[i]);
	free(tried.sets);
	free(tried.at);
	rows_clear(&ran);
	return done;
}

static int try_first(struct sweeping *sweeping, struct error *err)
{
	unsigned *right = NULL;
	int done = try_first_rows(sweeping, &right, err);

	if (done == 0 && right && !is_late(sweeping))
		done = try_values(sweeping, right, err);
	free(right);
	return done;
}

int sweeping_start(struct sweeping *sweeping, struct error *err)
{
	sweeping->runner.topology = sweeping->topology;
	const int made = sweeping->testcase
	                         ? sweep_make_case(&sweeping->sweep, sweeping->testcase, sweeping->topology, err)
	                         : sweep_make(&sweeping->sweep, sweeping->topology, err);
	if (made < 0 || rows_open(&sweeping->runner, err) < 0)
		return -1;
	features_look_at_version(&sweeping->runner.features);
	known_rows_read(&sweeping->known, sweeping->runner.deviations,
	                sweeping->runner.kernel_count ? "" : sweeping->runner.features.version);
	if (try_first(sweeping, err) < 0)
		return -1;
	sweeping->first_rows = sweeping->rows;
	sweeping->ended = is_late(sweeping);
	sweeping->cover = cover_new(&sweeping->sweep.cover, sweeping->strength, sweeping->seed, err);
	return sweeping->cover ? 0 : -1;
}

/* ---- the rows of the array */

struct part {
	unsigned *values; /* of its rows */
	char **sets;
	size_t count;
};

static struct part next_part(struct sweeping *sweeping)
{
	const size_t most = sweeping->runner.kernel_count ? GUESTS_ROWS : STEP_ROWS, factors = sweeping->sweep.count;
	struct part part = { .values = zalloc(most * factors * sizeof *part.values) };

	while (part.count < most && !is_late(sweeping)) {
		unsigned *row = part.values + part.count * factors;
		if (!cover_next(sweeping->cover, row)) {
			sweeping->complete = true;
			break;
		}
		char *sets = sweep_row_text(&sweeping->sweep, row);
		*PUSH(part.sets, part.count) = sets;
	}
	return part;
}

static void part_clear(struct part *part)
{
	for (size_t i = 0; i < part->count; i++)
		free(part->sets[i]);
	free(part->sets);
	free(part->values);
}

bool sweeping_step(struct sweeping *sweeping, bool *failed, struct error *err)
{
	struct part part = next_part(sweeping);
	const size_t first = sweeping->rows;
	struct rows_ran ran = { 0 };

	*failed = false;
	if (part.count)
		*failed = rows_run(&ran, &sweeping->runner, sweeping_name(sweeping), part.sets, part.count, first,
		                   err) < 0;
	for (size_t i = 0; i < part.count && !*failed; i++) {
		const struct looked_at row = { part.values + i * sweeping->sweep.count, part.sets[i], first + i };
		const char how = mark_of(sweeping, &ran, i, &row);
		if (how == '-') /* later ones may have run; they do again when the sweep is taken up */
			break;
		mark(sweeping, how);
		if (how == '.' || how == 'w')
			cover_ran(sweeping->cover, row.values);
	}
	rows_clear(&ran);
	part_clear(&part);
	sweeping->ended |= is_late(sweeping);
	sweeping->complete &= !sweeping->ended && !*failed;
	if (sweeping->progress)
		sweeping->progress(sweeping->context, sweeping);
	return !*failed && !sweeping->complete && !sweeping->ended;
}

void sweeping_clear(struct sweeping *sweeping)
{
	cover_free(sweeping->cover);
	sweep_clear(&sweeping->sweep);
	known_rows_clear(&sweeping->known);
	finds_clear(&sweeping->finds);
	rows_close(&sweeping->runner);
	free(sweeping->marks);
	free(sweeping->skip);
	*sweeping = (struct sweeping){ 0 };
}
