/* What holds of IPv4 headers beside what holds of those of IPv6 too. */
#include <string.h>

#include "invariant.h"

#define DONT_FRAGMENT 0x4000
#define FRAGMENT_PART 0x3fff /* more fragments, and the offset */

/* Every node that changes a header changes its checksum too, GRO and GSO likewise. */
static bool checksum(const struct passage *passage, struct values *values)
{
	const struct captured *after = passage->after;

	for (size_t i = 0; i < passage->to.count; i++)
		if (passage->to.at[i]->kind == LAYER_IPV4 &&
		    layer_checksum(&after->view, passage->to.at[i], after->needs_csum) == CHECKSUM_BAD)
			return values_differ(values, "a right checksum", "a bad one");
	return false;
}

static bool is_ipv4(const struct layer *layer)
{
	return layer->kind == LAYER_IPV4;
}

/* Whether a packet has data whose place among the octets of another one is known. */
static bool has_place(const struct captured *captured)
{
	return captured->known && captured->payload;
}

/* How many packets of those that the larger one is cut into are before the smaller one; -1: that is not known. */
static int packets_before(const struct captured *larger, const struct captured *smaller)
{
	const int32_t octets = (int32_t)(smaller->sequence - larger->sequence);

	if (!has_place(larger) || !has_place(smaller))
		return 0;
	if (octets <= 0)
		return octets ? -1 : 0;
	return larger->gso_size ? octets / (int)larger->gso_size : -1;
}

/* A packet that was merged has the identification of its first, and what is cut one more in each. RFC 6864 4.1: where
 * DF is set it identifies nothing, so that packets of any may be merged, and all that are cut from one may have the
 * same (segmentation-offloads.rst). */
static bool identification_differs(const struct passage *passage, const struct layer *before, size_t level,
                                   const struct layer *after, struct values *values)
{
	const struct captured *from = passage->before, *to = passage->after;
	const unsigned was = ipv4_identification(&from->view, before), is = ipv4_identification(&to->view, after);
	const bool free = ipv4_fragment(&from->view, before) & DONT_FRAGMENT;
	const bool merged = has_place(from) && to->payload > from->payload;
	const int number = merged ? packets_before(to, from) : packets_before(from, to);

	(void)level;
	if (number < 0 || (free && number > 0 && (merged || is == was)))
		return false;
	return values_number(values, (merged ? was - (unsigned)number : was + (unsigned)number) & 0xffff, is);
}

/* What is sent again may have another. */
static bool identification(const struct passage *passage, struct values *values)
{
	return !passage->has_copies && any_ip_kept(passage, values, is_ipv4, identification_differs);
}

/* RFC 791 2.3: a node may make fragments of what is not marked with DF. */
static bool fragment_differs(const struct passage *passage, const struct layer *before, size_t level,
                             const struct layer *after, struct values *values)
{
	unsigned was = ipv4_fragment(&passage->before->view, before), is = ipv4_fragment(&passage->after->view, after);
	const bool smaller = passage->after->wire_length < passage->before->wire_length;

	(void)level;
	if (passage->place == PLACE_NODE && !(was & DONT_FRAGMENT) && smaller) {
		was &= ~FRAGMENT_PART;
		is &= ~FRAGMENT_PART;
	}
	return values_hex(values, 4, was, is);
}

static bool fragment(const struct passage *passage, struct values *values)
{
	return any_ip_kept(passage, values, is_ipv4, fragment_differs);
}

static bool options_differ(const struct passage *passage, const struct layer *before, size_t level,
                           const struct layer *after, struct values *values)
{
	const struct bytes was = ipv4_options(&passage->before->view, before),
	                   is = ipv4_options(&passage->after->view, after);

	(void)level;
	return (was.length != is.length || (was.length && memcmp(was.data, is.data, was.length) != 0)) &&
	       values_differ(values, "those that came", "others");
}

static bool options(const struct passage *passage, struct values *values)
{
	return any_ip_kept(passage, values, is_ipv4, options_differ);
}

const struct invariant_row invariants_of_ipv4[] = {
	{ INVARIANT_IPV4_CHECKSUM, "RFC 791 3.1, RFC 1141", SCOPE_PACKET, PLACES_ALL, checksum },
	{ INVARIANT_IDENTIFICATION, "RFC 6864 4, segmentation-offloads.rst", SCOPE_EACH, PLACES_PAST_ORIGIN,
	  identification },
	{ INVARIANT_FRAGMENT, "RFC 791 2.3 and 3.1", SCOPE_EACH, PLACES_PAST_ORIGIN, fragment },
	{ INVARIANT_IPV4_OPTIONS, "RFC 791 3.1", SCOPE_EACH, PLACES_PAST_ORIGIN, options },
	{ 0, NULL, 0, 0, NULL },
};
