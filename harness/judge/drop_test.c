/* What the kernel says about a packet is in the sentence and does not change the verdict. */
#include "../../tests/scene.h"

static void kernel_says(void **state)
{
	struct scene s;

	(void)state;
	scene_start(&s);
	scene_bad_syn(&s, 1);
	scene_count(&s, DST, "TcpInCsumErrors", 1);
	struct packet_spec syn = scene_packet(&s, true, TCP_SYN, CLIENT_ISN, 0);
	struct drop *drop = scene_drop(&s, DST_B1, &syn, "tcp_v6_rcv", "TCP_CSUM");
	scene_reach(&s, FATE_DROPPED, "dst", REASON_TCP_CSUM,
	            "TcpInCsumErrors rose by 1 at dst (tcp_v6_rcv); the kernel freed it in tcp_v6_rcv for TCP_CSUM.");
	drop->reason[0] = 0;
	scene_reach(&s, FATE_DROPPED, "dst", REASON_TCP_CSUM, "; the kernel freed it in tcp_v6_rcv.");
	strcpy(drop->reason, "TCP_CSUM");
	drop->function[0] = 0;
	scene_reach(&s, FATE_DROPPED, "dst", REASON_TCP_CSUM, "; the kernel freed it for TCP_CSUM.");
	/* Another node's, and another packet's, do not explain it; nor do they change the verdict. */
	drop->node = R1;
	scene_reach(&s, FATE_DROPPED, "dst", REASON_TCP_CSUM, "at dst (tcp_v6_rcv).");
	drop->node = DST;
	drop->packet = 0;
	scene_reach(&s, FATE_DROPPED, "dst", REASON_TCP_CSUM, "; the kernel freed it for TCP_CSUM.");
	s.trace->packet_count--;
	drop->packet = 2;
	free(s.trace->packets[3].data);
	struct packet_spec other = scene_packet(&s, false, TCP_ACK, SERVER_ISN, 0);
	scene_capture(&s, HOP(DST_B1, HOP_OUT), &other);
	drop->packet = 3;
	drop->node = R1;
	scene_reach(&s, FATE_DROPPED, "r1", REASON_LINK, "it never arrived at dst.b1:in.");
	scene_end(&s);
}

/* What nothing else explains: the sentence has the kernel's word, the verdict stays. */
static void kernel_alone_says(void **state)
{
	struct scene s;

	(void)state;
	scene_start(&s);
	scene_send(&s, true, scene_packet(&s, true, TCP_SYN, CLIENT_ISN, 0), 2);
	struct packet_spec syn = scene_packet(&s, true, TCP_SYN, CLIENT_ISN, 0);
	scene_drop(&s, R1_A1, &syn, "input_action_end_core", "NOT_SPECIFIED");
	scene_reach(&s, FATE_DROPPED, "r1", REASON_UNEXPLAINED,
	            "no counter that tells a drop moved at r1; the kernel freed it in input_action_end_core for "
	            "NOT_SPECIFIED.");
	scene_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kernel_says),
		cmocka_unit_test(kernel_alone_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
