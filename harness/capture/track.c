/* Finds what each packet at a point was made of at a point before. */
#include "track.h"

#include <stdlib.h>
#include <string.h>

#include "transport.h"

/* ---- what tells packets apart, as the judge has it: data by its octets, anything else by what no node changes */

/* The checksum of a header that no transport of the project's reads; NOT_THERE: it has none. */
#define NOT_THERE SIZE_MAX
static size_t checksum_place(const struct layer *transport)
{
	return transport->kind == LAYER_UDP ? 6 : transport->kind == LAYER_GIVEN ? NOT_THERE : 2;
}

static uint64_t digest_other(const struct packet_view *view, uint64_t digest)
{
	static const uint8_t nothing[2];
	const struct layer *transport = packet_transport(view),
	                   *last = view->count ? &view->layers[view->count - 1] : NULL;
	size_t begin = transport ? transport->offset : last ? (size_t)last->offset + last->length : 0;
	const size_t end = view->end < view->length ? view->end : view->length;

	if (transport) {
		const size_t at = begin + checksum_place(transport);
		digest = digest_add(digest, view->frame + begin, at - begin);
		digest = digest_add(digest, nothing, sizeof nothing);
		begin = at + sizeof nothing;
	}
	return begin < end ? digest_add(digest, view->frame + begin, end - begin) : digest;
}

static uint64_t digest_of(const struct captured *seen)
{
	const uint64_t digest = DIGEST_START + (uint64_t)seen->way;
	struct bytes parts[LASTING_PARTS];
	uint64_t made = digest;

	if (!seen->known)
		return digest_other(&seen->view, digest);
	const size_t count = transport_of(&(struct traffic){ 0 })->lasting(seen, parts);
	for (size_t i = 0; i < count; i++)
		made = digest_add(made, parts[i].data, parts[i].length);
	return made;
}

static struct pass pass_of(const struct capture *capture, const struct flow *flow, size_t packet)
{
	enum { WRAPPED = 1U << 31 };
	const struct captured *seen = &capture->packets[packet].seen;
	struct pass pass = { .packet = packet, .data = seen->known && seen->payload };

	if (pass.data) { /* what is before the start stays before it */
		pass.begin =
		        ((uint64_t)seen->way << 40) + (uint32_t)(seen->sequence - flow->starts[seen->way] + WRAPPED);
		pass.end = pass.begin + seen->payload;
	} else {
		pass.begin = digest_of(seen);
		pass.end = pass.begin + 1;
	}
	return pass;
}

/* ---- matching */

struct entry {
	uint64_t key;
	size_t pass;
	size_t place;
	bool data;
};
struct matcher {
	const struct capture *capture;
	struct tracks *tracks;
	struct entry *entries; /* by place, kind and key */
	uint64_t *longest;     /* data at each place */
	size_t *found;
	size_t found_count;
};

static int entry_order(const void *left, const void *right)
{
	const struct entry *a = left, *b = right;

	if (a->place != b->place)
		return a->place < b->place ? -1 : 1;
	if (a->data != b->data)
		return a->data ? 1 : -1;
	if (a->key != b->key)
		return a->key < b->key ? -1 : 1;
	return a->pass < b->pass ? -1 : a->pass > b->pass;
}

static size_t entry_from(const struct matcher *matcher, size_t place, bool data, uint64_t key)
{
	const struct entry wanted = { .key = key, .place = place, .data = data };
	size_t low = 0, high = matcher->tracks->pass_count;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		if (entry_order(&matcher->entries[middle], &wanted) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Clocks of different files may differ. */
static bool is_later(const struct matcher *matcher, const struct pass *before, const struct pass *after)
{
	const struct capture *capture = matcher->capture;
	const struct capture_packet *a = &capture->packets[before->packet], *b = &capture->packets[after->packet];

	return strcmp(capture->points[a->point].file, capture->points[b->point].file) == 0 &&
	       a->seen.time > b->seen.time;
}

static void find_at(struct matcher *matcher, const struct pass *pass, size_t place)
{
	const uint64_t reach = pass->data ? matcher->longest[place] : 0;

	matcher->found_count = 0;
	for (size_t i = entry_from(matcher, place, pass->data, pass->begin > reach ? pass->begin - reach : 0);
	     i < matcher->tracks->pass_count; i++) {
		const struct entry *entry = &matcher->entries[i];
		const struct pass *before = &matcher->tracks->passes[entry->pass];
		if (entry->place != place || entry->data != pass->data || entry->key >= pass->end)
			break;
		if (before->end > pass->begin && !is_later(matcher, before, pass) && before != pass)
			*PUSH(matcher->found, matcher->found_count) = entry->pass;
	}
}

static uint64_t common(const struct pass *a, const struct pass *b)
{
	const uint64_t begin = a->begin > b->begin ? a->begin : b->begin, end = a->end < b->end ? a->end : b->end;

	return end > begin ? end - begin : 0;
}

/* Whether a candidate has octets of the pass that its parts so far do not have. */
static bool adds(const struct tracks *tracks, const struct pass *pass, const struct pass *candidate)
{
	const struct pass part = { .begin = candidate->begin > pass->begin ? candidate->begin : pass->begin,
		                   .end = candidate->end < pass->end ? candidate->end : pass->end };

	for (size_t i = 0; i < pass->part_count; i++)
		if (common(&tracks->passes[pass->parts[i]], &part))
			return false;
	return true;
}

static int size_order(const void *left, const void *right)
{
	const size_t a = *(const size_t *)left, b = *(const size_t *)right;

	return a < b ? -1 : a > b;
}

/* Data is sent again because it was lost: of two copies it is the newer one that came; of others the oldest. */
static bool take_found(struct matcher *matcher, struct pass *pass, bool again)
{
	if (matcher->found_count)
		qsort(matcher->found, matcher->found_count, sizeof *matcher->found, size_order);
	for (size_t i = 0; i < matcher->found_count; i++) {
		const size_t number = matcher->found[pass->data ? matcher->found_count - 1 - i : i];
		struct pass *candidate = &matcher->tracks->passes[number];
		if ((!again && candidate->followed >= candidate->end - candidate->begin) ||
		    !adds(matcher->tracks, pass, candidate))
			continue;
		candidate->followed += common(pass, candidate);
		*PUSH(pass->parts, pass->part_count) = number;
	}
	pass->again = again && pass->part_count;
	return pass->part_count > 0;
}

/* At the nearest place before where anything of it was seen. */
static void match_pass(struct matcher *matcher, struct pass *pass)
{
	const bool back = matcher->capture->packets[pass->packet].seen.way == WAY_BACK;
	const size_t places = matcher->tracks->place_count;
	const size_t before = back ? places - 1 - pass->place : pass->place;

	for (int again = 0; again < 2; again++)
		for (size_t i = before; i--;) {
			find_at(matcher, pass, back ? places - 1 - i : i);
			if (take_found(matcher, pass, again))
				return;
		}
}

static void match_all(struct matcher *matcher)
{
	struct tracks *tracks = matcher->tracks;

	for (size_t place = 0; place < tracks->place_count; place++)
		for (size_t i = 0; i < tracks->pass_count; i++) {
			struct pass *pass = &tracks->passes[i];
			const bool back = matcher->capture->packets[pass->packet].seen.way == WAY_BACK;
			if (pass->place == (back ? tracks->place_count - 1 - place : place))
				match_pass(matcher, pass);
		}
}

static void index_passes(struct matcher *matcher)
{
	struct tracks *tracks = matcher->tracks;

	for (size_t i = 0; i < tracks->pass_count; i++) {
		const struct pass *pass = &tracks->passes[i];
		matcher->entries[i] = (struct entry){ pass->begin, i, pass->place, pass->data };
		if (pass->data && matcher->longest[pass->place] < pass->end - pass->begin)
			matcher->longest[pass->place] = pass->end - pass->begin;
	}
	if (tracks->pass_count)
		qsort(matcher->entries, tracks->pass_count, sizeof *matcher->entries, entry_order);
}

/* ---- tracks */

static void join(struct tracks *tracks, size_t number, size_t track)
{
	struct pass *pass = &tracks->passes[number];

	for (size_t i = 0; i < pass->track_count; i++)
		if (pass->tracks[i] == track)
			return;
	*PUSH(pass->tracks, pass->track_count) = track;
	*PUSH(tracks->at[track].passes, tracks->at[track].count) = number;
}

/* Only those of a part's tracks that have octets in it: a part may have been merged of more. */
static void join_parts(struct tracks *tracks, size_t number)
{
	const struct pass *pass = &tracks->passes[number];

	for (size_t i = 0; i < pass->part_count; i++) {
		const struct pass *part = &tracks->passes[pass->parts[i]];
		for (size_t t = 0; t < part->track_count; t++)
			if (common(&tracks->passes[tracks->at[part->tracks[t]].passes[0]], pass))
				join(tracks, number, part->tracks[t]);
	}
}

/* By places of the way, so that a pass's parts have their tracks. */
static void assemble(struct tracks *tracks, const struct capture *capture)
{
	for (size_t place = 0; place < tracks->place_count; place++)
		for (size_t i = 0; i < tracks->pass_count; i++) {
			const bool back = capture->packets[tracks->passes[i].packet].seen.way == WAY_BACK;
			if (tracks->passes[i].place != (back ? tracks->place_count - 1 - place : place))
				continue;
			if (!tracks->passes[i].part_count) {
				PUSH(tracks->at, tracks->count);
				join(tracks, i, tracks->count - 1);
			}
			join_parts(tracks, i);
		}
}

/* Data below the highest octet that its first point has seen so far. */
static void find_resent(struct tracks *tracks, const struct capture *capture)
{
	uint64_t *highest = zalloc(3 * tracks->place_count * sizeof *highest);

	for (size_t i = 0; i < tracks->pass_count; i++) {
		struct pass *pass = &tracks->passes[i];
		uint64_t *most = &highest[3 * pass->place + capture->packets[pass->packet].seen.way];
		pass->resent = pass->data && !pass->part_count && pass->end <= *most;
		if (pass->data && *most < pass->end)
			*most = pass->end;
	}
	free(highest);
}

void tracks_make(struct tracks *tracks, const struct capture *capture, const struct flow *flow)
{
	struct matcher matcher = { .capture = capture, .tracks = tracks };

	tracks->pass_count = flow->count;
	tracks->passes = zalloc((flow->count + 1) * sizeof *tracks->passes);
	for (size_t i = 0; i < flow->count; i++)
		tracks->passes[i] = pass_of(capture, flow, flow->packets[i]);
	places_find(tracks, capture);
	matcher.entries = zalloc((flow->count + 1) * sizeof *matcher.entries);
	matcher.longest = zalloc((tracks->place_count + 1) * sizeof *matcher.longest);
	index_passes(&matcher);
	match_all(&matcher);
	assemble(tracks, capture);
	find_resent(tracks, capture);
	free(matcher.entries);
	free(matcher.longest);
	free(matcher.found);
}

void tracks_clear(struct tracks *tracks)
{
	for (size_t i = 0; i < tracks->pass_count; i++) {
		free(tracks->passes[i].parts);
		free(tracks->passes[i].tracks);
	}
	for (size_t i = 0; i < tracks->count; i++)
		free(tracks->at[i].passes);
	free(tracks->passes);
	free(tracks->points);
	free(tracks->at);
}
