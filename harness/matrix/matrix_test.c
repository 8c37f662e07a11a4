/* Images, modules, troubles: what is read of kernels without booting them. */
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "matrix.h"

/* Behind our headers: its fail() is a macro. */
#include <cmocka.h>

/* A boot header whose version string begins at `offset` in the file. */
static void make_image(uint8_t image[4096], unsigned offset, const char *version)
{
	memset(image, 0, 4096);
	memcpy(image + 0x202, "HdrS", 4);
	image[0x20e] = (uint8_t)((offset - 0x200) & 0xff);
	image[0x20f] = (uint8_t)((offset - 0x200) >> 8);
	strcpy((char *)image + offset, version);
}

static void releases_of_images(void **state)
{
	uint8_t image[4096];
	struct error err = { 0 };

	(void)state;
	make_image(image, 0xc00, "6.1.0-56-amd64 (debian-kernel@lists.debian.org) #1 SMP Debian 6.1.192-1");
	owned_text release = image_release((struct bytes){ image, sizeof image }, &err);
	assert_string_equal(release, "6.1.0-56-amd64");
	assert_int_equal(err.count, 0);
}

static void releases_that_lead_elsewhere(void **state)
{
	static const char *const bad[] = { "../../escape/rel #1", "/etc #1", "6.1/.. #1", ".. #1", ".hidden #1" };

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		uint8_t image[4096];
		struct error err = { 0 };
		make_image(image, 0xc00, bad[i]);
		assert_null(image_release((struct bytes){ image, sizeof image }, &err));
		assert_int_equal(err.count, 1);
	}
	struct error err = { 0 };
	static const uint8_t elf[] = "\177ELF Linux version ../x y";
	assert_null(image_release((struct bytes){ elf, sizeof elf - 1 }, &err));
}

static void releases_of_elf_files(void **state)
{
	static const struct {
		const char *text, *release;
	} rows[] = {
		{ "\177ELF....%s version Linux version 6.1.0-56-amd64 (debian@x) (gcc)", "6.1.0-56-amd64" },
		{ "\177ELF....Linux version %s (%s) Linux version 7.3.4 (x)", "7.3.4" },
		{ "\177ELF....Linux version ", NULL },
		{ "\177ELF....Linux version 6.1", NULL }, /* cut */
		{ "\177ELF", NULL },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct error err = { 0 };
		owned_text release =
		        image_release((struct bytes){ (const uint8_t *)rows[i].text, strlen(rows[i].text) }, &err);
		assert_int_equal(err.count, !rows[i].release);
		if (rows[i].release)
			assert_string_equal(release, rows[i].release);
	}
}

static void kinds_of_images(void **state)
{
	static const char uml[] = "\177ELF....uml_dir=<directory>\0Linux version 6.12.118 (x)",
	                  pc[] = "\177ELF....Linux version 6.12.118 (x)";
	uint8_t image[4096];

	(void)state;
	assert_int_equal(image_kind_of((struct bytes){ (const uint8_t *)uml, sizeof uml - 1 }), IMAGE_UML);
	assert_int_equal(image_kind_of((struct bytes){ (const uint8_t *)pc, sizeof pc - 1 }), IMAGE_X86);
	make_image(image, 0xc00, "6.1.0 (x)");
	strcpy((char *)image + 0xd00, "uml_dir="); /* a word in it does not make it a program */
	assert_int_equal(image_kind_of((struct bytes){ image, sizeof image }), IMAGE_X86);
}

static void no_images(void **state)
{
	uint8_t image[4096];

	(void)state;
	for (int fault = 0; fault < 6; fault++) {
		struct error err = { 0 };
		struct bytes bytes = { image, sizeof image };
		make_image(image, 0xc00, "6.1.0 (x)");
		if (fault == 0)
			bytes.length = 0;
		if (fault == 1)
			image[0x202] = 'h';
		if (fault == 2)
			image[0x20e] = image[0x20f] = 0; /* it has none */
		if (fault == 3)
			image[0x20e] = image[0x20f] = 0xff; /* beyond the end */
		if (fault == 4)
			image[0xc00] = ' ';
		if (fault == 5)
			memset(image + 0xc00, 'x', sizeof image - 0xc00); /* without an end */
		assert_null(image_release(bytes, &err));
		assert_int_equal(err.count, 1);
	}
}

static void wanted_kernels(void **state)
{
	static const char *const bad[] = { "/nonexistent/bzImage", "label=/nonexistent", "/dev/null", "/etc",
		                           "/etc/passwd" };

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct guest_kernel kernel;
		struct error err = { 0 };
		assert_int_equal(guest_kernel_read(&kernel, bad[i], &err), -1);
		assert_int_equal(err.count, 1);
		assert_non_null(strstr(err.text, "/"));
		assert_null(kernel.image);
	}
}

static const char dep[] =
        "kernel/net/ipv6/ip6_tunnel.ko.xz: kernel/net/ipv6/tunnel6.ko.xz kernel/net/ipv4/ip_tunnel.ko.xz\n"
        "kernel/net/ipv6/tunnel6.ko.xz:\n"
        "kernel/net/ipv4/ip_tunnel.ko.xz:\n"
        "kernel/drivers/net/virtio_net.ko: kernel/net/core/failover.ko kernel/net/core/net_failover.ko\n"
        "kernel/net/core/failover.ko:\n"
        "kernel/drivers/net/veth-like.ko.zst:\n"
        "kernel/drivers/net/veth.ko.zst:\n";

static void modules_in_order(void **state)
{
	static const char *const wanted[] = { "veth", "ip6-tunnel", "tunnel6", "virtio_net", "not_there", NULL };
	static const char *const order[] = { "kernel/drivers/net/veth.ko.zst",  "kernel/net/ipv4/ip_tunnel.ko.xz",
		                             "kernel/net/ipv6/tunnel6.ko.xz",   "kernel/net/ipv6/ip6_tunnel.ko.xz",
		                             "kernel/net/core/net_failover.ko", "kernel/net/core/failover.ko",
		                             "kernel/drivers/net/virtio_net.ko" };
	char **paths;

	(void)state;
	int count = modules_order(&paths, dep, wanted);
	assert_int_equal(count, COUNT(order));
	for (int i = 0; i < count; i++) {
		assert_string_equal(paths[i], order[i]);
		free(paths[i]);
	}
	free(paths);
	assert_int_equal(modules_order(&paths, "", wanted), 0);
	assert_int_equal(modules_order(&paths, "veth", wanted), 0); /* a line that is cut */
}

static void parameters_of_modules(void **state)
{
	static const char line[] =
	        "console=ttyS0 panic=-1 e1000e.IntMode=1,1 tun.x vmxnet3. .y=1 virtio-net.napi_tx=0 e1000.debug=2 "
	        "e1000e.SmartPowerDownEnable=0\n";
	static const struct {
		const char *path, *parameters;
	} rows[] = {
		{ "/modules/e1000e.ko", "IntMode=1,1 SmartPowerDownEnable=0" },
		{ "/modules/e1000.ko.xz", "debug=2" },
		{ "/modules/virtio_net.ko", "napi_tx=0" },
		{ "tun.ko", "x" },
		{ "vmxnet3.ko", "" },
		{ "panic.ko", "" },
		{ ".ko", "" },
		{ "", "" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		owned_text parameters = module_parameters(line, rows[i].path);
		assert_string_equal(parameters, rows[i].parameters);
	}
}

static void troubles(void **state)
{
	static const struct {
		const char *line;
		enum trouble trouble;
	} rows[] = {
		{ "IPv6: ADDRCONF(NETDEV_CHANGE): b0: link becomes ready", TROUBLE_NONE },
		{ "[   12.3] Kernel panic - not syncing: sysrq triggered crash", TROUBLE_DEATH },
		{ "BUG: kernel NULL pointer dereference, address: 0000000000000008", TROUBLE_DEATH },
		{ "BUG: unable to handle page fault for address: ffffc90000000000", TROUBLE_DEATH },
		{ "Oops: 0002 [#1] PREEMPT SMP NOPTI", TROUBLE_DEATH },
		{ "kernel BUG at net/core/skbuff.c:110!", TROUBLE_DEATH },
		{ "general protection fault, probably for non-canonical address", TROUBLE_DEATH },
		{ "WARNING: CPU: 0 PID: 12 at net/core/dev.c:1 skb_warn_bad_offload+0x1", TROUBLE_WARN },
		{ "WARNING: net/ipv4/tcp_output.c:12 at tcp_send+0x1, CPU#0: hopcheck/12", TROUBLE_WARN },
		{ "WARNING: possible circular locking dependency detected", TROUBLE_WARN },
		{ "b1: hw csum failure", TROUBLE_WARN },
		{ "BUG: sleeping function called from invalid context", TROUBLE_WARN },
		{ "BUG: KASAN: slab-out-of-bounds in seg6_do_srh_inline", TROUBLE_WARN },
		{ "watchdog: BUG: soft lockup - CPU#0 stuck for 26s!", TROUBLE_STALL },
		{ "rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:", TROUBLE_STALL },
		{ "INFO: task hopcheck:12 blocked for more than 120 seconds.", TROUBLE_STALL },
	};
	enum trouble worst;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_int_equal(trouble_of(rows[i].line), rows[i].trouble);
	const char *text = "fine\nWARNING: CPU: 0 at x\nBUG: unable to handle y\nKernel panic - not syncing\n";
	assert_string_equal(trouble_find(text, &worst), "BUG: unable to handle y\nKernel panic - not syncing\n");
	assert_int_equal(worst, TROUBLE_DEATH);
	assert_null(trouble_find("all\nis\nwell\n", &worst));
}

static void versions_of_qemu(void **state)
{
	static const struct {
		const char *told, *version;
	} rows[] = {
		{ "QEMU emulator version 7.2.22 (Debian 1:7.2+dfsg-7+deb12u18+b3)\nCopyright (c)", "7.2.22" },
		{ "QEMU emulator version 10.0.2\n", "10.0.2" },
		{ "QEMU emulator version \n", NULL },
		{ "QEMU version 7.2.22\n", NULL },
		{ "", NULL },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		owned_text version = qemu_version(rows[i].told);
		assert_int_equal(!version, !rows[i].version);
		if (version)
			assert_string_equal(version, rows[i].version);
	}
}

#define NOISE                                                                                                          \
	"qemu-system-x86_64: warning: TCG doesn't support requested feature: CPUID.01H:ECX.pcid [bit 17]\n"            \
	"qemu-system-x86_64: warning: TCG doesn't support requested feature: CPUID.01H:ECX.x2apic [bit 21]\n"
#define EXITED(code) ((code) << 8)

/* A warning that stands first tells nothing; the console tells most. */
static void failed_boots(void **state)
{
	static const struct {
		struct boot_end end;
		const char *why;
	} rows[] = {
		{ { "QEMU", "the guest ended", true, EXITED(0),
		    "[ 1.0] a\nKernel panic - not syncing: VFS: no root \nreboot: x\n", NOISE },
		  "it died: Kernel panic - not syncing: VFS: no root" },
		{ { "QEMU", "the guest ended", true, EXITED(0),
		    "BUG: kernel NULL pointer dereference\nOops: 0002\nKernel panic\n", "" },
		  "it died: BUG: kernel NULL pointer dereference" },
		{ { "QEMU", "it said nothing within 90 s", false, 0, "Oops: 0002 [#1]\nmore\n", NOISE },
		  "it died: Oops: 0002 [#1]" },
		{ { "QEMU", "the guest ended", true, EXITED(0), "", NOISE },
		  "the machine was reset before the kernel wrote to its console, as a triple fault does" },
		{ { "QEMU", "the guest ended", true, EXITED(0), "one\ntwo\n\nreboot: Power down\n", NOISE },
		  "the machine was reset or switched off after this line of its console: two" },
		{ { "QEMU", "the guest ended", true, EXITED(1), "",
		    NOISE "qemu-system-x86_64: cannot set up guest memory\n" },
		  "QEMU ended with 1: qemu-system-x86_64: cannot set up guest memory" },
		{ { "QEMU", "the guest ended", true, EXITED(1), "", NOISE }, "QEMU ended with 1: it says nothing" },
		{ { "QEMU", "the guest ended", true, 11, "", NOISE },
		  "QEMU was ended by signal 11 (Segmentation fault)" },
		{ { "QEMU", "it said nothing within 90 s", false, 9, "", NOISE },
		  "it said nothing within 90 s, and its console is empty" },
		{ { "User Mode Linux", "the guest ended", true, 6, "", "linux: no room for 512 MB\n" },
		  "User Mode Linux was ended by signal 6 (Aborted): linux: no room for 512 MB" },
		{ { "QEMU", "it said nothing within 90 s", false, 9, "WARNING: at x\nlast \r\n", NOISE },
		  "it said nothing within 90 s; the console's last line: last" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		owned_text why = boot_failure(&rows[i].end);
		assert_string_equal(why, rows[i].why);
	}
}

/* Of a machine with one CPU for two. */
static double waited_beside(void (*busy)(void), pid_t *pid)
{
	cpu_set_t all, one;

	assert_int_equal(sched_getaffinity(0, sizeof all, &all), 0);
	CPU_ZERO(&one);
	for (int cpu = 0; !CPU_COUNT(&one); cpu++)
		if (CPU_ISSET(cpu, &all))
			CPU_SET(cpu, &one);
	assert_int_equal(sched_setaffinity(0, sizeof one, &one), 0);
	*pid = fork();
	if (*pid == 0)
		for (;;)
			busy();
	/* Until this process has had its share of the CPU, and the other one nothing. */
	for (clock_t start = clock(); clock() - start < CLOCKS_PER_SEC / 10;)
		;
	double waited = process_waited_ms(*pid);
	kill(*pid, SIGKILL);
	waitpid(*pid, NULL, 0);
	sched_setaffinity(0, sizeof all, &all);
	return waited;
}

static void spin(void)
{
}

static void doze(void)
{
	pause();
}

/* Waiting for a CPU is distinguished from waiting for something else. */
static void waiting_for_a_cpu(void **state)
{
	pid_t pid;

	(void)state;
	if (access("/proc/self/schedstat", R_OK) < 0)
		skip();
	double spinning = waited_beside(spin, &pid), dozing = waited_beside(doze, &pid);
	assert_true(spinning > 50);
	assert_true(dozing < spinning / 2);
	assert_true(process_waited_ms(pid) == 0); /* it is gone */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(releases_of_images),    cmocka_unit_test(releases_of_elf_files),
		cmocka_unit_test(kinds_of_images),       cmocka_unit_test(no_images),
		cmocka_unit_test(wanted_kernels),        cmocka_unit_test(modules_in_order),
		cmocka_unit_test(parameters_of_modules), cmocka_unit_test(troubles),
		cmocka_unit_test(failed_boots),          cmocka_unit_test(versions_of_qemu),
		cmocka_unit_test(waiting_for_a_cpu),     cmocka_unit_test(releases_that_lead_elsewhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
