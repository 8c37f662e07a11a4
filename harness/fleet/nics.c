/* The NICs of a guest: two of a model for each link of kind `nic`, joined by a QEMU hub. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fleet_internal.h"

/* Functions of a PCI device: the bus has room for more NICs so. The first slots are the machine's own. */
#define FIRST_SLOT 4
#define FUNCTIONS  8

static void raise_pairs(unsigned pairs[NICS], const struct suite_lab *lab)
{
	for (size_t row = 0; row < NICS; row++)
		if (lab->pairs[row] > pairs[row])
			pairs[row] = lab->pairs[row];
}

void fleet_nics_count(unsigned pairs[NICS], const struct suite *suite, const size_t *cells, size_t count)
{
	memset(pairs, 0, NICS * sizeof *pairs);
	for (size_t i = 0; i < count; i++)
		raise_pairs(pairs, suite_lab(suite, &suite->cells[cells[i]]));
}

static void add_end(struct arguments *arguments, struct nic_end end, unsigned hub, unsigned number)
{
	uint8_t mac[6];

	nic_mac(mac, end);
	arguments_add(arguments, "-netdev");
	arguments_add(arguments, "hubport,id=n%u,hubid=%u", number, hub);
	arguments_add(arguments, "-device");
	/* Without its boot ROM: nothing is booted from it. */
	arguments_add(arguments, "%s,netdev=n%u,mac=%02x:%02x:%02x:%02x:%02x:%02x,romfile=,addr=%x.%x,multifunction=on",
	              nic_table[end.row].device, number, mac[0], mac[1], mac[2], mac[3], mac[4], mac[5],
	              FIRST_SLOT + number / FUNCTIONS, number % FUNCTIONS);
}

bool fleet_needs_nics(const struct suite *suite)
{
	unsigned pairs[NICS] = { 0 }, all = 0;

	for (size_t i = 0; i < suite->lab_count; i++)
		raise_pairs(pairs, &suite->labs[i]);
	for (size_t row = 0; row < NICS; row++)
		all += pairs[row];
	return all > 0;
}

void fleet_nics_arguments(struct arguments *arguments, const struct qemu *qemu, const unsigned pairs[NICS])
{
	unsigned hub = 1, number = 0;

	for (size_t row = 0; row < NICS; row++) {
		if (!qemu_offers(qemu, nic_table[row].device))
			continue; /* cells that need it are SKIP in the guest */
		for (unsigned pair = 0; pair < pairs[row]; pair++, hub++)
			for (unsigned end = 0; end < 2; end++)
				add_end(arguments, (struct nic_end){ row, pair, end }, hub, number++);
	}
	arguments_end(arguments);
}

char *fleet_nics_parameters(const char *release, const unsigned pairs[NICS])
{
	char *text = text_copy("");

	for (size_t row = 0; row < NICS; row++) {
		const struct nic_model *model = &nic_table[row];
		unsigned nics = 2 * pairs[row];
		if (!nics || !model->parameter || !release_in_range(release, model->parameter_for))
			continue;
		text_append(&text, "%s%s.%s=%s", *text ? " " : "", model->driver, model->parameter, model->value);
		while (--nics)
			text_append(&text, ",%s", model->value);
	}
	return text;
}
