/* Why a thing is not held: what kernels that refuse or ignore one of its parameters are found to lack, and what only
 * got lost. */
#include <errno.h>
#include <linux/if_link.h>

#include "testing.h"

/* A kernel with one fault, and the one route that it may hold. */
struct faulty {
	const char *key, *value; /* of encapsulations: refused, or dropped without a word */
	bool ignores;
	bool no_encap;    /* CONFIG_IPV6_SEG6_LWTUNNEL is not set */
	bool main_only;   /* CONFIG_IPV6_MULTIPLE_TABLES is not set */
	int error;        /* for whatever is asked for; 0: none */
	const char *kind; /* of devices that it cannot make */
	struct message route;
	bool has_route, has_gateway;
	unsigned asked; /* routes */
};

static const struct rtattr *attribute_of(const struct nlmsghdr *request, unsigned type)
{
	const struct rtattr *found[RTA_ENCAP + 1];

	attributes_find(found, RTA_ENCAP, RTM_RTA(NLMSG_DATA(request)), RTM_PAYLOAD(request));
	return found[type];
}

static int refusal_of(const struct faulty *faulty, const struct nlmsghdr *request)
{
	const struct rtattr *type = attribute_of(request, RTA_ENCAP_TYPE);
	const struct rtattr *encap = attribute_of(request, RTA_ENCAP);
	struct holdings devices = { 0 };
	owned_facts facts = { 0 };

	if (faulty->error)
		return faulty->error;
	if (encap && faulty->no_encap)
		return EOPNOTSUPP;
	encap_read(&facts, type, encap, &devices);
	return !faulty->ignores && faulty->key && facts_have(&facts, faulty->key, faulty->value) ? EINVAL : 0;
}

/* As it was asked for; of a list of flavors without the ignored one. */
static void keep_route(struct faulty *faulty, const struct nlmsghdr *request)
{
	owned_facts facts = { 0 }, kept = { 0 };
	struct holdings devices = { 0 };
	const struct rtattr *to = attribute_of(request, RTA_DST), *table = attribute_of(request, RTA_TABLE);
	struct rtmsg route = *(const struct rtmsg *)NLMSG_DATA(request);
	const uint32_t main_table = RT_TABLE_MAIN;

	encap_read(&facts, attribute_of(request, RTA_ENCAP_TYPE), attribute_of(request, RTA_ENCAP), &devices);
	for (size_t i = 0; i < facts.count; i++)
		if (!faulty->ignores || strcmp(facts.facts[i].key, faulty->key) != 0 ||
		    strcmp(facts.facts[i].value, faulty->value) != 0)
			facts_add(&kept, facts.facts[i].key, "%s", facts.facts[i].value);
	if (faulty->main_only)
		route.rtm_table = RT_TABLE_MAIN;
	message_start(&faulty->route, RTM_NEWROUTE, NLM_F_MULTI, &route, sizeof route);
	message_put(&faulty->route, RTA_DST, RTA_DATA(to), RTA_PAYLOAD(to));
	message_put(&faulty->route, RTA_TABLE, faulty->main_only ? &main_table : RTA_DATA(table), sizeof main_table);
	encap_write(&faulty->route, &kept, &devices);
	faulty->has_route = true;
}

static void answers(struct made_kernel *kernel, const struct nlmsghdr *request)
{
	struct faulty *faulty = kernel->context;
	int error = 0;

	switch (request->nlmsg_type) {
	case RTM_NEWROUTE:
		faulty->asked++;
		error = faulty->has_route ? EEXIST : refusal_of(faulty, request);
		if (!error)
			keep_route(faulty, request);
		if (!error)
			faulty->has_gateway = attribute_of(request, RTA_GATEWAY) != NULL;
		made_error(kernel, request, error);
		break;
	case RTM_DELROUTE:
		/* ip6_route_del(): of another gateway it is another route */
		if (attribute_of(request, RTA_GATEWAY) && !faulty->has_gateway) {
			made_error(kernel, request, ESRCH);
			break;
		}
		made_error(kernel, request, faulty->has_route ? 0 : ESRCH);
		faulty->has_route = false;
		break;
	case RTM_NEWLINK:
		made_error(kernel, request, faulty->kind ? EOPNOTSUPP : 0);
		break;
	case RTM_DELLINK:
		made_error(kernel, request, 0);
		break;
	case RTM_GETROUTE:
		if (faulty->has_route)
			made_answer(kernel, request, &faulty->route, 0);
		made_done(kernel, request);
		break;
	default:
		made_done(kernel, request);
	}
}

static void found(struct faulty *faulty, const char *name, const char *const *words, const char *why)
{
	struct made_kernel kernel = { .answer = answers, .context = faulty };
	struct thing thing = { .kind = THING_ROUTE, .name = (char *)name };

	for (; *words; words += 2)
		facts_add(&thing.facts, words[0], "%s", words[1]);
	made_kernel_start(&kernel);
	owned_text text = trial_route(kernel.ours, &thing, "IPV6_SEG6_LWTUNNEL");
	made_kernel_end(&kernel);
	if (why) {
		assert_non_null(text);
		assert_string_equal(text, why);
	} else {
		assert_null(text);
	}
	assert_false(faulty->has_route); /* nothing stays */
	facts_clear(&thing.facts);
}

#define WORDS(...) ((const char *const[]){ __VA_ARGS__, NULL })
#define FLAVORED                                                                                                       \
	WORDS("type", "unicast", "dev", "b0", "encap", "seg6local", "action", "End", "flavors", "psp", "flavors", "usd")

static void refused_parameters(void **state)
{
	(void)state;
	found(&(struct faulty){ .key = "flavors", .value = "usd" }, "fc00:1::100/128", FLAVORED,
	      "this kernel refuses seg6local End flavors usd");
	/* Not even the simplest, and not for want of an option. */
	found(&(struct faulty){ .key = "action", .value = "End" }, "fc00:1::100/128",
	      WORDS("dev", "b0", "encap", "seg6local", "action", "End"),
	      "this kernel refuses every `encap seg6local` (Invalid argument)");
	found(&(struct faulty){ .key = "action", .value = "End.DX4" }, "fc00:1::100/128",
	      WORDS("dev", "b0", "encap", "seg6local", "action", "End.DX4", "nh4", "10.0.0.1"),
	      "this kernel refuses seg6local action End.DX4 nh4 10.0.0.1 (Invalid argument)");
	found(&(struct faulty){ .key = "mode", .value = "encap.red" }, "fc00:d::1/128",
	      WORDS("via", "fd00:1:1::2", "dev", "b0", "encap", "seg6", "mode", "encap.red", "segs", "fc00::1"),
	      "this kernel refuses seg6 mode encap.red (Invalid argument)");
	found(&(struct faulty){ .no_encap = true }, "fc00:1::100/128", FLAVORED,
	      "this kernel has no `encap seg6local` (CONFIG_IPV6_SEG6_LWTUNNEL)");
}

static void ignored_parameters(void **state)
{
	(void)state;
	/* What is asked is compared whole: this kernel holds no type and no device either. */
	found(&(struct faulty){ .key = "flavors", .value = "usd", .ignores = true }, "fc00:1::100/128",
	      WORDS("encap", "seg6local", "action", "End", "flavors", "psp", "flavors", "usd"),
	      "this kernel ignores seg6local flavors usd");
}

/* It takes and keeps it all: the line was lost on its way. */
static void lost(void **state)
{
	(void)state;
	found(&(struct faulty){ 0 }, "fc00:1::100/128", WORDS("encap", "seg6local", "action", "End"), NULL);
	found(&(struct faulty){ 0 }, "fc00:1::100/128", WORDS("type", "unicast"), NULL);
	found(&(struct faulty){ 0 }, "fc00:1::100/128 table 100", WORDS("type", "unicast"), NULL);
}

/* No memory, or no permission, tells nothing of what the kernel can do; nor is anything else asked then. */
static void no_answer(void **state)
{
	static const int errors[] = { ENOMEM, ENOBUFS, EACCES };

	(void)state;
	for (size_t i = 0; i < COUNT(errors); i++) {
		struct faulty faulty = { .error = errors[i] };
		found(&faulty, "fc00:1::100/128", FLAVORED, NULL);
		assert_int_equal(faulty.asked, 1);
	}
}

static void tables(void **state)
{
	(void)state;
	found(&(struct faulty){ .main_only = true }, "fc00:1::100/128 table 100", WORDS("type", "unicast"),
	      "this kernel has no routing table but main (CONFIG_IPV6_SEG6_LWTUNNEL)");
}

static void devices(void **state)
{
	struct faulty rows[] = { { .kind = "vrf" }, { 0 } };
	struct thing thing = { .kind = THING_LINK, .name = (char *)"vrf.100" };

	(void)state;
	facts_add(&thing.facts, "kind", "vrf");
	facts_add(&thing.facts, "table", "100");
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct made_kernel kernel = { .answer = answers, .context = &rows[i] };
		made_kernel_start(&kernel);
		owned_text text = trial_link(kernel.ours, &thing, "NET_VRF");
		made_kernel_end(&kernel);
		if (rows[i].kind)
			assert_string_equal(text, "this kernel makes no vrf device (CONFIG_NET_VRF)");
		else
			assert_null(text);
	}
	facts_clear(&thing.facts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refused_parameters),
		cmocka_unit_test(ignored_parameters),
		cmocka_unit_test(lost),
		cmocka_unit_test(no_answer),
		cmocka_unit_test(tables),
		cmocka_unit_test(devices),
	};

	return cmocka_run_group_tests_name("trial", tests, NULL, NULL);
}
