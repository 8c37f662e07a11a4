/* The probe room's own. */
#ifndef HOPCHECK_PROBE_INTERNAL_H
#define HOPCHECK_PROBE_INTERNAL_H

#include <linux/if_packet.h>
#include <linux/virtio_net.h>
#include <sched.h>

#include "crafted.h"
#include "probe.h"
#include "transport.h"

/* ---- capture.c: one packet ring per node, for all its interfaces: so packets are in the order in which they passed.
 */
/* Where bursts leave from: a packet socket's transmit ring. */
struct burst_ring {
	int fd; /* -1: not opened */
	uint8_t *slots;
	unsigned next;
};
struct capture {
	int fd;
	uint8_t *ring;
	unsigned next;           /* frame to be read */
	struct burst_ring burst; /* likewise */
	uint8_t *large;          /* where a packet larger than a ring frame is read into */
};

/* One captured frame; bytes are valid until capture_release(). */
struct ring_packet {
	struct bytes frame;
	size_t wire_length;
	unsigned ifindex;
	bool outgoing;
	uint64_t time;
	struct virtio_net_hdr offload;
	bool csum_not_ready; /* TP_STATUS_CSUMNOTREADY: what the ring says of the checksum (packet_mmap.rst) */
};

int capture_open(struct capture *capture); /* in the current namespace; -1 and errno */
void capture_close(struct capture *capture);
bool capture_next(struct capture *capture, struct ring_packet *packet); /* false: nothing new */
void capture_release(struct capture *capture);
unsigned capture_lost(struct capture *capture); /* since the last call */

/* ---- nodes.c: at every node at once, each in a fresh thread in the node's namespace; in none where lab is NULL. What
 * a node's work fails with goes to its err; returns -1 and the first of them. */
typedef void node_work(void *context, size_t node, struct error *err);
int at_nodes(const struct lab *lab, size_t count, node_work *work, void *context, struct error *err);

/* ---- counters.c: the kernel's own counters of a node. */
struct file_text {
	char *text; /* NULL before the first reading; whoever has it frees it */
	size_t size;
};
/* The whole of a file that is held open, into what an earlier reading left; returns the text. A read that gives less
 * than `last` octets is taken for the last one; 0: only one that gives none. */
const char *octets_read(int fd, struct file_text *into, size_t last);

#define COUNTER_FILES 4
struct counters {
	int files[COUNTER_FILES]; /* /proc/net/... of the node's namespace, held open */
	struct file_text before[COUNTER_FILES], now[COUNTER_FILES];
	char *local; /* packets of the node's own when netstat was last read; NULL: never */
};
struct counter_value {
	char name[COUNTER_NAME];
	int64_t value;
};
struct counter_set {
	struct counter_value *values;
	size_t count;
};
/* Of the current namespace, by a thread that has looked at no other (nodes.c); open_file is counter_file() but for
 * tests.
 */
int counters_open(struct counters *counters, int (*open_file)(const char *path), struct error *err);
int counter_file(const char *path); /* for reading; -1 and errno */
void counters_close(struct counters *counters);
void counters_mark(struct counters *counters);
struct counter_set counters_moved(struct counters *counters); /* since the mark, and by how much; caller frees */
/* Adds what differs between two texts: "Ip6InReceives    12" a line, as in /proc/net/snmp6; "Tcp: NameA NameB" followed
 * by "Tcp: 1 2"; /proc/net/dev. */
void counters_compare_pairs(struct counter_set *moved, const char *before, const char *after);
void counters_compare_tables(struct counter_set *moved, const char *before, const char *after);
void counters_compare_devices(struct counter_set *moved, const char *before, const char *after);

bool counters_has_column(const char *name); /* whether counters of devices have one called so */
/* ---- counter_name.c: whether one of these texts has a counter of that name. */
bool counter_is_in(const char *text, const char *name);
/* A counter that a row of the cell names and this kernel does not have: the cell is SKIP. */
void counters_named_check(const struct probe *probe, const struct plan *plan, struct trace *trace);

/* ---- sid_counts.c: what SIDs with `count` have counted. */
struct sid_counts {
	struct sid_counted *before; /* of all that count, in the order of the file */
	size_t count;
};
void sid_counts_mark(const struct probe *probe, const struct plan *plan, struct sid_counts *counts);
/* What was counted since the mark; frees the counts. */
void sid_counts_note(const struct probe *probe, const struct plan *plan, struct sid_counts *counts,
                     struct trace *trace);

/* ---- softnet.c: counters of the worker's CPU, which belong to no node. */
int softnet_open(void); /* -1: this kernel has none */
/* Empty when the worker is bound to no CPU. */
struct counter_set softnet_read(int fd);
void softnet_parse(struct counter_set *set, char *text, unsigned cpu);
struct counter_set softnet_moved(int fd, const struct counter_set *before);

/* ---- stock.c: what hears a node, and its namespace; made ahead and closed behind. */
struct listener {
	int namespace; /* -1: the lab's own */
	struct capture capture;
	struct counters counters;
};
struct listener listener_none(void);
void listener_open(struct listener *listener, const char *node, struct error *err); /* in the current namespace */
void listener_close(struct listener *listener);
/* A packet socket that is no longer needed; the thread that closes it waits, not the caller. */
struct closed {
	enum { CLOSE_LISTENER, CLOSE_SENDER, CLOSE_BURST } what;
	struct listener listener;
	int sender;
	struct burst_ring burst;
};
void stock_close(struct stock *stock, struct closed one);

/* ---- the player */
struct probe {
	const struct lab *lab;
	struct stock *stock, *own;  /* own: NULL where it is the caller's */
	struct listeners listeners; /* a node each */
	struct drops *drops;        /* NULL: no drop events here */
	int softnet;
	struct counter_set softnet_before;
	int *senders; /* a node each: raw packet socket, opened when first needed; -1 */
	int kmsg;     /* /dev/kmsg, in a guest with NICs or where a link has `sums`; else -1 */
	uint32_t fence_serial;
	uint16_t port;              /* of the first connection, another for each cell */
	uint16_t holds;             /* so many bursts were held; */
	struct next_hop held;       /* the last one, for this way */
	cpu_set_t home, other_cpus; /* where the worker runs; where else it may */
};

/* A flow's part of what runs. The first of those that run at once has the lab's: its trace gets what all captures see,
 * until it is shared out (split.c). */
struct play {
	struct play *all; /* those that run at once, this one among them */
	size_t all_count;
	uint16_t port; /* of its client */
	bool started;  /* the baseline is taken: now the traffic */
	struct probe *probe;
	const struct plan *plan;
	struct trace *trace;
	bool moved; /* a test packet was seen or a socket got on since this was last cleared */
	struct play_fence {
		struct crossing over;
		bool arrived; /* in the current round */
	} * fences;           /* each way between any two interfaces of a link */
	size_t fence_count, fences_missing;
	uint64_t burst_sent; /* crafted: segments that left */
	struct keeping {
		size_t whole, wrong; /* octets of packets that were kept whole; of those that are not as sent */
		bool known;          /* where the data begins: */
		uint32_t forward, back;
	} keeping;
	double deadline;             /* ms, monotonic */
	const struct player *player; /* of the plan's transport */
	void *sockets;               /* the player's own */
	int *seconds;                /* a node each: a plain packet socket, -1: none */
	bool statuses_differ;        /* and was complained of */
	bool timers;                 /* a timer of the transport has sent, or is waited for */
	uint64_t progress;           /* of the sockets of all, and how many packets had been seen by then */
	size_t packets_then;
	double then; /* ms, monotonic */
};

/* play.c: packets and sockets are moved, of all flows that run at once; each takes the first of them. */
#define CELL_MS 60000.0                                   /* no cell needs this; beyond it the machine is stuck */
void give_up(struct play *play, const struct error *err); /* makes the cell BROKEN; the first reason counts */
/* True after some rounds of fences during which nothing of the test moved; false when something did, or time ran out.
 */
bool quiet(struct play *play);
void play_until_over(struct play *play);

/* complain.c: what a trace says beside its packets. */
void complain(struct trace *trace, const char *format, ...) PRINTF_LIKE(2, 3);

/* send.c: a frame to a neighbour; both MAC addresses are written into it; seen by the node's capture as leaving.
 * offload may be NULL. Returns 0, or -1 and errno. */
int frame_send(struct play *play, const struct next_hop *next, const struct virtio_net_hdr *offload, uint8_t *frame,
               size_t length);
/* burst.c: several segments as one GSO packet. As frame_send(), and the frames that the kernel cuts it into are alike.
 */
int burst_send(struct play *play, const struct next_hop *next, const struct virtio_net_hdr *offload, uint8_t *frame,
               size_t length);
void burst_close(struct burst_ring *burst);
/* hold.c: frames of any kind (the kernel writes their Ethernet headers again) that leave a node in one go, so that what
 * receives them finds all of them. As frame_send(). */
int held_send(struct play *play, const struct next_hop *next, const struct bytes *frames, size_t count);
/* Where a frame goes, and its Ethernet type: before 5.1 the kernel does not read that from the frame, and drops one
 * that it is to cut or to sum (validate_xmit_skb()). */
struct sockaddr_ll frame_target(unsigned ifindex, const uint8_t *frame);
/* The same from an open packet socket with PACKET_VNET_HDR; octets start with the virtio_net_hdr. */
int socket_send(int fd, unsigned ifindex, const void *octets, size_t length);

/* keep.c: how many octets of a packet are kept, whose view is of all that came; says in it what is left out. */
size_t octets_to_keep(struct play *play, struct captured *captured);

/* split.c: to each of the flows that ran at once its packets, with their drops, and what nobody can tell whose it is;
 * the first one's trace has all of them. And to each what is the lab's: counters, complaints, the log, losses, and what
 * made it BROKEN. */
void flows_split(const struct play *all);

/* second.c: plain packet sockets where nodes have a listener; closing them complains of each hop at which a packet was
 * changed while it was queued there. */
void seconds_open(struct play *play, struct error *err);
void seconds_close(struct play *play);
/* What a socket holds of the packet that comes next at a hop, whose captured packets are looked for from *next on. */
void copy_compare(struct trace *trace, const char *interface, size_t hop, size_t *next, struct bytes copy);

/* fence.c: frames of a private Ethernet type that follow the test's packets along every link, both ways. */
void fences_make(struct play *play);                   /* play->fences, for the caller to free */
int fences_send(struct play *play, struct error *err); /* 0 or -1 */
bool fence_arrived(struct play *play, size_t node, const struct ring_packet *packet); /* it was one */
bool is_test_packet(struct bytes frame); /* and not what nodes say of themselves */

/* The state of a flow, asked when the lab is quiet. */
enum progress_state {
	STATE_DONE,    /* all has arrived and been acknowledged */
	STATE_WAITING, /* for a timer or queue of the kernel */
	STATE_LOST,    /* a packet is lost; waiting longer would not change that */
};
/* The half of a transport that needs sockets, beside its row of transport_table; one file such as tcp.c, and a row in
 * players.h. It alone knows what is behind play->sockets, and writes what they saw into the trace's client and server.
 */
struct player {
	const char *word; /* of its row */
	/* Kernel traffic: both ends. Crafted packets: what receives them, nothing where nobody owns the destination.
	 * -1 and err where the machine does not give them. */
	int (*open)(struct play *play, struct error *err);
	void (*step)(struct play *play); /* accepts, writes, reads what is possible now */
	enum progress_state (*state)(struct play *play);
	void (*close)(struct play *play); /* also after open failed; the next cell must not see any of it */
};
#define ROW(row) extern const struct player row;
#include "players.h"
#undef ROW

/* craft.c: packets built octet by octet. */
/* One packet more. 1: it left; 0: all have, or the machine cannot send it (trace->skip); -1 and err. */
int crafted_send(struct play *play, struct error *err);

/* kmsg.c: the kernel's log, one record a read. */
int kmsg_open(void);                        /* from now on; -1 where it cannot be read */
void kmsg_skip(int fd);                     /* forgets what has come */
void kmsg_start(const struct probe *probe); /* the same, and for links with `sums` nobody else listens for them */
void kmsg_end(const struct probe *probe);   /* until now */
char *kmsg_text(char *record);              /* the message inside the record, ended; NULL: there is none */
char *kmsg_line(int fd);                    /* the next message; caller frees; NULL: no more for now */
/* What a line complains of as "src.b0: text", or "kernel: text" where it does not say who; NULL: nothing that is a
 * driver's of the lab, or the network core's about its devices. Caller frees. */
char *kmsg_complaint(const struct lab *lab, const struct topology *topology, const char *line);
void kmsg_read(struct play *play); /* every new line to the trace's log, and complaints */

/* service.c, nic.c: what user space does with packets in the middle. */
void service_packet(struct play *play, size_t node, const struct ring_packet *packet);
void services_read(struct play *play);
void nics_read(struct play *play);

#endif
