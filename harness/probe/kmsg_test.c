#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "probe_internal.h"

/* after ours: it has a macro called fail */
#include <cmocka.h>

static void test_records(void **state)
{
	static const struct {
		const char *record, *text;
	} vectors[] = {
		{ "6,339,5140900,-;b0: hw csum failure\n", "b0: hw csum failure" },
		{ "4,12,99,c;e1000 0000:00:04.0 b0: a; b\n SUBSYSTEM=pci\n DEVICE=+pci:0000:00:04.0\n",
		  "e1000 0000:00:04.0 b0: a; b" },
		{ "6,1,2,-;\n", "" },
		{ "6,1,2,-;cut", "cut" },
		{ "no record\n", NULL },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(vectors); i++) {
		owned_text record = text_copy(vectors[i].record);
		const char *text = kmsg_text(record);
		if (vectors[i].text)
			assert_string_equal(text, vectors[i].text);
		else
			assert_null(text);
	}
}

/* src.b0 = r1.a0 are NICs, r1.b0 - dst.a0 is a veth. */
static struct node nodes[] = { { .name = "src" }, { .name = "r1" }, { .name = "dst" } };
static struct link links[] = { { .count = 2 }, { .first = 2, .count = 2 } };
static struct interface interfaces[] = { { .node = 0, .name = "b0" },
	                                 { .node = 1, .name = "a0" },
	                                 { .node = 1, .link = 1, .name = "b0" },
	                                 { .node = 2, .link = 1, .name = "c0" } };
static const struct topology topology = {
	.nodes = nodes, .node_count = 3, .links = links, .link_count = 2, .interfaces = interfaces, .interface_count = 4
};
static struct lab_nic nics[4] = { { "e1000-0a", "e1000", "0000:00:04.0" }, { "e1000-0b", "e1000", "0000:00:05.0" } };
static char *names[] = { nodes[0].name, nodes[1].name, nodes[2].name };
static const struct lab lab = { .node_count = 3, .interface_count = 4, .names = names, .nics = nics };

static void test_complaints(void **state)
{
	static const struct {
		const char *line, *complaint;
	} vectors[] = {
		{ "e1000 0000:00:04.0 b0: partial checksum but proto=2b!", "src.b0: partial checksum but proto=2b!" },
		{ "e1000 0000:00:05.0: Detected Tx Unit Hang", "r1.a0: e1000 0000:00:05.0: Detected Tx Unit Hang" },
		{ "e1000: a0 NIC Link is Down", "r1.a0: NIC Link is Down" },
		{ "e1000: b0 NIC Link is Down", "kernel: e1000: b0 NIC Link is Down" }, /* there are two of them */
		{ "a0: hw csum failure", "r1.a0: hw csum failure" },
		{ "c0: hw csum failure", "dst.c0: hw csum failure" },
		{ "NETDEV WATCHDOG: b0 (e1000): transmit queue 0 timed out",
		  "kernel: NETDEV WATCHDOG: b0 (e1000): transmit queue 0 timed out" },
		{ "net_ratelimit: 12 callbacks suppressed", "kernel: net_ratelimit: 12 callbacks suppressed" },
		{ "Dead loop on virtual device b0, fix it urgently!",
		  "kernel: Dead loop on virtual device b0, fix it urgently!" },
		{ "Dead loop on virtual device c0, fix it urgently!",
		  "dst.c0: Dead loop on virtual device c0, fix it urgently!" },
		{ "lwtunnel_input(): recursion limit reached on datapath",
		  "kernel: lwtunnel_input(): recursion limit reached on datapath" },
		{ "e1000e: some other driver", NULL },
		{ "c0: said of a veth", NULL },
		{ "a0: said of a NIC", "r1.a0: said of a NIC" },
		{ "IPv6: ADDRCONF(NETDEV_CHANGE): a0: link becomes ready", NULL },
		{ "random: crng init done", NULL },
		{ "the address 0x8a0: nothing", NULL },
		{ "", NULL },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(vectors); i++) {
		owned_text complaint = kmsg_complaint(&lab, &topology, vectors[i].line);
		if (vectors[i].complaint && complaint)
			assert_string_equal(complaint, vectors[i].complaint);
		if (!vectors[i].complaint != !complaint)
			print_error("%s\n", vectors[i].line);
		assert_int_equal(!vectors[i].complaint, !complaint);
	}
}

/* A host's log is about everything; of it only a wrong sum of a device that may be the lab's counts. */
static void test_host(void **state)
{
	static const struct {
		const char *line, *complaint;
	} vectors[] = {
		{ "c0: hw csum failure", "dst.c0: hw csum failure" },
		{ "b0: hw csum failure", "kernel: b0: hw csum failure" }, /* there are two of them */
		{ "eth0: hw csum failure", NULL },
		{ "NETDEV WATCHDOG: b0 (e1000): transmit queue 0 timed out", NULL },
		{ "Dead loop on virtual device c0, fix it urgently!", NULL },
		{ "c0: said of a veth", NULL },
	};
	static struct lab_nic none[4];
	const struct lab host = { .machine = -1, .node_count = 3, .interface_count = 4, .names = names, .nics = none };
	char file[] = "/tmp/kmsg_test.XXXXXX";
	struct probe probe = { .lab = &host, .kmsg = mkstemp(file) };
	const struct plan plan = { .topology = (struct topology *)&topology };
	owned(trace) trace = trace_new();

	(void)state;
	assert_true(probe.kmsg >= 0);
	unlink(file);
	for (size_t i = 0; i < COUNT(vectors); i++) {
		owned_text complaint = kmsg_complaint(&host, &topology, vectors[i].line);
		assert_int_equal(!vectors[i].complaint, !complaint);
		if (complaint)
			assert_string_equal(complaint, vectors[i].complaint);
	}
	dprintf(probe.kmsg, "3,1,2,-;c0: hw csum failure\n");
	lseek(probe.kmsg, 0, SEEK_SET);
	kmsg_read(&(struct play){ .probe = &probe, .plan = &plan, .trace = trace });
	close(probe.kmsg);
	assert_int_equal(trace->complaint_count, 1);
	assert_string_equal(trace->complaints[0], "dst.c0: hw csum failure");
	assert_int_equal(trace->log_count, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_records), cmocka_unit_test(test_complaints),
		                            cmocka_unit_test(test_host) };

	return cmocka_run_group_tests_name("probe: kmsg", tests, NULL, NULL);
}
