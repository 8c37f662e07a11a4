/* The NICs of a guest: two of a model for each link of kind `nic`, joined by a hub of QEMU's own. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fleet_internal.h"

/* Functions of a PCI device: the bus has room for more NICs so. The first slots are the machine's own. */
#define FIRST_SLOT 4
#define FUNCTIONS  8

void fleet_nics_count(unsigned pairs[NICS], const struct suite *suite, const size_t *cells, size_t count)
{
	memset(pairs, 0, NICS * sizeof *pairs);
	for (size_t i = 0; i < count; i++)
		nic_count(pairs, suite->cells[cells[i]].plan->topology);
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

	for (size_t i = 0; i < suite->cell_count; i++)
		nic_count(pairs, suite->cells[i].plan->topology);
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

/* Up to 4.14 e1000e takes every interrupt of the device's third vector for a change of the link, and by a race loses
 * the link for moments, or for good (4aea7a5c5e94 and 19110cfbb34d, 4.15). With MSI it asks what the interrupt was. */
static const char msi_for[] = "<4.15";

char *fleet_nics_parameters(const char *release, const unsigned pairs[NICS])
{
	unsigned nics = 2 * pairs[NIC_ROW(MODEL_E1000E)];
	char *text = text_copy("");

	if (!nics || !release_in_range(release, msi_for))
		return text;
	text_append(&text, "%s.IntMode=1", nic_table[NIC_ROW(MODEL_E1000E)].driver);
	while (--nics)
		text_append(&text, ",1");
	return text;
}
