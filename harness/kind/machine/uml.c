/* User Mode Linux: the kernel is a program (Documentation/virt/uml/user_mode_linux_howto_v2.rst). Its second serial
 * line is the wire, its first console a descriptor. A kernel that dies aborts the program; its memory is a file without
 * a name, larger than what a console may have. From 6.16 on it need not trace its processes (seccomp), which takes a
 * third less of the CPU; before, it does not know that word. On several CPUs the processes of one guest wait for each
 * other across them, and take more than twice as long. */
#include "parts.h"

static void arguments_of(struct arguments *arguments, const struct machine_options *options)
{
	const char *const words[] = { "con=null",       "con1=null",      "ssl=null",
		                      "ssl1=fd:0,fd:1", "root=/dev/ram0", "seccomp=auto" };

	arguments_add(arguments, "%s", options->image);
	arguments_add(arguments, "mem=%uM", options->memory);
	arguments_add(arguments, "initrd=%s", options->initramfs);
	arguments_add(arguments, "con0=null,fd:%d", MACHINE_CONSOLE);
	for (size_t i = 0; i < COUNT(words); i++)
		arguments_add(arguments, "%s", words[i]);
	arguments_add(arguments, "uml_dir=%s", options->directory);
	arguments_add(arguments, "umid=guest");
	arguments_add(arguments, "oops=panic");
	arguments_add(arguments, "printk.devkmsg=on");
	arguments_add(arguments, options->verbose ? "ignore_loglevel" : "loglevel=5");
	if (options->append)
		arguments_add(arguments, "%s", options->append);
	arguments_end(arguments);
}

const struct machine machine_uml = {
	.word = "uml",
	.about = "User Mode Linux",
	.image = IMAGE_UML,
	.boot_ms = 30000,
	.no_nics = "User Mode Linux emulates none",
	.one_cpu = true,
	.arguments = arguments_of,
};
