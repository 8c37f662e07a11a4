/* Routing headers: what they say, and what of it is wrong (RFC 8754). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flow.h"

enum { PAD1 = 0, PADN = 4, HMAC = 5, HMAC_FIXED = 6, HMAC_MOST = 32, KEY_AT = 2, ROUTING_4 = 4, FIXED = 8 };

/* A TLV of an area, and what follows it. False: there is none more, or it is cut. */
struct tlv {
	uint8_t type;
	struct bytes value;
};
static bool tlv_next(struct bytes *area, struct tlv *ret)
{
	size_t size = 1;

	if (!area->length)
		return false;
	*ret = (struct tlv){ .type = area->data[0] };
	if (ret->type != PAD1) {
		if (area->length < 2 || area->length - 2 < area->data[1])
			return false;
		ret->value = (struct bytes){ area->data + 2, area->data[1] };
		size = 2 + ret->value.length;
	}
	area->data += size;
	area->length -= size;
	return true;
}

static uint32_t key_of(struct bytes value)
{
	const uint8_t *at = value.data + KEY_AT;

	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static const char *tlv_text(struct pool *pool, const struct tlv *tlv)
{
	if (tlv->type == PAD1)
		return pool_text(pool, "Pad1");
	if (tlv->type == PADN)
		return pool_format(pool, "PadN %zu", tlv->value.length);
	if (tlv->type == HMAC && tlv->value.length >= HMAC_FIXED)
		return pool_format(pool, "HMAC key %u", key_of(tlv->value));
	return pool_format(pool, "type %u, %zu octets", tlv->type, tlv->value.length);
}

static struct texts texts_kept(struct pool *pool, const char **texts, size_t count)
{
	struct texts kept = { pool_keep(pool, texts ? (const void *)texts : "", count * sizeof *texts), count };

	free(texts);
	return kept;
}

static struct texts tlvs_of(struct pool *pool, struct bytes area)
{
	const char **texts = NULL;
	size_t count = 0;
	struct tlv tlv;

	while (tlv_next(&area, &tlv))
		*PUSH(texts, count) = tlv_text(pool, &tlv);
	return count ? texts_kept(pool, texts, count) : (struct texts){ 0 };
}

static struct texts segments_of(struct pool *pool, struct bytes list)
{
	const char **texts = NULL;
	size_t count = 0;

	for (size_t at = 0; at + SEGMENT_OCTETS <= list.length; at += SEGMENT_OCTETS) {
		const struct address segment = address_from(AF_INET6, list.data + at);
		char text[ADDRESS_TEXT_SIZE];
		*PUSH(texts, count) = pool_text(pool, address_text(&segment, text));
	}
	return texts_kept(pool, texts, count);
}

/* The view of this very header: packet_srh() gives one of a header that has it alone behind its IP header. */
static struct srh_view view_of(const struct packet_view *view, const struct layer *layer)
{
	const struct layer *ip = ip_around(view, layer);
	struct packet_view alone = *view;

	alone.layers[0] = *ip;
	alone.layers[1] = *layer;
	alone.count = 2;
	return packet_srh(&alone, &alone.layers[0]);
}

/* What was not captured is no fault. */
static bool is_cut(const struct packet_view *view, const struct layer *layer)
{
	const size_t size = 8U * (view->frame[layer->offset + 1] + 1U);

	return view->length < view->wire_length && layer->offset + size > view->length;
}

/* A routing header of type 0 or 2 has addresses where an SRH has them, in the order of the way (RFC 2460 4.4). */
static struct bytes list_of(const struct packet_view *view, const struct layer *layer, const struct srh_view *srh)
{
	if (srh->type == ROUTING_4 || layer->length < FIXED)
		return srh->segment_list;
	return (struct bytes){ view->frame + layer->offset + FIXED, layer->length - (size_t)FIXED };
}

const struct sighted_srh *srh_sighted(struct pool *pool, const struct packet_view *view, const struct layer *layer)
{
	struct srh_view srh = view_of(view, layer);
	struct sighted_srh *made = pool_alloc(pool, sizeof *made);

	*made = (struct sighted_srh){ .type = srh.type,
		                      .segments_left = srh.segments_left,
		                      .last_entry = srh.last_entry,
		                      .flags = srh.flags,
		                      .tag = srh.tag,
		                      .segments = segments_of(pool, list_of(view, layer, &srh)),
		                      .tlvs = tlvs_of(pool, srh.tlvs),
		                      .fault = is_cut(view, layer) || srh.type != ROUTING_4 ? NULL : srh.fault };
	return made;
}

static bool is_zero(struct bytes octets)
{
	for (size_t i = 0; i < octets.length; i++)
		if (octets.data[i])
			return false;
	return true;
}

/* RFC 9800 4.1: a segment whose first part is used up has the rest moved to its place, in units of 8 bits at least,
 * behind a block of as many octets. */
static bool is_shifted(const uint8_t *segment, const uint8_t *destination)
{
	for (size_t block = 2; block <= 8; block++)
		for (size_t by = 1; block + by < 16; by++)
			if (memcmp(segment, destination, block) == 0 &&
			    memcmp(segment + block + by, destination + block, 16 - block - by) == 0 &&
			    is_zero((struct bytes){ destination + 16 - by, by }))
				return true;
	return false;
}

static void remark_destination(struct remarks *remarks, const struct packet_view *view, const struct layer *layer,
                               const struct srh_view *srh)
{
	const struct address destination = ip_destination(view, ip_around(view, layer));
	const size_t at = srh->segments_left * SEGMENT_OCTETS;
	char text[ADDRESS_TEXT_SIZE], listed_text[ADDRESS_TEXT_SIZE];

	if (at + SEGMENT_OCTETS > srh->segment_list.length)
		return; /* a reduced list, which has not the first segment */
	const struct address listed = address_from(AF_INET6, srh->segment_list.data + at);
	if (address_same(&listed, &destination))
		return;
	if (is_shifted(listed.octets, destination.octets))
		remark_note(remarks, "the destination %s is segment %u, %s, with compressed SIDs used up",
		            address_text(&destination, text), srh->segments_left, address_text(&listed, listed_text));
	else
		remark_fault(remarks, "the destination %s is not segment %u of the SRH, %s",
		             address_text(&destination, text), srh->segments_left, address_text(&listed, listed_text));
}

static bool is_hmac_length(size_t length)
{
	return length > HMAC_FIXED && (length - HMAC_FIXED) % 8 == 0 && length - HMAC_FIXED <= HMAC_MOST;
}

/* RFC 8754 2.1.1.2 and 2.1.2. */
static void remark_tlvs(struct remarks *remarks, struct bytes area)
{
	struct tlv tlv;

	while (tlv_next(&area, &tlv)) {
		if (tlv.type == PADN && !is_zero(tlv.value))
			remark_note(remarks, "PadN whose octets are not 0");
		if (tlv.type == HMAC && !is_hmac_length(tlv.value.length))
			remark_fault(remarks, "HMAC TLV of length %zu: 6 and 8, 16, 24 or 32 are right",
			             tlv.value.length);
	}
}

/* Some count the HMAC alone, so that the TLVs behind it cannot be found. */
static bool counts_hmac_alone(struct bytes area)
{
	const struct bytes all = area;
	struct tlv tlv;

	while (tlv_next(&area, &tlv))
		if (tlv.type == HMAC && is_hmac_length(tlv.value.length + HMAC_FIXED) &&
		    tlv.value.data + tlv.value.length + HMAC_FIXED <= all.data + all.length)
			return true;
	return false;
}

void srh_remark(struct remarks *remarks, const struct packet_view *view, const struct layer *layer)
{
	const struct srh_view srh = view_of(view, layer);

	if (srh.type != ROUTING_4)
		return;
	if (is_cut(view, layer))
		remark_note(remarks, "SRH cut by the capture");
	else if (srh.fault && counts_hmac_alone(srh.tlvs))
		remark_fault(remarks,
		             "SRH: %s: the length of an HMAC TLV counts all that is behind it (RFC 8754 2.1), not "
		             "the HMAC alone",
		             srh.fault);
	else if (srh.fault)
		remark_fault(remarks, "SRH: %s (segments left %u, last entry %u, length %u)", srh.fault,
		             srh.segments_left, srh.last_entry, srh.length);
	if (!is_cut(view, layer) && !srh.fault) {
		remark_destination(remarks, view, layer, &srh);
		remark_tlvs(remarks, srh.tlvs);
	}
}
