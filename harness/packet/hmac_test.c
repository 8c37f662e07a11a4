/* HMACs against RFC 4231 4.3 and RFC 2202 3, and TLVs against what kernels took (cases/hmac.yaml). */
#include "layer.h"
#include "testing.h"

static void test_vectors(void **state)
{
	static const struct {
		bool sha1;
		const char *secret, *text, *digest;
	} vectors[] = {
		{ false, "Jefe", "what do ya want for nothing?",
		  "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843" },
		{ true, "Jefe", "what do ya want for nothing?", "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(vectors); i++) {
		uint8_t digest[HMAC_OCTETS], wanted[HMAC_OCTETS];
		struct bytes expected = octets_of(vectors[i].digest, wanted, sizeof wanted);
		hmac_make(digest, vectors[i].sha1, vectors[i].secret,
		          (struct bytes){ (const uint8_t *)vectors[i].text, strlen(vectors[i].text) });
		assert_memory_equal(digest, expected.data, expected.length);
	}
}

/* Around a block's end: digests of two lengths differ. */
static void test_lengths(void **state)
{
	static uint8_t text[200];
	uint8_t before[HMAC_OCTETS] = { 0 }, digest[HMAC_OCTETS];

	(void)state;
	for (int sha1 = 0; sha1 < 2; sha1++)
		for (size_t length = 0; length < sizeof text; length++) {
			hmac_make(digest, sha1, "k", (struct bytes){ text, length });
			assert_memory_not_equal(digest, before, 20);
			memcpy(before, digest, sizeof before);
		}
}

/* cases/hmac.yaml: from fd00:c::1, by key 1. */
static void test_tlv(void **state)
{
	static const char tlv[] = "0526000000000001c833fa8fc9354b5de234e2b096281a072f7969c7203de5fcaf7a22201793a69d";
	const struct address segments[] = { address_of("fc00:1::100"), address_of("fc00:d:d000::2") };
	struct packet_spec spec = spec_of(MODE_INLINE, segments, 2);
	uint8_t wanted[HMAC_TLV_OCTETS];

	(void)state;
	spec.source = address_of("fd00:c::1");
	spec.destination = address_of("fc00:d:d000::1");
	spec.hmac_key = 1;
	octets_of(tlv, wanted, sizeof wanted);
	for (int made = HMAC_RIGHT; made <= HMAC_BY_SHA1; made++) {
		spec.hmac = made;
		owned(frame) frame = built(&spec);
		struct packet_view view = seen(frame);
		struct srh_view srh = srh_in(&view);
		assert_null(srh.fault);
		assert_int_equal(srh.flags, FLAG_HMAC);
		assert_int_equal(srh.tlvs.length, HMAC_TLV_OCTETS);
		assert_int_equal(memcmp(srh.tlvs.data, wanted, sizeof wanted) == 0, made == HMAC_RIGHT);
		assert_int_equal(srh_has_right_hmac(&view, &srh, &spec.source, 1), made == HMAC_RIGHT);
		assert_false(srh_has_right_hmac(&view, &srh, &spec.source, 2));
		assert_false(srh_has_right_hmac(&view, &srh, &spec.destination, 1));
		frame->data[srh.offset + SRH_FIXED + 15] ^= 1; /* of the list, all of which it covers */
		assert_false(srh_has_right_hmac(&view, &srh, &spec.source, 1));
		frame->data[srh.offset + SRH_FIXED + 15] ^= 1;
		assert_int_equal(packet_checksum(&view, false), CHECKSUM_VALID);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_lengths),
		cmocka_unit_test(test_tlv),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
