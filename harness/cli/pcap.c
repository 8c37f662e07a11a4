/* hopcheck pcap: captures from elsewhere. */
#include "cli.h"
#include "sighting.h"

static int json_of_sightings(FILE *out, const void *value, struct error *err)
{
	json_t *json = members_json(&sightings_members, value);
	const int ret = json_dumpf(json, out, JSON_INDENT(1)) == 0 ? 0 : fail(err, "cannot be written as JSON");

	fputc('\n', out);
	json_decref(json);
	return ret;
}

static int report(const struct options *options, struct pool *pool, struct capture *capture,
                  const struct sightings *sightings)
{
	FILE *out = options->json && file_is_stdout(options->json) ? stderr : stdout;
	struct report_style style = report_style_of(out);

	style.verbose = options->verbose;
	if (!options->quiet)
		report_sightings(out, style, pool, sightings);
	if (write_document(options->json, json_of_sightings, sightings) != EXIT_OK)
		return EXIT_BROKEN;
	if (options->make_case &&
	    make_cases(options->quiet ? stderr : out, options->make_case, capture, options->mtu) != EXIT_OK)
		return EXIT_BROKEN;
	return sightings->faulty ? EXIT_FAIL : sightings->packets ? EXIT_OK : EXIT_NOTHING;
}

static int command(struct options *options)
{
	const struct file_claim claims[] = { { "json", options->json, false },
		                             { "make-case", options->make_case, true } };
	owned(capture) capture = NULL;
	owned(pool) pool = pool_new();
	struct error err = { 0 };

	if (files_check(claims, COUNT(claims), &err) < 0 ||
	    capture_read(&capture, options->operands, options->operand_count, &err) < 0) {
		say_errors(&err);
		return EXIT_USAGE;
	}
	return report(options, pool, capture,
	              sightings_make(pool, capture, &(struct sighting_options){ options->mtu }));
}

const struct subcommand subcommand_pcap = {
	.command = COMMAND_PCAP,
	.name = "pcap",
	.about = "tell what is wrong with the packets of captures",
	.operands = "FILE...",
	.least = 1,
	.most = SIZE_MAX,
	.text = "Reads captures in pcap or pcapng (Ethernet, Linux cooked, raw IP, loopback; one file a hop, or many\n"
	        "interfaces in one), and says of each packet, flow by flow: where it goes in the end, the state of\n"
	        "each checksum over that, what is wrong with its SRH and TLVs, and what was merged or is larger than\n"
	        "the MTU. A checksum is partial when it is the pseudo-header's sum: a device was to complete it.\n"
	        "Of captures at several points: also the way of each packet, and what was lost or changed between "
	        "them.\n",
	.codes =
	        "0 nothing is wrong, 1 a packet has a fault, 2 wrong usage or not a capture, 3 an output could not be\n"
	        "written, 4 there are no packets.",
	.run = command,
};
