/* From files to packets at points, all of them by time. */
#include <stdlib.h>
#include <string.h>

#include "capture.h"
#include "file.h"
#include "library.h"
#include "link_type.h"
#include "split.h"

#define LARGEST_FILE   ((size_t)1 << 30)
#define ETHERNET_SIZE  14
#define LARGEST_PACKET ((size_t)16 << 20)

/* A file, or one interface's part of it. */
struct source {
	struct capture *capture;
	const struct library *library;
	const char *path;
	const char *interface; /* NULL: none is told */
	int direction;
	bool alone;            /* no other file is read */
	const size_t *numbers; /* of its packets; NULL: as they come */
	size_t number_count;
};

static void complain(struct capture *capture, char *complaint)
{
	*PUSH(capture->complaints, capture->complaint_count) = complaint;
}

/* "a.pcapng eth0:in", without the directories; "eth0:in" where no other file is read. */
static char *point_name(const struct source *source, const char *interface, int direction)
{
	char *name = source->alone && interface ? NULL : text_copy(base_of(source->path));

	if (interface)
		text_append(&name, "%s%s", name ? " " : "", interface);
	if (direction >= 0)
		text_append(&name, ":%s", word_of(hop_direction_words, direction));
	text_disarm(name);
	return name;
}

static bool same_text(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static size_t point_of(const struct source *source, const char *interface, int direction, int link_type)
{
	struct capture *capture = source->capture;

	for (size_t i = capture->point_count; i--;) {
		const struct capture_point *point = &capture->points[i];
		if (point->direction == direction && point->link_type == link_type &&
		    same_text(point->interface, interface) && strcmp(point->file, source->path) == 0)
			return i;
	}
	*PUSH(capture->points, capture->point_count) = (struct capture_point){
		.name = point_name(source, interface, direction),
		.file = text_copy(source->path),
		.interface = text_copy(interface),
		.direction = direction,
		.link_type = link_type,
	};
	return capture->point_count - 1;
}

/* A frame with an Ethernet header, as all else here has it. */
static void frame_make(struct captured *seen, struct bytes octets, size_t wire_length, const struct link_header *header)
{
	const size_t skip = header->is_ethernet ? 0 : header->size, added = header->is_ethernet ? 0 : ETHERNET_SIZE;

	seen->length = octets.length - skip + added;
	seen->wire_length = wire_length - skip + added;
	seen->data = zalloc(seen->length + 1);
	memcpy(seen->data + added, octets.data + skip, octets.length - skip);
	if (added) {
		seen->data[12] = (uint8_t)(header->type >> 8);
		seen->data[13] = (uint8_t)header->type;
	}
}

/* The same packet may be of another point than the one before: cooked captures tell of each where it was. */
static void take_packet(const struct source *source, int link_type, const struct pcap_pkthdr *head, const uint8_t *data,
                        size_t number)
{
	struct capture *capture = source->capture;
	const struct bytes octets = { data, head->caplen };
	const size_t wire_length = head->len < head->caplen ? head->caplen : head->len;
	struct link_header header;
	const bool read = link_header_read(link_type, octets, &header);
	owned_text told = header.interface >= 0 ? text_format("%ld", header.interface) : text_copy(source->interface);
	const int direction = source->direction >= 0 ? source->direction : header.direction;
	const size_t point = point_of(source, told, direction, link_type);

	capture->points[point].packets++;
	if (!read || octets.length > LARGEST_PACKET) {
		capture->points[point].unread++;
		return;
	}
	struct capture_packet *packet = PUSH(capture->packets, capture->packet_count);
	*packet = (struct capture_packet){ .point = point, .number = number };
	packet->seen.hop = 2 * point;
	packet->seen.time = (uint64_t)head->ts.tv_sec * 1000000000U + (uint64_t)head->ts.tv_usec;
	frame_make(&packet->seen, octets, wire_length, &header);
	captured_parse(&packet->seen);
}

static void take_packets(const struct source *source, pcap_t *pcap)
{
	const int link_type = source->library->link_type(pcap);
	struct pcap_pkthdr *head;
	const uint8_t *data;
	size_t taken = 0;
	int got;

	while ((got = source->library->next(pcap, &head, &data)) == 1) {
		size_t number = !source->numbers               ? taken + 1
		                : taken < source->number_count ? source->numbers[taken]
		                                               : source->numbers[source->number_count - 1];
		take_packet(source, link_type, head, data, number);
		taken++;
	}
	if (got == PCAP_ERROR)
		complain(source->capture,
		         text_format("%s: after %zu packets%s%s: %s", source->path, taken,
		                     source->interface ? " of interface " : "",
		                     source->interface ? source->interface : "", source->library->error(pcap)));
	if (taken == 0 && !source->interface)
		point_of(source, NULL, -1, link_type);
}

static int take_source(const struct source *source, struct bytes file, struct error *err)
{
	static const uint8_t gzip[] = { 0x1f, 0x8b };
	char why[PCAP_ERRBUF_SIZE] = "empty file";
	FILE *stream = file.length ? fmemopen((void *)(uintptr_t)file.data, file.length, "r") : NULL;
	pcap_t *pcap = stream ? source->library->open(stream, PCAP_TSTAMP_PRECISION_NANO, why) : NULL;

	if (!pcap) {
		if (stream)
			fclose(stream);
		if (file.length >= sizeof gzip && memcmp(file.data, gzip, sizeof gzip) == 0)
			return fail(err, "%s: compressed: run gunzip on it first", source->path);
		return fail(err, "%s: not a capture that libpcap reads: %s", source->path, why);
	}
	take_packets(source, pcap);
	source->library->close(pcap);
	return 0;
}

/* epb_flags of a part, as a direction. */
static int direction_of(const struct split_part *part)
{
	return part->direction == 1 ? HOP_IN : part->direction == 2 ? HOP_OUT : -1;
}

static int take_parts(struct source source, struct bytes file, struct error *err)
{
	struct split split = { 0 };
	int ret = 0;

	split_make(&split, file);
	for (size_t i = 0; i < split.count; i++) {
		const struct split_part *part = &split.parts[i];
		struct error broken = { 0 };
		source.interface = part->interface;
		source.direction = direction_of(part);
		source.numbers = part->numbers;
		source.number_count = part->number_count;
		if (take_source(&source, (struct bytes){ part->file, part->length }, &broken) < 0)
			complain(source.capture, text_format("interface %s: %s", part->interface, error_line(&broken)));
	}
	if (split.broken && !split.count)
		ret = fail(err, "%s: %s", source.path, split.broken);
	else if (split.broken)
		complain(source.capture, text_format("%s: %s", source.path, split.broken));
	split_clear(&split);
	return ret;
}

static int take_file(struct capture *capture, struct bytes file, const char *path, bool alone, struct error *err)
{
	struct source source = {
		.capture = capture, .alone = alone, .path = path, .direction = -1, .library = library_load(err)
	};

	if (!source.library)
		return -1;
	return split_is_pcapng(file) ? take_parts(source, file, err) : take_source(&source, file, err);
}

int capture_take(struct capture *capture, struct bytes file, const char *path, struct error *err)
{
	return take_file(capture, file, path, false, err);
}

static int packet_order(const void *left, const void *right)
{
	const struct capture_packet *a = left, *b = right;

	if (a->seen.time != b->seen.time)
		return a->seen.time < b->seen.time ? -1 : 1;
	return a->number != b->number ? a->number < b->number ? -1 : 1 : a->point < b->point ? -1 : a->point > b->point;
}

void capture_sort(struct capture *capture)
{
	if (capture->packet_count)
		qsort(capture->packets, capture->packet_count, sizeof *capture->packets, packet_order);
}

int capture_read(struct capture **ret, char *const *paths, size_t count, struct error *err)
{
	owned(capture) capture = zalloc(sizeof *capture);

	for (size_t i = 0; i < count; i++) {
		uint8_t *data = NULL;
		size_t length = 0;
		int taken = file_read(&data, &length, paths[i], LARGEST_FILE, err);
		if (taken == 0)
			taken = take_file(capture, (struct bytes){ data, length }, paths[i], count == 1, err);
		free(data);
		if (taken < 0)
			return -1;
	}
	capture_sort(capture);
	*ret = take(capture);
	return 0;
}

void capture_free(struct capture *capture)
{
	if (!capture)
		return;
	for (size_t i = 0; i < capture->point_count; i++) {
		free(capture->points[i].name);
		free(capture->points[i].file);
		free(capture->points[i].interface);
	}
	for (size_t i = 0; i < capture->packet_count; i++)
		free(capture->packets[i].seen.data);
	for (size_t i = 0; i < capture->complaint_count; i++)
		free(capture->complaints[i]);
	free(capture->points);
	free(capture->packets);
	free(capture->complaints);
	free(capture);
}

const char *capture_link_word(int link_type)
{
	const struct library *library = library_load(NULL);

	return library ? library->link_word(link_type) : "unknown link type";
}
