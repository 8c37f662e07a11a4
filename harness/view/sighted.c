/* What a terminal shows of captures: points, then each flow with its packets. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ladder.h"
#include "sighting.h"

/* Of more packets than MOST, the first and last ones are shown, and of those with faults some; below a ladder only the
 * latter. */
enum { MOST = 24, FIRST = 8, LAST = 2, FAULTY = 12, INDENT = 4, LAYER_INDENT = 8 };

static const char *plural(int64_t count)
{
	return count == 1 ? "" : "s";
}

static void write_points(FILE *out, const struct sightings *sightings)
{
	for (size_t i = 0; i < sightings->points.count; i++) {
		const struct sighted_point *point = &sightings->points.at[i];
		fprintf(out, "%s: %s, %lld packet%s", point->name, point->link, (long long)point->packets,
		        plural(point->packets));
		if (point->unread)
			fprintf(out, ", %lld not read: no packet of Ethernet, Linux cooked, raw IP or loopback",
			        (long long)point->unread);
		fputc('\n', out);
	}
}

static void write_indented(FILE *out, struct report_style style, unsigned indent, const char *text)
{
	fprintf(out, "%*s", (int)indent, "");
	write_wrapped(out, style, indent, indent + 2, text);
}

static void write_remarks(FILE *out, struct report_style style, const struct sighted_packet *packet)
{
	for (size_t i = 0; i < packet->faults.count; i++) {
		owned_text line = text_format("FAULT %s", packet->faults.at[i]);
		owned_text painted = paint(style, OUTCOME_FAIL, line);
		write_indented(out, style, INDENT, painted);
	}
	for (size_t i = 0; i < packet->notes.count; i++)
		write_indented(out, style, INDENT, packet->notes.at[i]);
}

/* "segments left 1 of [fc00:2::, fc00:1::], PadN 2" */
static char *srh_text(const struct sighted_srh *srh)
{
	char *text =
	        text_format("type %lld, segments left %lld of", (long long)srh->type, (long long)srh->segments_left);

	for (size_t i = 0; i < srh->segments.count; i++)
		text_append(&text, " %s", srh->segments.at[i]);
	if (srh->flags || srh->tag)
		text_append(&text, ", flags 0x%02llx, tag 0x%04llx", (long long)srh->flags, (long long)srh->tag);
	for (size_t i = 0; i < srh->tlvs.count; i++)
		text_append(&text, ", %s", srh->tlvs.at[i]);
	return text;
}

static void write_layer(FILE *out, struct report_style style, const struct sighted_layer *layer)
{
	char *text = text_copy(layer->kind);

	if (layer->source)
		text_append(&text, " %s > %s", layer->source, layer->destination);
	if (layer->final)
		text_append(&text, " (in the end %s)", layer->final);
	if (layer->hop_limit != NO_INTEGER)
		text_append(&text, ", hop limit %lld", (long long)layer->hop_limit);
	if (layer->srh) {
		owned_text srh = srh_text(layer->srh);
		text_append(&text, " %s", srh);
	}
	if (layer->checksum != NO_WORD)
		text_append(&text, ", checksum %s", word_of(sum_words, layer->checksum));
	write_indented(out, style, LAYER_INDENT, text);
	free(text);
}

/* "SL1 fc00:1::100, in the end fc00:d::1" */
static char *way_text(const struct sighted_packet *packet)
{
	char *text = text_copy("");

	if (packet->segments_left != NO_INTEGER)
		text_append(&text, " SL%lld", (long long)packet->segments_left);
	if (packet->destination)
		text_append(&text, " to %s", packet->destination);
	if (packet->final && strcmp(packet->final, packet->destination) != 0)
		text_append(&text, ", in the end %s", packet->final);
	return text;
}

static void write_packet(FILE *out, struct report_style style, const struct sighted_packet *packet, bool with_point)
{
	static const char *const arrows[] = { [WAY_OTHER] = " ", [WAY_FORWARD] = ">", [WAY_BACK] = "<" };
	owned_text way = way_text(packet);
	char *text = text_format("%12.1f  %s%s%lld %s %s,%s, %lld octets", packet->time_us,
	                         with_point ? packet->point : "", with_point ? " #" : "#", (long long)packet->number,
	                         arrows[packet->way], packet->name, way, (long long)packet->length);

	if (packet->checksum != NO_WORD)
		text_append(&text, ", %s", packet->checksum == SUM_BAD ? "BAD" : word_of(sum_words, packet->checksum));
	fprintf(out, "%*s", (int)strspn(text, " "), "");
	write_wrapped(out, style, (unsigned)strspn(text, " "), LAYER_INDENT + 8, text + strspn(text, " "));
	for (size_t i = 0; style.verbose >= 2 && i < packet->layers.count; i++)
		write_layer(out, style, &packet->layers.at[i]);
	write_remarks(out, style, packet);
	free(text);
}

static void write_skipped(FILE *out, size_t skipped)
{
	if (skipped)
		fprintf(out, "%*s... %zu more packet%s\n", INDENT, "", skipped, plural((int64_t)skipped));
}

/* The points are the links of the ladder's nodes. */
static void write_ladder(FILE *out, struct report_style style, struct pool *pool, const struct sighted_flow *flow)
{
	char *text = NULL;

	if (!flow->ladder)
		return;
	for (size_t i = 0; i < flow->places.count; i++) {
		const struct texts *ends = &flow->topology->links.at[i].ends;
		text_append(&text, "%s%.*s to %.*s: %s", i ? "; " : "", (int)strcspn(ends->at[0], "."), ends->at[0],
		            (int)strcspn(ends->at[1], "."), ends->at[1], flow->places.at[i]);
	}
	write_indented(out, style, 2, text);
	ladder_write(out, style, pool, flow->ladder, flow->topology);
	free(text);
}

static void write_flow(FILE *out, struct report_style style, struct pool *pool, const struct sighted_flow *flow,
                       bool with_point)
{
	const struct sighted_packets *packets = &flow->packets;
	const bool all = style.verbose || (packets->count <= MOST && !flow->ladder);
	const size_t first = flow->ladder ? 0 : FIRST, last = flow->ladder ? 0 : LAST;
	size_t skipped = 0, faulty = 0;

	fprintf(out, "\n%s%s%s%s%s: %zu packet%s", flow->protocol, *flow->client ? " " : "", flow->client,
	        *flow->server ? " > " : "", flow->server, packets->count, plural((int64_t)packets->count));
	if (flow->faulty)
		fprintf(out, ", %lld with faults", (long long)flow->faulty);
	fputc('\n', out);
	write_ladder(out, style, pool, flow);
	for (size_t i = 0; i < packets->count; i++) {
		const bool wrong = packets->at[i].faults.count > 0;
		if (!all && i >= first && i + last < packets->count && (!wrong || faulty == FAULTY)) {
			skipped++;
			continue;
		}
		faulty += wrong && i >= first;
		write_skipped(out, flow->ladder ? 0 : skipped);
		skipped = 0;
		write_packet(out, style, &packets->at[i], with_point);
	}
}

void report_sightings(FILE *out, struct report_style style, struct pool *pool, const struct sightings *sightings)
{
	write_points(out, sightings);
	for (size_t i = 0; i < sightings->flows.count; i++) {
		write_flow(out, style, pool, &sightings->flows.at[i], sightings->points.count > 1);
	}
	fprintf(out, "\n%lld packet%s in %zu flow%s, %lld with faults\n", (long long)sightings->packets,
	        plural(sightings->packets), sightings->flows.count, plural((int64_t)sightings->flows.count),
	        (long long)sightings->faulty);
	for (size_t i = 0; i < sightings->complaints.count; i++)
		write_wrapped(out, style, 0, 2, sightings->complaints.at[i]);
}
