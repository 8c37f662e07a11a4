/* QEMU's translation. erms and fsrm make kernels copy and clear by octet-wise string instructions, which are the
 * quickest on hardware and the slowest here. */
#include "parts.h"

static void arguments_of(struct arguments *arguments, const struct machine_options *options)
{
	qemu_arguments(arguments, options, "tcg", "max,-erms,-fsrm");
}

const struct machine machine_tcg = {
	.word = "tcg",
	.about = "TCG",
	.image = IMAGE_X86,
	.boot_ms = 90000,
	.qemu = true,
	.bounded = true,
	.arguments = arguments_of,
};
