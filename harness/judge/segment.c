/* What the kernel checks at a node's own segment, in its order: seg6_input and seg6local drop many packets without
 * counting them, so that only the same checks of the captured packet can tell why. */
#include <string.h>

#include "behaviour.h"
#include "reason.h"

#define TLV_PAD1    0
#define TLV_HMAC    5
#define HMAC_LENGTH 38 /* of the TLV's value, RFC 8754 2.1.2 */
#define FLAG_HMAC   8  /* SR6_FLAG1_HMAC */
#define TYPE_SRH    4

struct address loss_destination(const struct loss *loss)
{
	return ip_destination(&loss->last->view, packet_ip(&loss->last->view));
}

const struct plan_service *loss_service(const struct loss *loss, const struct address *at)
{
	return plan_service_at(loss->evidence->plan, loss->node, at);
}

/* NULL also for a service's SID: its program takes the packet. */
const struct sid *loss_sid(const struct loss *loss)
{
	if (!loss_arrived(loss))
		return NULL;
	const struct address to = loss_destination(loss);
	return loss_service(loss, &to) ? NULL : node_sid(loss_at(loss), &to);
}

const struct behaviour *sid_behaviour(const struct sid *sid)
{
	return behaviour_table[sid->behaviour];
}

bool loss_owns(const struct loss *loss, const struct address *to)
{
	return address_is_local(loss->evidence->plan, loss->node, to) || address_is_loopback(to);
}

bool loss_is_local(const struct loss *loss)
{
	if (!loss_arrived(loss))
		return false;
	const struct address to = loss_destination(loss);
	return loss_owns(loss, &to);
}

bool seg6_is_disabled(const struct loss *loss, char **said)
{
	const struct node *node = loss_at(loss);
	const struct topology *topology = loss->evidence->plan->topology;
	size_t interface = loss->last ? HOP_INTERFACE(loss->last->hop) : 0;

	if (!loss_is_local(loss) || (node->seg6_enabled && seg6_is_enabled(topology, interface)))
		return false;
	const struct srh_view srh = captured_srh(loss->last);
	if (!srh.present || srh.type != TYPE_SRH)
		return false;
	text_append(said, "the packet has an SRH for an address of %s, where seg6_enabled is 0%s%s", node->name,
	            node->seg6_enabled ? " on " : "", node->seg6_enabled ? topology->interfaces[interface].name : "");
	return true;
}

/* ---- HMAC */

enum hmac { HMAC_FINE, HMAC_MISSING, HMAC_UNFLAGGED, HMAC_WRONG };

static bool has_hmac(struct bytes tlvs)
{
	while (tlvs.length) {
		size_t size = tlvs.data[0] == TLV_PAD1 ? 1 : tlvs.length < 2 ? tlvs.length : (size_t)tlvs.data[1] + 2;
		if (tlvs.data[0] == TLV_HMAC)
			return true;
		if (size > tlvs.length)
			return false;
		tlvs = (struct bytes){ tlvs.data + size, tlvs.length - size };
	}
	return false;
}

/* The HMAC as seg6_get_hmac_tlv() finds it: only with the flag, and only as the last TLV. NULL: it finds none. */
static const uint8_t *kernels_hmac(const struct srh_view *srh)
{
	const size_t size = HMAC_LENGTH + 2;

	if (!(srh->flags & FLAG_HMAC) || srh->tlvs.length < size)
		return NULL;
	const uint8_t *tlv = srh->tlvs.data + srh->tlvs.length - size;
	return tlv[0] == TLV_HMAC && tlv[1] == HMAC_LENGTH ? tlv : NULL;
}

static enum hmac hmac_of(const struct loss *loss)
{
	int required = loss_at(loss)->seg6_require_hmac;

	if (!loss_arrived(loss) || !(loss_sid(loss) || loss_is_local(loss)))
		return HMAC_FINE;
	const struct srh_view srh = captured_srh(loss->last);
	if (!srh.present || srh.type != TYPE_SRH || required < 0)
		return HMAC_FINE;
	if (kernels_hmac(&srh))
		return HMAC_WRONG; /* or the node had no reason to drop it */
	if (required == 0)
		return HMAC_FINE;
	return has_hmac(srh.tlvs) && !(srh.flags & FLAG_HMAC) ? HMAC_UNFLAGGED : HMAC_MISSING;
}

bool hmac_is_missing(const struct loss *loss, char **said)
{
	if (hmac_of(loss) != HMAC_MISSING)
		return false;
	text_append(said, "the SRH has no HMAC%s, which %s requires",
	            has_hmac(captured_srh(loss->last).tlvs) ? " of the right length as its last TLV" : "",
	            loss_at(loss)->name);
	return true;
}

bool hmac_is_unflagged(const struct loss *loss, char **said)
{
	if (hmac_of(loss) != HMAC_UNFLAGGED)
		return false;
	text_append(said, "%s requires an HMAC, and without the H flag (0x%x) the kernel ignores the one in the SRH",
	            loss_at(loss)->name, FLAG_HMAC);
	return true;
}

bool hmac_is_wrong(const struct loss *loss, char **said)
{
	if (hmac_of(loss) != HMAC_WRONG)
		return false;
	const struct srh_view srh = captured_srh(loss->last);
	const uint8_t *key = kernels_hmac(&srh) + 4;
	uint32_t id = (uint32_t)key[0] << 24 | (uint32_t)key[1] << 16 | (uint32_t)key[2] << 8 | key[3];
	const char *name = loss_at(loss)->name;
	bool has = (uint32_t)loss_at(loss)->seg6_hmac_key == id;
	text_append(said, "the SRH has an HMAC by key %u, which %s %s; it is checked %s", (unsigned)id, name,
	            has ? "finds wrong" : "does not have",
	            loss_at(loss)->seg6_require_hmac == 1 ? "as seg6_require_hmac is 1" : "whether required or not");
	return true;
}

/* ---- segments left, and what is inside */

/* seg6_validate_srh() takes the octet behind each type for a length, though Pad1 has none (RFC 8754 2.1.1.1). */
static bool kernel_reads_pad1_long(struct bytes tlvs)
{
	while (tlvs.length >= 2 && (size_t)tlvs.data[1] + 2 <= tlvs.length) {
		size_t size = (size_t)tlvs.data[1] + 2;
		tlvs = (struct bytes){ tlvs.data + size, tlvs.length - size };
	}
	return tlvs.length > 0;
}

/* Why seg6local refuses the header; NULL: it does not. A SID that decapsulates does not validate the SRH. */
static const char *fault_at_sid(const struct sid *sid, const struct srh_view *srh)
{
	if (sid_behaviour(sid)->decapsulates || !srh->present)
		return NULL;
	if (srh->fault)
		return srh->fault;
	return kernel_reads_pad1_long(srh->tlvs) ? "the kernel reads a Pad1 of its TLVs as if it had a length" : NULL;
}

static bool say_fault(const char *fault, char **said)
{
	if (fault)
		text_append(said, "its SRH is faulty (%s)", fault);
	return fault;
}

bool srh_is_faulty_at_sid(const struct loss *loss, char **said)
{
	const struct sid *sid = loss_sid(loss);

	if (!sid)
		return false;
	const struct srh_view srh = captured_srh(loss->last);
	return say_fault(fault_at_sid(sid, &srh), said);
}

bool srh_is_faulty_at_host(const struct loss *loss, char **said)
{
	if (loss_sid(loss) || !loss_is_local(loss) || hmac_of(loss) != HMAC_FINE) /* which is checked first */
		return false;
	return say_fault(captured_srh(loss->last).fault, said);
}

bool srh_is_incomplete_at_host(const struct loss *loss, char **said)
{
	owned_text fault = NULL;

	if (!srh_is_faulty_at_host(loss, &fault))
		return false;
	const struct srh_view srh = captured_srh(loss->last);
	if (srh.offset + 8U * (srh.length + 1U) <= loss->last->wire_length)
		return false;
	text_append(said, "%s", fault);
	return true;
}
