/* HMACs of SRHs (RFC 8754 2.1.2) by SHA-256 and SHA-1 (FIPS 180-4) as RFC 2104 has them: what a correct sender would
 * write, and what a wrong one would. */
#include <string.h>

#include "layer.h"

#define BLOCK 64

static uint32_t left(uint32_t x, unsigned by)
{
	return x << by | x >> (32 - by);
}

static uint32_t right(uint32_t x, unsigned by)
{
	return x >> by | x << (32 - by);
}

/* The running digest of a message, block by block. */
struct hash {
	uint32_t state[8];
	uint8_t block[BLOCK];
	size_t used;
	uint64_t length;
	void (*mix)(uint32_t state[8], const uint8_t block[BLOCK]);
};

/* FIPS 180-4 6.1.2 */
static void mix_sha1(uint32_t state[8], const uint8_t block[BLOCK])
{
	static const uint32_t constants[] = { 0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6 };
	uint32_t w[80], a = state[0], b = state[1], c = state[2], d = state[3], e = state[4];

	for (size_t i = 0; i < 80; i++)
		w[i] = i < 16 ? read32(block + 4 * i) : left(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
	for (size_t i = 0; i < 80; i++) {
		uint32_t f = i < 20 ? (b & c) | (~b & d) : i < 40 || i >= 60 ? b ^ c ^ d : (b & c) | (b & d) | (c & d);
		uint32_t next = left(a, 5) + f + e + constants[i / 20] + w[i];
		e = d;
		d = c;
		c = left(b, 30);
		b = a;
		a = next;
	}
	state[0] += a;
	state[1] += b;
	state[2] += c;
	state[3] += d;
	state[4] += e;
}

/* FIPS 180-4 4.2.2 */
static const uint32_t sha256_constants[] = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
	0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
	0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
	0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
	0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
	0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
	0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
	0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

/* FIPS 180-4 6.2.2 */
static void mix_sha256(uint32_t state[8], const uint8_t block[BLOCK])
{
	uint32_t w[64], s[8];

	memcpy(s, state, sizeof s);
	for (size_t i = 0; i < 64; i++) {
		if (i < 16) {
			w[i] = read32(block + 4 * i);
			continue;
		}
		uint32_t low = right(w[i - 15], 7) ^ right(w[i - 15], 18) ^ w[i - 15] >> 3;
		uint32_t high = right(w[i - 2], 17) ^ right(w[i - 2], 19) ^ w[i - 2] >> 10;
		w[i] = w[i - 16] + low + w[i - 7] + high;
	}
	for (size_t i = 0; i < 64; i++) {
		uint32_t first = s[7] + (right(s[4], 6) ^ right(s[4], 11) ^ right(s[4], 25)) +
		                 ((s[4] & s[5]) ^ (~s[4] & s[6])) + sha256_constants[i] + w[i];
		uint32_t second = (right(s[0], 2) ^ right(s[0], 13) ^ right(s[0], 22)) +
		                  ((s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]));
		memmove(s + 1, s, 7 * sizeof *s);
		s[4] += first;
		s[0] = first + second;
	}
	for (size_t i = 0; i < 8; i++)
		state[i] += s[i];
}

static struct hash hash_start(bool sha1)
{
	static const uint32_t first[2][8] = {
		{ 0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19 },
		{ 0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0 },
	};
	struct hash hash = { .mix = sha1 ? mix_sha1 : mix_sha256 };

	memcpy(hash.state, first[sha1], sizeof hash.state);
	return hash;
}

static void hash_add(struct hash *hash, const void *data, size_t length)
{
	hash->length += length;
	for (const uint8_t *at = data; length--; at++) {
		hash->block[hash->used++] = *at;
		if (hash->used < BLOCK)
			continue;
		hash->mix(hash->state, hash->block);
		hash->used = 0;
	}
}

static void hash_end(struct hash *hash, uint8_t digest[HMAC_OCTETS])
{
	static const uint8_t padding[BLOCK] = { 0x80 };
	uint8_t bits[8];

	write32(bits, (uint32_t)(hash->length >> 29));
	write32(bits + 4, (uint32_t)(hash->length << 3));
	hash_add(hash, padding, (hash->used < BLOCK - 8 ? BLOCK - 8 : 2 * BLOCK - 8) - hash->used);
	hash_add(hash, bits, sizeof bits);
	for (size_t i = 0; i < 8; i++)
		write32(digest + 4 * i, hash->state[i]);
	if (hash->mix == mix_sha1)
		memset(digest + 20, 0, HMAC_OCTETS - 20);
}

/* RFC 2104 2; secrets are shorter than a block. */
void hmac_make(uint8_t digest[HMAC_OCTETS], bool sha1, const char *secret, struct bytes text)
{
	struct hash inner = hash_start(sha1), outer = inner;
	uint8_t pad[BLOCK] = { 0 };

	memcpy(pad, secret, strlen(secret));
	for (size_t i = 0; i < BLOCK; i++)
		pad[i] ^= 0x36;
	hash_add(&inner, pad, BLOCK);
	hash_add(&inner, text.data, text.length);
	hash_end(&inner, digest);
	for (size_t i = 0; i < BLOCK; i++)
		pad[i] ^= 0x36 ^ 0x5c;
	hash_add(&outer, pad, BLOCK);
	hash_add(&outer, digest, sha1 ? 20 : HMAC_OCTETS);
	hash_end(&outer, digest);
}

/* RFC 8754 2.1.2.1: source, last entry, flags, the key's number, and the list; as seg6_hmac_compute() has it. */
static void digest_make(uint8_t digest[HMAC_OCTETS], bool sha1, const char *secret, const struct address *source,
                        const uint8_t *srh, const uint8_t *tlv)
{
	const size_t list = (size_t)(srh[4] + 1) * SEGMENT_SIZE;
	uint8_t text[16 + 2 + 4 + 256 * SEGMENT_SIZE];

	memcpy(text, source->octets, ADDRESS_OCTETS);
	text[16] = srh[4];
	text[17] = srh[5];
	memcpy(text + 18, tlv + 4, 4);
	memcpy(text + 22, srh + SRH_FIXED, list);
	hmac_make(digest, sha1, secret, (struct bytes){ text, 22 + list });
}

void hmac_write(uint8_t *tlv, const struct packet_spec *spec, const struct address *source, const uint8_t *srh)
{
	tlv[0] = TLV_HMAC;
	tlv[1] = HMAC_TLV_OCTETS - 2;
	write16(tlv + 2, 0);
	write32(tlv + 4, (uint32_t)spec->hmac_key);
	digest_make(tlv + 8, spec->hmac == HMAC_BY_SHA1, spec->hmac == HMAC_BY_OTHER_SECRET ? "another" : HMAC_SECRET,
	            source, srh, tlv);
}

bool srh_has_right_hmac(const struct packet_view *view, const struct srh_view *srh, const struct address *source,
                        int key)
{
	const uint8_t *at = view->frame + srh->offset, *tlv = srh->tlvs.data;
	uint8_t digest[HMAC_OCTETS];

	if (srh->tlvs.length != HMAC_TLV_OCTETS || tlv[0] != TLV_HMAC || tlv[1] != HMAC_TLV_OCTETS - 2 ||
	    read32(tlv + 4) != (uint32_t)key || !(srh->flags & FLAG_HMAC) ||
	    srh->segment_list.length != (srh->last_entry + (size_t)1) * SEGMENT_SIZE)
		return false;
	digest_make(digest, false, HMAC_SECRET, source, at, tlv);
	return memcmp(digest, tlv + 8, HMAC_OCTETS) == 0;
}
