/* Messages of rtnetlink, octet by octet as RFC 3549 and linux/rtnetlink.h have them, and what the kernel answers. */
#include <errno.h>

#include "testing.h"

static void octets_of_a_message(void **state)
{
	const struct rtmsg route = { .rtm_family = AF_INET6, .rtm_dst_len = 128 };
	static const uint8_t body[] = { 0xaa, 0xbb, 0xcc };
	struct message message;

	(void)state;
	memset(&message, 0xee, sizeof message);
	message_start(&message, RTM_NEWROUTE, NLM_F_ACK, &route, sizeof route);
	assert_int_equal(message.header.nlmsg_len, 16 + 12);
	assert_int_equal(message.header.nlmsg_type, 24); /* RTM_NEWROUTE */
	assert_int_equal(message.header.nlmsg_flags, 0x01 | 0x04);
	assert_int_equal(message.header.nlmsg_seq, 0);
	assert_int_equal(message.octets[0], 10); /* AF_INET6 */
	assert_int_equal(message.octets[1], 128);

	/* An attribute's length has no padding in it, the message's has; what pads is 0, not what lay there. */
	assert_non_null(message_put(&message, RTA_DST, body, sizeof body));
	assert_int_equal(message.header.nlmsg_len, 16 + 12 + 8);
	static const uint8_t attribute[] = { 7, 0, RTA_DST, 0, 0xaa, 0xbb, 0xcc, 0 };
	assert_memory_equal(message.octets + 12, attribute, sizeof attribute);
}

static void nests(void **state)
{
	const struct rtmsg route = { 0 };
	const uint32_t number = 100;
	struct message message;

	(void)state;
	message_start(&message, RTM_NEWROUTE, 0, &route, sizeof route);
	struct rtattr *outer = message_nest(&message, RTA_ENCAP | NLA_F_NESTED);
	struct rtattr *inner = message_nest(&message, 11 | NLA_F_NESTED);
	message_put(&message, 1, &number, sizeof number);
	message_nest_end(&message, inner);
	message_put(&message, 2, "x", 1);
	message_nest_end(&message, outer);
	assert_int_equal(inner->rta_len, 4 + 8);
	assert_int_equal(outer->rta_len, 4 + 12 + 8);
	assert_int_equal(message.header.nlmsg_len, 16 + 12 + 24);
	assert_int_equal(outer->rta_type, 22 | 0x8000); /* RTA_ENCAP, NLA_F_NESTED */
}

/* What does not fit is refused and changes nothing. */
static void no_more_than_fits(void **state)
{
	static const uint8_t much[5000];
	const struct rtmsg route = { 0 };
	struct message message;

	(void)state;
	message_start(&message, RTM_NEWROUTE, 0, &route, sizeof route);
	assert_non_null(message_put(&message, 1, much, sizeof much));
	uint32_t length = message.header.nlmsg_len;
	assert_null(message_put(&message, 1, much, sizeof much));
	assert_int_equal(message.header.nlmsg_len, length);
	/* The longest: an SRH of 255 segments is 8 + 255 * 16 octets. */
	message_start(&message, RTM_NEWROUTE, 0, &route, sizeof route);
	assert_non_null(message_put(&message, 1, much, 8 + 255 * 16));
}

/* Types beyond the last are passed over, flags are not part of a type, and a length beyond the end stops the search.
 */
static void attributes(void **state)
{
	static const uint8_t octets[] __attribute__((aligned(4))) = {
		5,  0, 2, 0,    0x11, 0, 0, 0, /* type 2, one octet and padding */
		4,  0, 3, 0x80,                /* type 3, nested, empty */
		8,  0, 9, 0,    1,    2, 3, 4, /* type 9, beyond the last */
		8,  0, 1, 0,    0x22, 0, 0, 0, /* type 1 */
		12, 0, 4, 0,    0x33, 0, 0, 0, /* type 4 says that it has four octets more than there are */
	};
	const struct rtattr *found[5];

	(void)state;
	attributes_find(found, 4, octets, sizeof octets);
	assert_null(found[0]);
	assert_ptr_equal(found[1], octets + 20);
	assert_ptr_equal(found[2], octets);
	assert_ptr_equal(found[3], octets + 8);
	assert_null(found[4]);
}

static unsigned numbers_count, numbers[8];

static void take_number(void *context, const struct nlmsghdr *answer)
{
	const struct rtmsg *route = NLMSG_DATA(answer);

	assert_ptr_equal(context, &numbers_count);
	numbers[numbers_count++] = route->rtm_dst_len;
}

static void answer_number(const struct made_kernel *kernel, const struct nlmsghdr *request, uint8_t number,
                          unsigned ahead)
{
	const struct rtmsg route = { .rtm_dst_len = number };
	struct message message;

	message_start(&message, RTM_NEWROUTE, NLM_F_MULTI, &route, sizeof route);
	made_answer(kernel, request, &message, ahead);
}

static void dumps(struct made_kernel *kernel, const struct nlmsghdr *request)
{
	answer_number(kernel, request, 1, 0);
	answer_number(kernel, request, 2, 99); /* of another request */
	answer_number(kernel, request, 3, 0);
	made_done(kernel, request);
}

static void refuses(struct made_kernel *kernel, const struct nlmsghdr *request)
{
	if (request->nlmsg_flags & NLM_F_EXCL)
		made_error(kernel, request, EEXIST);
	else
		made_error(kernel, request, 0);
}

static void answers(void **state)
{
	struct made_kernel kernel = { .answer = dumps };
	const struct rtmsg route = { 0 };
	struct message message;

	(void)state;
	numbers_count = 0;
	made_kernel_start(&kernel);
	message_start(&message, RTM_GETROUTE, NLM_F_DUMP, &route, sizeof route);
	assert_int_equal(rtnetlink_ask(kernel.ours, &message, take_number, &numbers_count), 0);
	assert_int_equal(numbers_count, 2);
	assert_int_equal(numbers[0], 1);
	assert_int_equal(numbers[1], 3);
	/* A request that is not a dump has one answer. More of them are ignored, also by the next request. */
	message_start(&message, RTM_GETROUTE, 0, &route, sizeof route);
	assert_int_equal(rtnetlink_ask(kernel.ours, &message, take_number, &numbers_count), 0);
	assert_int_equal(numbers_count, 3);
	message_start(&message, RTM_GETROUTE, NLM_F_DUMP, &route, sizeof route);
	assert_int_equal(rtnetlink_ask(kernel.ours, &message, take_number, &numbers_count), 0);
	assert_int_equal(numbers_count, 5);
	made_kernel_end(&kernel);
}

static void errors(void **state)
{
	struct made_kernel kernel = { .answer = refuses };
	const struct rtmsg route = { 0 };
	struct message message;

	(void)state;
	made_kernel_start(&kernel);
	message_start(&message, RTM_NEWROUTE, NLM_F_EXCL | NLM_F_ACK, &route, sizeof route);
	assert_int_equal(rtnetlink_ask(kernel.ours, &message, NULL, NULL), EEXIST);
	message_start(&message, RTM_NEWROUTE, NLM_F_ACK, &route, sizeof route);
	assert_int_equal(rtnetlink_ask(kernel.ours, &message, NULL, NULL), 0);
	made_kernel_end(&kernel);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(octets_of_a_message), cmocka_unit_test(nests),   cmocka_unit_test(no_more_than_fits),
		cmocka_unit_test(attributes),          cmocka_unit_test(answers), cmocka_unit_test(errors),
	};

	return cmocka_run_group_tests_name("rtnetlink", tests, NULL, NULL);
}
