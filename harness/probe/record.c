/* A cell is recorded: the baseline is taken, its traffic is played, and what the lab then holds of it becomes traces.
 */
#include <stdlib.h>
#include <string.h>

#include "probe_internal.h"

static int by_time(const void *a, const void *b)
{
	const struct captured *x = a, *y = b;

	if (x->time != y->time)
		return x->time < y->time ? -1 : 1;
	return x->hop < y->hop ? -1 : x->hop > y->hop;
}

static void note_counters(struct trace *trace, size_t node, struct counter_set moved)
{
	for (size_t i = 0; i < moved.count; i++) {
		if (moved.values[i].value == 0)
			continue;
		struct counter *counter = PUSH(trace->counters, trace->counter_count);
		*counter = (struct counter){ .node = node, .delta = moved.values[i].value };
		memcpy(counter->name, moved.values[i].name, sizeof counter->name);
	}
	free(moved.values);
}

static void note_all_counters(struct probe *probe, struct trace *trace)
{
	for (size_t i = 0; i < probe->lab->node_count; i++)
		note_counters(trace, i, counters_moved(&probe->listeners.list[i].counters));
	note_counters(trace, NOT_FOUND, softnet_moved(probe->softnet, &probe->softnet_before));
	free(probe->softnet_before.values);
}

static void note_losses(struct probe *probe, struct trace *trace)
{
	for (size_t i = 0; i < probe->lab->node_count; i++)
		trace->lost += capture_lost(&probe->listeners.list[i].capture);
}

static const struct player *player_of(const struct traffic *traffic)
{
#define ROW(row) &row,
	static const struct player *const players[] = {
#include "players.h"
	};
#undef ROW

	for (size_t i = 0; i < COUNT(players); i++)
		if (strcmp(players[i]->word, transport_of(traffic)->word) == 0)
			return players[i];
	return NULL;
}

/* Ports of a connection and of what its packets may have otherwise (source_port). */
#define PORTS_EACH 1001

static struct play *plays_make(struct probe *probe, const struct plan *const plans[], struct trace *const traces[],
                               size_t count)
{
	struct play *all = zalloc(count * sizeof *all);

	probe->port = (uint16_t)(20000 + (probe->port + 1) % 40000);
	for (size_t i = 0; i < count; i++)
		all[i] = (struct play){ .all = all,
			                .all_count = count,
			                .port = (uint16_t)(20000 + (probe->port - 20000 + i * PORTS_EACH) % 40000),
			                .probe = probe,
			                .plan = plans[i],
			                .trace = traces[i],
			                .player = player_of(&plans[i]->traffic),
			                .deadline = clock_ms() + CELL_MS,
			                .then = clock_ms() };
	return all;
}

/* What a setting caused, such as a link that came up again, does not belong to the test. */
static void baseline(struct play *play)
{
	struct probe *probe = play->probe;

	fences_make(play);
	if (!quiet(play) && !play->trace->broken)
		quiet(play);
	drops_take(probe->drops, probe->lab, play->plan, play->trace);
	trace_forget_packets(play->trace);
	for (size_t i = 0; i < play->all_count; i++)
		play->all[i].keeping = (struct keeping){ 0 };
	kmsg_start(probe);
	for (size_t i = 0; i < probe->lab->node_count; i++)
		counters_mark(&probe->listeners.list[i].counters);
	probe->softnet_before = softnet_read(probe->softnet);
}

static void start(struct play *play)
{
	struct error err = { 0 };

	seconds_open(play, &err);
	for (size_t i = 0; i < play->all_count; i++) {
		play->all[i].started = !err.count;
		if (err.count || play->all[i].player->open(&play->all[i], &err) < 0)
			give_up(play, &err);
	}
}

static void sort_packets(struct trace *trace)
{
	if (trace->packet_count) /* qsort() takes no null pointer */
		qsort(trace->packets, trace->packet_count, sizeof *trace->packets, by_time);
}

void traces_record(struct probe *probe, const struct plan *const plans[], struct trace *const traces[], size_t count)
{
	const double begin = clock_ms();
	struct play *all = plays_make(probe, plans, traces, count);
	struct trace *whole = all->trace;
	struct sid_counts sids = { 0 };

	baseline(all);
	sid_counts_mark(probe, all->plan, &sids);
	start(all);
	play_until_over(all);
	drops_take(probe->drops, probe->lab, all->plan, whole); /* before close() frees what the sockets still hold */
	note_all_counters(probe, whole);
	sid_counts_note(probe, all->plan, &sids, whole);
	note_losses(probe, whole);
	seconds_close(all);
	kmsg_read(all);
	kmsg_end(probe);
	for (size_t i = 0; i < count; i++)
		if (all[i].started)
			all[i].player->close(&all[i]);
	drops_name(probe->drops, whole);
	sort_packets(whole);
	whole->milliseconds = clock_ms() - begin;
	flows_split(all);
	for (size_t i = 0; i < count; i++) {
		counters_named_check(probe, plans[i], traces[i]);
		drops_tie(traces[i], plans[i]);
	}
	free(all->fences);
	free(all);
}

void trace_record(struct probe *probe, const struct plan *plan, struct trace *trace)
{
	traces_record(probe, &plan, &trace, 1);
}
