/* The packets of a kept trace as one pcapng: one interface per link end, packets by time, and comments from the
 * journeys. */
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "file.h"
#include "result.h"
#include "trace_file.h"

char *trace_interface_name(const struct topology *topology, size_t interface)
{
	return text_format("%s:%s", topology->nodes[topology->interfaces[interface].node].name,
	                   topology->interfaces[interface].name);
}

enum pcapng_direction trace_direction(size_t hop)
{
	return HOP_DIRECTION(hop) == HOP_IN ? PCAPNG_INBOUND : PCAPNG_OUTBOUND;
}

static const char *checksum_said(const struct step *step)
{
	if (!step->summed)
		return NULL;
	switch (step->checksum) {
	case CHECKSUM_VALID:
		return NULL;
	case CHECKSUM_PARTIAL:
		return "TCP checksum partial: the pseudo-header's sum, a device is to complete it";
	case CHECKSUM_BAD:
		return "TCP checksum bad";
	}
	return NULL;
}

/* "dropped at dst: tcp-csum, the SYN, freed in tcp_v6_rcv: TCP_CSUM; ..." for packets that ended here, then what is
 * unusual about this one. */
static char *comment_of(const struct trace *trace, const struct plan *plan, const struct journeys *journeys,
                        size_t index)
{
	const struct step *step = &journeys->steps[index];
	char *comment = NULL;

	/* An incomplete trace says nothing about where packets ended. */
	for (size_t m = 0; m < step->merged && !trace->broken && !trace->lost; m++) {
		const struct journey *journey = &journeys->journeys[journeys->members[step->members + m]];
		if (journey->last != index || journey->end == END_RECEIVED)
			continue;
		const struct drop *drop = journey->drop;
		owned_text word = drop ? drop_word(drop->function, drop->reason) : NULL;
		text_append(&comment, "%s at %s%s%s, the %s%s%s%s",
		            journey->end == END_LOST ? "lost, last seen"
		                                     : word_of(journey_end_words, (int)journey->end),
		            plan->topology->nodes[journey->node].name, journey->reason == REASON_NONE ? "" : ": ",
		            journey->reason == REASON_NONE ? "" : word_of(reason_words, (int)journey->reason),
		            journey->name, step->merged > 1 ? " and those merged with it" : "", word ? ", " : "",
		            word ? word : "");
		break;
	}
	if (checksum_said(step))
		text_append(&comment, "%s%s", comment ? "; " : "", checksum_said(step));
	if (step->excess)
		text_append(&comment, "%slarger than the interface's MTU by %u octets", comment ? "; " : "",
		            step->excess);
	if (step->merged > 1)
		text_append(&comment, "%s%zu packets merged", comment ? "; " : "", step->merged);
	return comment;
}

static void write_head(FILE *file, const struct trace *trace, const struct plan *plan)
{
	owned_text cell = cell_text(plan->testcase, plan->cell);
	owned_text about = text_format("%s%s%s%s%s", plan->testcase->name, *cell ? " " : "", cell,
	                               trace->broken ? "; BROKEN: " : "", trace->broken ? trace->broken : "");
	owned_text system = NULL;
	struct utsname name;

	if (uname(&name) == 0)
		system = text_format("%s %s", name.sysname, name.release);
	pcapng_write_section(file, "hopcheck " HOPCHECK_VERSION, system, about);
	for (size_t i = 0; i < INTERFACES(plan->topology); i++) {
		owned_text interface = trace_interface_name(plan->topology, i);
		pcapng_write_interface(file, interface, plan->interfaces[i].mac);
	}
}

struct capture {
	const struct trace *trace;
	const struct plan *plan;
	const struct journeys *journeys;
};

static int write_packets(FILE *file, const struct capture *capture, const size_t *steps, struct error *err)
{
	for (size_t i = 0; i < capture->trace->packet_count; i++) {
		const struct captured *captured = &capture->trace->packets[i];
		owned_text comment = comment_of(capture->trace, capture->plan, capture->journeys, steps[i]);
		struct pcapng_packet packet = { .interface = HOP_INTERFACE(captured->hop),
			                        .time = captured->time,
			                        .octets = { captured->data, captured->length },
			                        .wire_length = captured->wire_length,
			                        .direction = trace_direction(captured->hop) };
		packet.comment = (struct bytes){ (const uint8_t *)comment, comment ? strlen(comment) : 0 };
		if (!pcapng_write_packet(file, &packet))
			return fail(err, "a packet of %zu octets does not fit into a pcapng", captured->length);
	}
	return 0;
}

static int write_capture(FILE *file, const void *value, struct error *err)
{
	const struct capture *capture = value;
	const struct journeys *journeys = capture->journeys;
	size_t *steps = zalloc((capture->trace->packet_count + 1) * sizeof *steps); /* of packets */

	for (size_t i = 0; i < journeys->step_count; i++)
		steps[journeys->steps[i].packet] = i;
	write_head(file, capture->trace, capture->plan);
	int result = write_packets(file, capture, steps, err);
	free(steps);
	return result;
}

int capture_save(const struct trace *trace, const struct plan *plan, const struct journeys *journeys, int directory,
                 const char *dir, struct error *err)
{
	owned_text path = trace_capture_path(dir);

	return file_put_at(directory, TRACE_CAPTURE, path, write_capture, &(struct capture){ trace, plan, journeys },
	                   err);
}
