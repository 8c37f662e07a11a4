/* The NICs that `hopcheck matrix` gives a guest: which are here, and what a cell lacks. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lab.h"
#include "run.h"

#define PCI "/sys/bus/pci/devices"

static unsigned long pci_number(const char *device, const char *file)
{
	owned_text path = text_format("%s/%s/%s", PCI, device, file);
	FILE *in = fopen(path, "re");
	unsigned long number = 0;

	if (in && fscanf(in, "%lx", &number) != 1)
		number = 0;
	if (in)
		fclose(in);
	return number;
}

/* A NIC without a driver: the kernel was built without it, or its module is not loaded. */
static void look_for_drivers(struct features *features)
{
	DIR *directory = opendir(PCI);
	const struct dirent *entry;

	while (directory && (entry = readdir(directory))) {
		owned_text driver = text_format("%s/%s/driver", PCI, entry->d_name);
		if (entry->d_name[0] == '.' || access(driver, F_OK) == 0)
			continue;
		unsigned long vendor = pci_number(entry->d_name, "vendor"),
		              device = pci_number(entry->d_name, "device");
		for (size_t row = 0; row < NICS; row++)
			features->driverless[row] |=
			        nic_table[row].vendor_id == vendor && nic_table[row].device_id == device;
	}
	if (directory)
		closedir(directory);
}

void nics_look(struct features *features)
{
	nics_pairs(features->nics);
	look_for_drivers(features);
	for (size_t row = 0; row < NICS; row++)
		features->has[FEATURE_NIC] |= features->nics[row] > 0;
	if (!features->has[FEATURE_NIC])
		snprintf(features->why[FEATURE_NIC], sizeof features->why[FEATURE_NIC],
		         "no emulated NICs: not a guest of `hopcheck matrix`");
}

char *nics_missing(const struct features *features, const struct plan *plan)
{
	unsigned needed[NICS] = { 0 };

	nic_count(needed, plan->topology);
	for (size_t row = 0; row < NICS; row++) {
		const char *word = nic_table[row].word;
		if (needed[row] <= features->nics[row])
			continue;
		if (features->unoffered[row] && features->no_nics[0])
			return text_format("needs %s NICs: %s", word, features->no_nics);
		if (features->unoffered[row])
			return text_format("needs %s NICs: QEMU %s offers no %s", word, features->qemu,
			                   nic_table[row].device);
		if (!features->has[FEATURE_NIC] && !features->driverless[row])
			return text_format("needs %s NICs: run it by `hopcheck matrix`", word);
		if (features->driverless[row])
			return text_format("needs %s NICs: this kernel has no driver %s", word, nic_table[row].driver);
		return text_format("needs %u pair%s of %s NICs, and this guest has %u", needed[row],
		                   needed[row] == 1 ? "" : "s", word, features->nics[row]);
	}
	return NULL;
}

void nics_read_qemu(struct features *features, const json_t *qemu)
{
	const char *version = json_string_value(json_object_get(qemu, "version"));
	const char *why = json_string_value(json_object_get(qemu, "why"));
	const json_t *word;
	size_t i;

	snprintf(features->qemu, sizeof features->qemu, "%s", version ? version : "");
	snprintf(features->no_nics, sizeof features->no_nics, "%s", why ? why : "");
	json_array_foreach (json_object_get(qemu, "lacks"), i, word)
		for (size_t row = 0; row < NICS; row++)
			features->unoffered[row] |=
			        json_is_string(word) && strcmp(json_string_value(word), nic_table[row].word) == 0;
}

struct figures nics_figures(struct pool *pool, const struct features *features)
{
	struct figure figures[NICS] = { 0 };
	size_t count = 0;

	for (size_t row = 0; row < NICS; row++)
		if (features->nics[row])
			figures[count++] = (struct figure){ pool_text(pool, nic_table[row].word), features->nics[row] };
	return (struct figures){ pool_keep(pool, figures, count * sizeof *figures), count };
}

void nics_read_figures(struct features *features, const struct figures *nics)
{
	memset(features->nics, 0, sizeof features->nics);
	for (size_t i = 0; i < nics->count; i++)
		for (size_t row = 0; row < NICS; row++)
			if (strcmp(nics->at[i].name, nic_table[row].word) == 0)
				features->nics[row] = (unsigned)nics->at[i].number;
}
