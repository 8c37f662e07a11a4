/* The order of points: a packet that is seen at two was first where its hop limit is higher, else where more segments
 * are left, else by time. Points of one flow are put in the order that most pairs of sights have. */
#include <stdlib.h>
#include <string.h>

#include "track.h"

enum { ALIKE_MOST = 32 };

static int pass_order(const void *left, const void *right)
{
	const struct pass *a = *(const struct pass *const *)left, *b = *(const struct pass *const *)right;

	if (a->data != b->data)
		return a->data ? 1 : -1;
	if (a->begin != b->begin)
		return a->begin < b->begin ? -1 : 1;
	return a->packet < b->packet ? -1 : a->packet > b->packet;
}

static int segments_left(const struct packet_view *view)
{
	const struct srh_view srh = packet_srh(view, packet_ip(view));

	return srh.present ? srh.segments_left : -1;
}

/* Whether a packet was captured before another sight of it, on its way. */
static bool is_before(const struct captured *a, const struct captured *b)
{
	const int a_limit = ip_hop_limit(&a->view, packet_innermost_ip(&a->view)),
	          b_limit = ip_hop_limit(&b->view, packet_innermost_ip(&b->view));
	const int a_left = segments_left(&a->view), b_left = segments_left(&b->view);

	if (a_limit != b_limit)
		return a_limit > b_limit;
	if (a_left >= 0 && b_left >= 0 && a_left != b_left)
		return a_left > b_left;
	return a->time < b->time;
}

/* Points of one interface, one for each direction, are one place where packets that leave are all of one way: the other
 * way comes in there. For each point of the capture: the first of its place. */
static size_t *same_places(const struct tracks *tracks, const struct capture *capture)
{
	size_t *same = zalloc((capture->point_count + 1) * sizeof *same);
	unsigned *ways = zalloc((capture->point_count + 1) * sizeof *ways);

	for (size_t i = 0; i < tracks->pass_count; i++) {
		const struct capture_packet *packet = &capture->packets[tracks->passes[i].packet];
		ways[packet->point] |= 1U << packet->seen.way;
	}
	for (size_t i = 0; i < capture->point_count; i++) {
		const struct capture_point *point = &capture->points[i];
		same[i] = i;
		for (size_t before = 0; before < i && same[i] == i && point->interface; before++) {
			const struct capture_point *other = &capture->points[before];
			if (other->interface && strcmp(other->interface, point->interface) == 0 &&
			    strcmp(other->file, point->file) == 0 && other->direction >= 0 &&
			    other->direction != point->direction && point->direction >= 0 && !(ways[i] & ways[before]))
				same[i] = before;
		}
	}
	free(ways);
	return same;
}

/* wins[a * count + b]: how often a packet was at point a before it was at b, on the way from the client. */
static void count_pair(size_t *wins, const struct capture *capture, const size_t *same, const struct pass *a,
                       const struct pass *b)
{
	const struct capture_packet *x = &capture->packets[a->packet], *y = &capture->packets[b->packet];
	const size_t from = same[x->point], to = same[y->point];

	if (from == to || x->seen.way != y->seen.way)
		return;
	const bool first = is_before(&x->seen, &y->seen) != (x->seen.way == WAY_BACK);
	wins[first ? from * capture->point_count + to : to * capture->point_count + from]++;
}

static void count_wins(size_t *wins, const struct tracks *tracks, const struct capture *capture, const size_t *same)
{
	const struct pass **sorted = zalloc((tracks->pass_count + 1) * sizeof *sorted);

	for (size_t i = 0; i < tracks->pass_count; i++)
		sorted[i] = &tracks->passes[i];
	if (tracks->pass_count)
		qsort(sorted, tracks->pass_count, sizeof *sorted, pass_order);
	for (size_t i = 0; i < tracks->pass_count; i++)
		for (size_t j = i + 1; j < tracks->pass_count && j < i + ALIKE_MOST &&
		                       sorted[j]->data == sorted[i]->data && sorted[j]->begin == sorted[i]->begin;
		     j++)
			count_pair(wins, capture, same, sorted[i], sorted[j]);
	free(sorted);
}

/* How many others a point is before. */
static size_t rank_of(const size_t *wins, size_t count, size_t point)
{
	size_t rank = 0;

	for (size_t other = 0; other < count; other++)
		rank += wins[point * count + other] > wins[other * count + point];
	return rank;
}

void places_find(struct tracks *tracks, const struct capture *capture)
{
	const size_t count = capture->point_count;
	size_t *wins = zalloc(count * count * sizeof *wins), *places = zalloc(count * sizeof *places);
	size_t *same = same_places(tracks, capture);
	bool *seen = zalloc(count * sizeof *seen);

	count_wins(wins, tracks, capture, same);
	for (size_t i = 0; i < tracks->pass_count; i++)
		seen[same[capture->packets[tracks->passes[i].packet].point]] = true;
	for (size_t rank = count; rank--;)
		for (size_t point = 0; point < count; point++)
			if (seen[point] && rank_of(wins, count, point) == rank) {
				places[point] = tracks->place_count;
				*PUSH(tracks->points, tracks->place_count) = point;
			}
	for (size_t i = 0; i < tracks->pass_count; i++)
		tracks->passes[i].place = places[same[capture->packets[tracks->passes[i].packet].point]];
	free(wins);
	free(places);
	free(seen);
	free(same);
}
