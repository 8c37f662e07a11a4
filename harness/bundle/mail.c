/* A cell as a mail to a mailing list of the kernel. */
#include <stdlib.h>
#include <string.h>

#include "bundle_internal.h"

enum { COLUMNS = 72 };

/* Words in lines, each begun with `indent` blanks. */
static void wrap(char **text, unsigned indent, const char *words)
{
	owned_text copy = text_copy(words);
	size_t column = 0;
	char *rest = NULL;

	text_disarm(copy);
	for (char *word = strtok_r(copy, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
		const bool breaks = !column || column + 1 + strlen(word) > COLUMNS;
		if (breaks)
			text_append(text, "%s%*s%s", column ? "\n" : "", (int)indent, "", word);
		else
			text_append(text, " %s", word);
		column = (breaks ? indent : column + 1) + strlen(word);
	}
	text_append(text, "\n");
}

static void title(char **text, const char *words)
{
	text_append(text, "\n%s\n", words);
	for (size_t i = 0; i < strlen(words); i++)
		text_append(text, "-");
	text_append(text, "\n");
}

static char *joined(const struct texts *texts)
{
	char *all = NULL;

	for (size_t i = 0; i < texts->count; i++)
		text_append(&all, "%s%s", i ? ", " : "", texts->at[i]);
	return all ? all : text_copy("");
}

/* What is wrong, in a few words; what is right where nothing is. */
static char *summary(const struct result *cell)
{
	const struct result_verdict *verdict = cell->verdict;

	if (!verdict)
		return text_copy("no verdict");
	if (verdict->fate != FATE_DELIVERED)
		return text_format("%s at %s, %s", word_of(fate_words, verdict->fate), said(verdict->at),
		                   said(verdict->reason));
	owned_text bad = joined(&verdict->bad_checksums);
	owned_text large = joined(&verdict->oversize);
	owned_text broken = joined(&verdict->broken);
	if (*bad)
		return text_format("bad TCP checksums at %s", bad);
	if (*large)
		return text_format("frames larger than the MTU at %s", large);
	if (*broken)
		return text_format("%s broken", broken);
	if (cell->evidence->complaints.count)
		return text_copy(cell->evidence->complaints.at[0]);
	if (cell->outcome == OUTCOME_PASS)
		return text_copy("delivered as sent");
	return text_copy("delivered, but not as expected");
}

static void subject(char **text, const struct mail *mail)
{
	owned_text what = summary(mail->result);
	owned_text line = text_format("Subject: SRv6 %s: %s", mail->plan->testcase->name, what);

	text_disarm(line);
	text_append(text, "%.*s\n\n", COLUMNS, line);
}

static void rules_say(char **text, const char *words, const struct rules *rules)
{
	for (size_t i = 0; i < rules->count; i++) {
		const struct value *value = &rules->at[i].value;
		text_append(text, ", %s at %s: ", words, rules->at[i].hop);
		if (value->text)
			text_append(text, "%s", value->text);
		else
			text_append(text, "%g", value->number);
	}
}

static void expected(char **text, const struct mail *mail)
{
	const struct result_row *row = mail->result->expected;
	owned_text words = text_copy("Expected: ");

	if (!row)
		return;
	text_append(&words, "%s",
	            row->refused           ? "the kernel refuses the set-up"
	            : row->fate != NO_WORD ? word_of(fate_words, row->fate)
	                                   : "as below");
	if (is_said(row->at))
		text_append(&words, " at %s", row->at);
	if (is_said(row->reason))
		text_append(&words, ", %s", row->reason);
	rules_say(&words, "merging", &row->aggregation);
	rules_say(&words, "segments left", &row->srh);
	text_append(&words, ".");
	if (mail->plan->testcase->source)
		text_append(&words, " Source: %s.", mail->plan->testcase->source);
	wrap(text, 0, words);
}

static void what_happens(char **text, const struct mail *mail)
{
	const struct result_row *known = mail->result->known;
	owned_text begin = text_format("Seen on Linux %s: %s", said(mail->kernel->release), mail->result->why);

	if (mail->plan->testcase->about)
		wrap(text, 0, mail->plan->testcase->about);
	text_append(text, "\n");
	wrap(text, 0, begin);
	text_append(text, "\n");
	expected(text, mail);
	if (known) {
		owned_text documented = known_text(known);
		owned_text words = text_format("Documented as %s", documented);
		text_append(text, "\n");
		wrap(text, 0, words);
	}
	if (known && is_said(known->workaround)) {
		owned_text words = text_format("Workaround: %s", known->workaround);
		wrap(text, 0, words);
	}
}

/* Of the cell: what it sets, beside what is the same in all cells of its case. */
static void conditions(char **text, const struct mail *mail)
{
	const struct plan *plan = mail->plan;
	char address[ADDRESS_TEXT_SIZE];
	owned_text list = NULL;
	owned_text offloads = NULL;
	const struct segment_list *segments = &plan->traffic.segments[plan->traffic.mode];

	title(text, "Settings");
	owned_text cell = cell_text(plan->testcase, plan->cell);
	owned_text axes = text_format("cell: %s", cell);
	wrap(text, 2, axes);
	for (size_t i = 0; i < segments->count; i++)
		text_append(&list, "%s%s", i ? ", " : "", address_text(&segments->segments[i], address));
	owned_text traffic =
	        text_format("traffic: %s, mode %s, from %s to %s%s%s",
	                    traffic_is_crafted(&plan->traffic) ? "crafted packets" : "a TCP connection",
	                    word_of(mode_words, plan->traffic.mode), plan->topology->nodes[plan->from].name,
	                    address_text(&plan->traffic.to, address), list ? ", segments " : "", list ? list : "");
	wrap(text, 2, traffic);
	for (size_t i = 0; i < INTERFACES(plan->topology); i++)
		for (int o = 0; o < OFFLOADS; o++)
			if (plan->offloads[i][o] >= 0)
				text_append(&offloads, "%s%s.%s %s %s", offloads ? ", " : "offloads: ",
				            plan->topology->nodes[plan->topology->interfaces[i].node].name,
				            plan->topology->interfaces[i].name, word_of(offload_words, o),
				            plan->offloads[i][o] ? "on" : "off");
	if (offloads)
		wrap(text, 2, offloads);
}

static const struct result *same_cell(const struct run *run, const struct result *cell)
{
	owned_text name = cell_name(cell);

	for (size_t i = 0; i < run->cells.count; i++) {
		owned_text other = cell_name(run->cells.at[i]);
		if (strcmp(name, other) == 0)
			return run->cells.at[i];
	}
	return NULL;
}

static void kernels(char **text, const struct mail *mail)
{
	size_t told = 0;

	title(text, "Kernels");
	for (size_t i = 0; mail->other && i < mail->other->count; i++) {
		const struct run *run = mail->other->runs[i];
		const struct result *cell = same_cell(run, mail->result);
		if (!cell)
			continue;
		owned_text what = summary(cell);
		owned_text line = text_format("%s: %s, %s", said(run->kernel->release),
		                              word_of(outcome_words, cell->outcome), what);
		wrap(text, 2, line);
		told++;
	}
	if (!told) {
		owned_text line = text_format("%s; no other was tried", said(mail->kernel->release));
		wrap(text, 2, line);
	}
}

static void sockets(char **text, const struct result_evidence *evidence)
{
	const struct result_socket *from = evidence->sender, *to = evidence->receiver;

	if (from && to)
		text_append(text,
		            "  sender: %lld octets sent, %lld received, %lld retransmissions\n"
		            "  receiver: %lld octets received, %lld sent, %lld retransmissions\n",
		            (long long)from->sent, (long long)from->received, (long long)from->retransmits,
		            (long long)to->received, (long long)to->sent, (long long)to->retransmits);
}

static void counted(char **text, const struct result_evidence *evidence)
{
	for (size_t i = 0; i < evidence->counters.count; i++) {
		const struct result_counters *node = &evidence->counters.at[i];
		owned_text words = text_format("%s:", node->node);
		for (size_t c = 0; c < node->deltas.count; c++)
			if (strcmp(node->node, NO_NODE) != 0)
				text_append(&words, " %s %+lld", node->deltas.at[c].name,
				            (long long)node->deltas.at[c].number);
		if (strchr(words, ' '))
			wrap(text, 2, words);
	}
}

static void hops(char **text, const struct result_evidence *evidence)
{
	for (size_t i = 0; i < evidence->hops.count; i++) {
		const struct result_hop *hop = &evidence->hops.at[i];
		owned_text name = result_hop_text(hop);
		if (hop->packets && hop->checksum)
			text_append(text, "  %-15.15s %6lld %8lld %6lld %8lld %4lld\n", name, (long long)hop->packets,
			            (long long)hop->largest, (long long)hop->checksum->valid,
			            (long long)hop->checksum->partial, (long long)hop->checksum->bad);
	}
}

static void evidence(char **text, const struct mail *mail)
{
	const struct result_evidence *seen = mail->result->evidence;
	owned_text_lines drops = drop_lines(mail->result);

	title(text, "Evidence");
	sockets(text, seen);
	text_append(text, "\n  %-15s %6s %8s %6s %8s %4s\n", "hop", "frames", "largest", "valid", "partial", "bad");
	hops(text, seen);
	text_append(text, "  (valid, partial, bad: states of the TCP checksums there)\n\n");
	for (size_t i = 0; i < drops.count; i++)
		wrap(text, 2, drops.at[i]);
	for (size_t i = 0; i < seen->complaints.count; i++)
		wrap(text, 2, seen->complaints.at[i]);
	counted(text, seen);
}

char *mail_text(const struct mail *mail)
{
	char *text = NULL;

	subject(&text, mail);
	what_happens(&text, mail);
	conditions(&text, mail);
	kernels(&text, mail);
	if (*mail->ladder) {
		title(&text, "Packets");
		text_append(&text, "%s", mail->ladder);
	}
	evidence(&text, mail);
	title(&text, "To reproduce");
	owned_text how = text_format("sh %s; exit code 0 as it should be, 1 not, 4 cannot tell. It needs iproute2, "
	                             "ethtool, util-linux and python3, and works in namespaces of its own, as an "
	                             "ordinary user where those may have them.",
	                             mail->script);
	wrap(&text, 2, how);
	title(&text, "Versions");
	owned_text kernel = text_format("kernel %s", said(mail->kernel->release));
	wrap(&text, 2, kernel);
	owned_text tools = text_copy(mail->tools);
	char *rest = NULL;
	for (char *line = strtok_r(tools, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
		wrap(&text, 2, line);
	return text;
}
