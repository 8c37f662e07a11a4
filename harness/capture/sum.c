/* Checksums, and over what a wrong one is right: offloads that do not know the SRH compute it over the current
 * destination, or over another segment. */
#include "flow.h"

const struct word sum_words[] = {
	{ "valid", SUM_VALID, NULL }, { "partial", SUM_PARTIAL, NULL }, { "bad", SUM_BAD, NULL },
	{ "none", SUM_NONE, NULL },   { "unknown", SUM_UNKNOWN, NULL }, { NULL, 0, NULL },
};

static bool has_pseudo_header(const struct layer *layer)
{
	return layer_is_summed(layer) && layer->kind != LAYER_ICMPV4;
}

static enum sum sum_between(const struct packet_view *view, const struct layer *layer, const struct address *source,
                            const struct address *final)
{
	enum checksum sum = layer_checksum_between(view, layer, false, source, final);

	if (sum == CHECKSUM_BAD && has_pseudo_header(layer))
		sum = layer_checksum_between(view, layer, true, source, final);
	return (enum sum)sum;
}

struct search {
	const struct packet_view *view;
	const struct layer *layer;
	struct address source, final;
};

/* Whether it is right over an address; then *how says what it is. */
static bool right_over(const struct search *search, struct address other, const char **how)
{
	if (address_same(&other, &search->final))
		return false;
	const enum sum sum = sum_between(search->view, search->layer, &search->source, &other);
	*how = sum == SUM_PARTIAL ? "the pseudo-header's sum" : "right";
	return sum != SUM_BAD;
}

static void explain(struct remarks *remarks, const struct search *search)
{
	const struct layer *ip = ip_around(search->view, search->layer);
	const struct srh_view srh = packet_srh(search->view, ip);
	const char *name = layer_word((enum layer_kind)search->layer->kind), *how;
	struct address other = ip_destination(search->view, ip);
	char text[ADDRESS_TEXT_SIZE], final[ADDRESS_TEXT_SIZE];

	address_text(&search->final, final);
	if (right_over(search, other, &how)) {
		remark_fault(remarks,
		             "%s checksum bad: it is %s over the current destination %s, not over the final one, %s",
		             name, how, address_text(&other, text), final);
		return;
	}
	for (size_t at = 0; at + SEGMENT_OCTETS <= srh.segment_list.length; at += SEGMENT_OCTETS) {
		other = address_from(AF_INET6, srh.segment_list.data + at);
		if (!right_over(search, other, &how))
			continue;
		remark_fault(remarks,
		             "%s checksum bad: it is %s over segment %zu, %s, not over the final destination %s", name,
		             how, at / SEGMENT_OCTETS, address_text(&other, text), final);
		return;
	}
	remark_fault(remarks, "%s checksum bad", name);
}

/* RFC 8200 8.1; RFC 6935 5 has tunnels without. */
static int sum_of_none(struct remarks *remarks, const struct packet_view *view, const struct layer *udp)
{
	const struct layer *ip = ip_around(view, udp), *behind = packet_behind(view, udp);

	if (ip && ip->kind == LAYER_IPV4)
		return SUM_NONE;
	if (behind)
		remark_note(remarks, "no UDP checksum, as RFC 6935 lets tunnels have it");
	else
		remark_fault(remarks, "no UDP checksum, which only tunnels over IPv6 may lack (RFC 8200 8.1)");
	return behind ? SUM_NONE : SUM_BAD;
}

int sum_sighted(struct remarks *remarks, const struct packet_view *view, const struct layer *layer)
{
	if (layer->kind == LAYER_IPV4) {
		if (layer_checksum(view, layer, false) == CHECKSUM_VALID)
			return SUM_VALID;
		remark_fault(remarks, "IPv4 header checksum bad");
		return SUM_BAD;
	}
	if (!layer_is_summed(layer))
		return NO_WORD;
	if (layer->kind == LAYER_UDP && layer_checksum_field(view, layer) == 0)
		return sum_of_none(remarks, view, layer);
	if (!view->whole)
		return SUM_UNKNOWN;
	const struct layer *ip = ip_around(view, layer);
	const struct search search = { view, layer, end_source(view, ip), end_final(view, ip) };
	const enum sum sum = sum_between(view, layer, &search.source, &search.final);
	if (sum == SUM_BAD)
		explain(remarks, &search);
	return (int)sum;
}
