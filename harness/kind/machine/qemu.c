/* What QEMU is told, whatever accelerates it: a PC with one CPU and two serial ports. */
#include "parts.h"

void qemu_arguments(struct arguments *arguments, const struct machine_options *options, const char *accelerator,
                    const char *cpu)
{
	const char *const words[] = { options->qemu,
		                      "-nodefaults",
		                      "-no-user-config",
		                      "-display",
		                      "none",
		                      "-no-reboot",
		                      "-machine",
		                      "pc",
		                      "-smp",
		                      "1",
		                      "-accel",
		                      accelerator,
		                      "-cpu",
		                      cpu,
		                      "-chardev",
		                      "stdio,id=wire,signal=off",
		                      "-kernel",
		                      options->image,
		                      "-initrd",
		                      options->initramfs };

	for (size_t i = 0; i < COUNT(words); i++)
		arguments_add(arguments, "%s", words[i]);
	arguments_add(arguments, "-m");
	arguments_add(arguments, "%u", options->memory);
	arguments_add(arguments, "-serial");
	arguments_add(arguments, "file:%s", options->console);
	arguments_add(arguments, "-serial");
	arguments_add(arguments, "chardev:wire");
	arguments_add(arguments, "-append");
	/* panic=-1 with -no-reboot: a kernel that dies ends QEMU at once. What random numbers and mitigations cost a
	 * guest without hardware help is saved, and programs lie where they lay before, so that QEMU need not translate
	 * them again each time they are started; none of it touches the network stack. */
	arguments_add(arguments,
	              "console=ttyS0 panic=-1 oops=panic %s mitigations=off random.trust_cpu=on nokaslr norandmaps "
	              "no_timer_check tsc=reliable printk.devkmsg=on%s%s",
	              options->verbose ? "ignore_loglevel" : "loglevel=5", options->append ? " " : "",
	              options->append ? options->append : "");
	for (char *const *extra = options->extra; extra && *extra; extra++)
		arguments_add(arguments, "%s", *extra);
	arguments_end(arguments);
}
