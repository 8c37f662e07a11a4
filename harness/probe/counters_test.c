/* What moved between two readings of /proc/net/snmp6, snmp, netstat and dev, as kernels write them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "probe_internal.h"

/* Behind our headers: its fail() is a macro. */
#include <cmocka.h>

typedef void compare_function(struct counter_set *moved, const char *before, const char *after);

/* "Name+1 Other-2": all that moved, in order. */
static void moves(compare_function *compare, const char *before, const char *after, const char *expected)
{
	struct counter_set moved = { 0 };
	owned_text said = text_copy("");

	compare(&moved, before, after);
	for (size_t i = 0; i < moved.count; i++)
		text_append(&said, "%s%s%+lld", i ? " " : "", moved.values[i].name, (long long)moved.values[i].value);
	free(moved.values);
	assert_string_equal(said, expected);
}

static void pairs(void **state)
{
	static const char before[] = "Ip6InReceives                   \t9\n"
	                             "Ip6InHdrErrors                  \t0\n"
	                             "Icmp6OutType3                   \t18446744073709551615\n"
	                             "Udp6InDatagrams                 \t7\n";
	static const char after[] = "Ip6InReceives                   \t10\n"
	                            "Ip6InHdrErrors                  \t0\n"
	                            "Icmp6InType1                    \t2\n" /* first seen */
	                            "Icmp6OutType3                   \t18446744073709551615\n"
	                            "Udp6InDatagrams                 \t5\n";

	(void)state;
	moves(counters_compare_pairs, before, after, "Ip6InReceives+1 Icmp6InType1+2 Udp6InDatagrams-2");
	moves(counters_compare_pairs, before, before, "");
	moves(counters_compare_pairs, "", "Ip6InReceives\t3\nIp6InReceivesToo\t0", "Ip6InReceives+3");
	moves(counters_compare_pairs, "Ip6In\t3\n", "Ip6\t1\nIp6In\t4\n", "Ip6+1 Ip6In+1");
	moves(counters_compare_pairs, before, "", "");
}

static void tables(void **state)
{
	static const char before[] = "Ip: Forwarding DefaultTTL\nIp: 1 64\n"
	                             "IcmpMsg: InType3 OutType3\nIcmpMsg: 5 6\n"
	                             "Tcp: RtoMin MaxConn InCsumErrors CurrEstab\nTcp: 200 -1 0 2\n";
	static const char after[] = "Ip: Forwarding DefaultTTL\nIp: 1 64\n"
	                            "IcmpMsg: InType0 InType3 OutType3\nIcmpMsg: 1 5 8\n" /* a column more */
	                            "Tcp: RtoMin MaxConn InCsumErrors CurrEstab\nTcp: 200 -1 12 0\n"
	                            "MPTcpExt: MPCapableSYNRX Other\nMPTcpExt: 0 4\n"; /* its module is new */

	(void)state;
	moves(counters_compare_tables, before, after,
	      "IcmpMsgInType0+1 IcmpMsgOutType3+2 TcpInCsumErrors+12 TcpCurrEstab-2 MPTcpExtOther+4");
	moves(counters_compare_tables, after, after, "");
	moves(counters_compare_tables, after, before, "IcmpMsgOutType3-2 TcpInCsumErrors-12 TcpCurrEstab+2");
	moves(counters_compare_tables, before, "Tcp: RtoMin MaxConn\nTcp: 201", "TcpRtoMin+1"); /* cut */
	moves(counters_compare_tables, before, "Tcp: RtoMin", "");
	moves(counters_compare_tables, before, "no table\n\n:\n", "");
}

static void devices(void **state)
{
	static const char before[] = "Inter-|   Receive                                                |  Transmit\n"
	                             " face |bytes    packets errs drop fifo frame compressed multicast|bytes    "
	                             "packets errs drop fifo colls\n"
	                             "    lo:       0       0    0    0    0     0          0         0        0       "
	                             "0    0    0    0     0\n"
	                             "    a0:     100       1    1    2    3     0          0         0        7       "
	                             "7    4    5    6     0\n";
	static const char after[] = "Inter-|   Receive                                                |  Transmit\n"
	                            " face |bytes    packets errs drop fifo frame compressed multicast|bytes    "
	                            "packets errs drop fifo colls\n"
	                            "    lo:      90       1    0    0    0     0          0         0       90       "
	                            "1    0    0    0     0\n"
	                            "    a0:     200       2    2    4    6     0          0         0        8       "
	                            "9    8   10   12     0\n"
	                            "    b0:     200       2    0    1    0     0          0         0        8       "
	                            "9    0    0    0     0\n";

	(void)state;
	moves(counters_compare_devices, before, after,
	      "a0:rx_errors+1 a0:rx_dropped+2 a0:rx_fifo_errors+3 a0:tx_errors+4 a0:tx_dropped+5 "
	      "a0:tx_fifo_errors+6 b0:rx_dropped+1");
	moves(counters_compare_devices, before, before, "");
}

static int made[COUNTER_FILES];

static int open_made(const char *path)
{
	static const char *const names[COUNTER_FILES] = { "snmp6", "snmp", "netstat", "dev" };

	for (int i = 0; i < COUNTER_FILES; i++)
		if (strcmp(strrchr(path, '/') + 1, names[i]) == 0)
			return made[i] = memfd_create(names[i], 0);
	return -1;
}

static void rewrite(int file, const char *text)
{
	assert_int_equal(ftruncate(made[file], 0), 0);
	assert_int_equal(pwrite(made[file], text, strlen(text), 0), strlen(text));
}

static void moved_since(struct counters *counters, const char *expected)
{
	struct counter_set moved = counters_moved(counters);
	owned_text said = text_copy("");

	for (size_t i = 0; i < moved.count; i++)
		text_append(&said, "%s%s%+lld", i ? " " : "", moved.values[i].name, (long long)moved.values[i].value);
	free(moved.values);
	assert_string_equal(said, expected);
}

/* What netstat says is told with the packet that moved it, in whichever reading that is seen. */
static void netstat_moves_with_packets(void **state)
{
	static const char v4[] = "Ip: Forwarding InReceives\nIp: 2 0\n",
	                  v4_more[] = "Ip: Forwarding InReceives\nIp: 2 1\n";
	struct counters counters = { .files = { -1, -1, -1, -1 } };
	struct error err = { 0 };

	(void)state;
	assert_int_equal(counters_open(&counters, open_made, &err), 0);
	rewrite(0, "Ip6InReceives\t1\nIp6InDelivers\t1\nIp6OutRequests\t1\n");
	rewrite(1, v4);
	rewrite(2, "TcpExt: A\nTcpExt: 1\n");
	rewrite(3, "");
	counters_mark(&counters);
	moved_since(&counters, "");
	rewrite(0, "Ip6InReceives\t5\nIp6InDelivers\t1\nIp6OutRequests\t1\n"); /* only forwarded */
	moved_since(&counters, "Ip6InReceives+4");
	rewrite(0, "Ip6InReceives\t5\nIp6InDelivers\t2\nIp6OutRequests\t1\n");
	rewrite(2, "TcpExt: A\nTcpExt: 3\n");
	moved_since(&counters, "Ip6InReceives+4 Ip6InDelivers+1 TcpExtA+2");
	counters_mark(&counters);
	rewrite(0, "Ip6InReceives\t5\nIp6InDelivers\t2\nIp6OutRequests\t2\n");
	rewrite(2, "TcpExt: A\nTcpExt: 4\n");
	counters_mark(&counters); /* between cells: not the next one's */
	moved_since(&counters, "");
	rewrite(1, v4_more);
	rewrite(2, "TcpExt: A\nTcpExt: 9\n");
	moved_since(&counters, "IpInReceives+1 TcpExtA+5");
	counters_close(&counters);
}

/* Whole names only, in texts of either form. */
static void names(void **state)
{
	static const char pairs[] = "Ip6InReceives                   \t9\nIp6InHdrErrors\t0\n";
	static const char tables[] = "Ip: Forwarding DefaultTTL\nIp: 1 64\nTcp: RtoMin InErrs\nTcp: 200 1\n";

	(void)state;
	assert_true(counter_is_in(pairs, "Ip6InReceives") && counter_is_in(pairs, "Ip6InHdrErrors"));
	assert_false(counter_is_in(pairs, "Ip6InReceive") || counter_is_in(pairs, "InReceives"));
	assert_true(counter_is_in(tables, "TcpInErrs") && counter_is_in(tables, "IpForwarding"));
	assert_false(counter_is_in(tables, "TcpInErr") || counter_is_in(tables, "IpInErrs"));
	assert_false(counter_is_in("", "TcpInErrs") || counter_is_in(NULL, "TcpInErrs"));
	assert_true(counters_has_column("tx_dropped"));
	assert_false(counters_has_column("tx_packets"));
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(names), cmocka_unit_test(pairs), cmocka_unit_test(tables),
		                            cmocka_unit_test(devices), cmocka_unit_test(netstat_moves_with_packets) };

	return cmocka_run_group_tests_name("probe: counters", tests, NULL, NULL);
}
