/* QEMU with the machine's own virtualisation. It may be there and not work: on a machine that is itself a guest, or
 * whose CPU QEMU does not know. */
#include "parts.h"

static void arguments_of(struct arguments *arguments, const struct machine_options *options)
{
	qemu_arguments(arguments, options, "kvm", "host");
}

const struct machine machine_kvm = {
	.word = "kvm",
	.about = "KVM",
	.image = IMAGE_X86,
	.device = "/dev/kvm",
	.fallible = true,
	.trial_ms = 5000,
	.boot_ms = 90000,
	.qemu = true,
	.bounded = true,
	.arguments = arguments_of,
};
