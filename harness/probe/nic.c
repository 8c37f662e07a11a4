/* Links with user space between their TAP devices: what leaves one goes to another, after the link's kind has processed
 * it. */
#include <errno.h>
#include <net/ethernet.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "probe_internal.h"

#define LEAST  20 /* octets of the shortest header, IPv4's */
#define HEADER sizeof(struct virtio_net_hdr)

/* A frame behind its virtio_net_hdr. */
struct carried {
	uint8_t octets[HEADER + 65536 + ETH_HLEN];
	size_t length; /* with the virtio_net_hdr; 0: none */
};

/* What one port sends in a row. A device with NAPI holds in GRO what it gets, and lets go of it by the last frame, as
 * where one poll gets all of them: so each frame waits here for the next one. */
struct row {
	size_t sender;
	struct carried *waiting;
	bool held; /* the other ends hold */
};

static void complain_of(struct play *play, size_t interface, const char *text)
{
	const struct interface *sender = &play->plan->topology->interfaces[interface];

	complain(play->trace, "%s.%s: %s", play->probe->lab->names[sender->node], sender->name, text);
}

/* The port on a link that has a frame's destination address; NOT_FOUND: none has, and all get it. */
static size_t addressee(const struct plan *plan, size_t interface, const uint8_t *frame)
{
	FOR_EACH_OTHER (other, plan->topology, interface)
		if (memcmp(plan->interfaces[other].mac, frame, ETH_ALEN) == 0)
			return other;
	return NOT_FOUND;
}

/* Whether GRO of the others is to hold what comes: for a second, which never passes, or not at all. */
static void hold(struct play *play, struct row *row, bool held)
{
	static const char second[] = "1000000000", none[] = "0";
	const char *value = held ? second : none;

	if (row->held == held)
		return;
	row->held = held;
	FOR_EACH_OTHER (other, play->plan->topology, row->sender)
		if (pwrite(play->probe->lab->flushes[other], value, strlen(value), 0) < 0)
			complain_of(play, other, strerror(errno));
}

/* What lies in the first octets of a packet in pages, and in each page behind them. */
#define FIRST_PAGE 100
#define PAGE       4096

/* The device takes the end of each part for that of a page (tun_napi_alloc_frags()). */
static ssize_t write_pages(int fd, const struct carried *frame)
{
	uint8_t *octets = (uint8_t *)frame->octets;
	struct iovec parts[2 + sizeof frame->octets / PAGE] = { { octets, HEADER + ETH_HLEN } };
	size_t at = HEADER + ETH_HLEN, count = 1;

	for (size_t size; at < frame->length; at += size) {
		size = count == 1 ? FIRST_PAGE : PAGE;
		if (size > frame->length - at)
			size = frame->length - at;
		parts[count++] = (struct iovec){ octets + at, size };
	}
	return writev(fd, parts, (int)count);
}

static void deliver(struct play *play, size_t sender, const struct carried *frame)
{
	const size_t only = addressee(play->plan, sender, frame->octets + HEADER);

	FOR_EACH_OTHER (other, play->plan->topology, sender) {
		if (only != other && only != NOT_FOUND)
			continue;
		const int fd = play->probe->lab->taps[other];
		if ((port_kind(play->plan->topology, other)->paged ? write_pages(fd, frame)
		                                                   : write(fd, frame->octets, frame->length)) < 0) {
			owned_text text = text_format("the wire refused a packet: %s", strerror(errno));
			complain_of(play, sender, text);
		}
	}
}

/* The frame that waits, before another one or as the last. */
static void let_go(struct play *play, struct row *row, bool last)
{
	if (!row->waiting->length)
		return;
	hold(play, row, !last);
	deliver(play, row->sender, row->waiting);
	row->waiting->length = 0;
}

static void carry(struct play *play, struct row *row, struct carried *frame)
{
	const struct link_kind *kind = port_kind(play->plan->topology, row->sender);
	struct virtio_net_hdr offload;
	char complaint[COMPLAINT_SIZE];

	memcpy(&offload, frame->octets, HEADER);
	if (!kind->carry(play->plan->topology->interfaces[row->sender].model, &offload, frame->octets + HEADER,
	                 frame->length - HEADER, complaint))
		complain_of(play, row->sender, complaint);
	memcpy(frame->octets, &offload, HEADER);
	if (!kind->napi) {
		deliver(play, row->sender, frame);
		return;
	}
	let_go(play, row, false);
	memcpy(row->waiting, frame, sizeof frame->octets);
	row->waiting->length = frame->length;
}

/* A packet that TSO has left whole, in as many frames as its NIC makes of it. */
static void carry_pieces(struct play *play, struct row *row, const struct carried *large)
{
	static struct carried piece;
	const struct bytes whole = { large->octets + HEADER, large->length - HEADER };
	struct virtio_net_hdr offload;
	size_t length, count = 0;

	memcpy(&offload, large->octets, HEADER);
	const size_t size = offload.gso_size;
	offload.gso_type = VIRTIO_NET_HDR_GSO_NONE;
	offload.gso_size = 0;
	for (; (length = frame_cut(piece.octets + HEADER, whole, size, count)); count++) {
		memcpy(piece.octets, &offload, HEADER);
		piece.length = HEADER + length;
		carry(play, row, &piece);
	}
	if (!count)
		complain_of(play, row->sender, "a large packet cannot be cut");
}

static void take_frame(struct play *play, struct row *row, struct carried *frame)
{
	const struct nic_model *model = play->plan->topology->interfaces[row->sender].model;
	struct virtio_net_hdr offload;

	memcpy(&offload, frame->octets, HEADER);
	if (model->cuts && offload.gso_type != VIRTIO_NET_HDR_GSO_NONE)
		carry_pieces(play, row, frame);
	else
		carry(play, row, frame);
}

void nics_read(struct play *play)
{
	static struct carried frame, waiting;
	const struct lab *lab = play->probe->lab;

	for (size_t i = 0; i < lab->interface_count; i++) {
		struct row row = { .sender = i, .waiting = &waiting };
		if (lab->taps[i] < 0)
			continue;
		/* Not `moved`: fences pass here too, and a test packet is seen arriving at the far end. */
		for (ssize_t got; (got = read(lab->taps[i], frame.octets, sizeof frame.octets)) > 0;) {
			frame.length = (size_t)got;
			if (frame.length > HEADER + ETH_HLEN + LEAST)
				take_frame(play, &row, &frame);
		}
		let_go(play, &row, true);
	}
}
