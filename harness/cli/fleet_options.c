/* How guests are run, as options say it. */
#include "cli.h"

static void read_accelerator(enum fleet_accelerator *accelerator, const char *text, struct error *err)
{
	int value;

	if (word_value(accelerator_words, text, &value))
		*accelerator = value == ACCEL_KVM ? FLEET_KVM : FLEET_TCG;
	else
		fail(err, "--accel %s: kvm or tcg", text);
}

bool fleet_option(struct fleet_options *options, int option, const char *text, struct error *err)
{
	switch (option) {
	case 'j':
		options->guests = (unsigned)option_number("-j", text, 1, 64, err);
		return true;
	case 'q':
		options->quiet = true;
		return true;
	case OPTION_ACCEL:
		read_accelerator(&options->accelerator, text, err);
		return true;
	case OPTION_TIMEOUT:
		options->timeout = (double)option_number("--timeout", text, 1, 1000000, err);
		return true;
	case OPTION_SILENCE:
		options->silence = (double)option_number("--silence", text, 1, 1000000, err);
		return true;
	case OPTION_MEMORY:
		options->memory = (unsigned)option_number("--memory", text, 128, 1048576, err);
		return true;
	case OPTION_QEMU:
		options->qemu = text;
		return true;
	case OPTION_APPEND:
		options->append = text;
		return true;
	default:
		return false;
	}
}
