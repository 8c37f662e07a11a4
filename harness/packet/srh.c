/* The segment routing header: what RFC 8754 2 and the kernel's seg6_validate_srh() require of it. */
#include "octets.h"

/* RFC 8754 2.1: Pad1 is the one TLV without a length octet. (seg6_validate_srh() does not know that: Linux 6.18 drops
 * a packet whose last TLV is a lone Pad1.) */
static bool tlvs_well_formed(struct bytes tlvs)
{
	for (size_t at = 0; at < tlvs.length;) {
		if (tlvs.data[at] == TLV_PAD1) {
			at++;
			continue;
		}
		if (tlvs.length - at < 2 || tlvs.length - at - 2 < tlvs.data[at + 1])
			return false;
		at += 2u + tlvs.data[at + 1];
	}
	return true;
}

/* The numbers are in the view, for who prints this. */
static const char *srh_fault(const struct srh_view *srh, size_t size, size_t end, size_t promised)
{
	if (srh->type != ROUTING_TYPE_SRH)
		return "the routing type is not 4";
	if (srh->offset + size > promised)
		return "the header is longer than its packet";
	if (srh->offset + size > end)
		return "the header is cut short";
	if (srh->last_entry + 1 > srh->length / 2)
		return "last entry is beyond the header's length";
	/* RFC 8754 4.3.1.1: one more than last entry is a reduced SRH before its first segment. */
	if (srh->segments_left > srh->last_entry + 1)
		return "segments left is beyond last entry";
	if (!tlvs_well_formed(srh->tlvs))
		return "a TLV is longer than the header";
	return NULL;
}

struct srh_view srh_parse(struct bytes frame, size_t offset, size_t end, size_t promised)
{
	const uint8_t *at = frame.data + offset;
	struct srh_view srh = {
		.present = true,
		.offset = offset,
		.next_header = at[0],
		.length = at[1],
		.type = at[2],
		.segments_left = at[3],
		.last_entry = at[4],
		.flags = at[5],
		.tag = read16(at + 6),
	};
	size_t size = 8u * (srh.length + 1u);
	size_t body = (offset + size < end ? offset + size : end) - offset - SRH_FIXED;
	size_t listed = (srh.last_entry + 1u) * SEGMENT_SIZE;
	size_t list = listed <= body ? listed : body / SEGMENT_SIZE * SEGMENT_SIZE;

	if (srh.type == ROUTING_TYPE_SRH)
		srh.segment_list = (struct bytes){ at + SRH_FIXED, list };
	if (srh.type == ROUTING_TYPE_SRH && listed <= body)
		srh.tlvs = (struct bytes){ at + SRH_FIXED + list, body - list };
	srh.fault = srh_fault(&srh, size, end, promised);
	return srh;
}
