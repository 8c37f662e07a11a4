/* What a guest is given: this program and those it calls, the kernel's modules, the cases, and the job. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "device.h"
#include "fleet.h"

/* What captures and addresses need, where it is not built in; the order does not matter. */
#define MODULES "af_packet ipv6 "

static void append_modules(char **text, const char *modules)
{
	if (modules)
		text_append(text, "%s ", modules);
}

/* Those, what links and devices need, and the drivers of its NICs: names separated by blanks in *text, which the list
 * points into. */
static const char **wanted_modules(const unsigned nics[NICS], char **text)
{
	const char **list = NULL;
	size_t count = 0;
	char *rest = NULL;

	text_append(text, MODULES);
	for (size_t i = 0; link_table[i]; i++)
		append_modules(text, link_table[i]->modules);
	for (size_t i = 0; device_table[i]; i++)
		append_modules(text, device_table[i]->modules);
	for (size_t row = 0; row < NICS; row++)
		if (nics[row])
			append_modules(text, nic_table[row].modules);
	for (char *name = strtok_r(*text, " ", &rest); name; name = strtok_r(NULL, " ", &rest))
		*PUSH(list, count) = name;
	*PUSH(list, count) = NULL;
	return list;
}

static char *find_program(const char *name)
{
	const char *path = getenv("PATH");

	while (path && *path) {
		size_t length = strcspn(path, ":");
		owned_text candidate = text_format("%.*s/%s", (int)length, path, name);
		if (access(candidate, X_OK) == 0)
			return take(candidate);
		path += length + (path[length] == ':');
	}
	return NULL;
}

static int add_programs(struct initramfs *initramfs, const char *program, const char *work, struct error *err)
{
	owned_text ip = find_program("ip");

	if (!ip)
		return fail(err, "no ip in PATH; install iproute2");
	if (initramfs_add_program(initramfs, "init", program, work, err) < 0)
		return -1;
	return initramfs_add_program(initramfs, "usr/sbin/ip", ip, work, err);
}

/* The files of BPF objects, which lie beside their topology's. */
static void add_objects(struct initramfs *initramfs, const struct topology *topology, size_t directory)
{
	char object[ENDPOINT_MOST + 1];

	for (size_t n = 0; n < topology->node_count; n++)
		for (size_t s = 0; s < topology->nodes[n].sid_count; s++) {
			const char *endpoint = topology->nodes[n].sids[s].endpoint;
			if (!endpoint || sscanf(endpoint, "object %255s", object) != 1)
				continue;
			owned_text path = text_format("/suite/%zu/topologies/%s", directory, base_of(object));
			initramfs_add(initramfs, path, object, 0644);
		}
}

/* Each case in a directory of its own, with its topologies where it looks for them. */
static void add_cases(struct initramfs *initramfs, const struct suite *suite, json_t *files)
{
	for (size_t i = 0; i < suite->case_count; i++) {
		const struct suite_case *one = &suite->cases[i];
		owned_text path = text_format("/suite/%zu/cases/%s", i, base_of(one->testcase->file));
		initramfs_add(initramfs, path, one->testcase->file, 0644);
		json_array_append_new(files, json_string(path));
		const struct deviations *deviations = one->testcase->deviations;
		for (size_t d = 0; deviations && d < deviations->count; d++) {
			owned_text deviation =
			        text_format("/suite/%zu/cases/deviations/%s", i, base_of(deviations->at[d]->file));
			initramfs_add(initramfs, deviation, deviations->at[d]->file, 0644);
		}
		for (size_t t = 0; t < one->testcase->topology_count; t++) {
			owned_text topology =
			        text_format("/suite/%zu/topologies/%s", i, base_of(one->topologies[t]->file));
			initramfs_add(initramfs, topology, one->topologies[t]->file, 0644);
			add_objects(initramfs, one->topologies[t], i);
		}
	}
}

/* What a guest cannot see of its machine: QEMU's version, and which models of NICs it does not have. */
static json_t *qemu_json(const struct machine *machine, const struct qemu *qemu)
{
	json_t *json = json_pack("{s:s*, s:[], s:s*}", "version", machine->qemu ? qemu->version : NULL, "lacks", "why",
	                         machine->no_nics);

	for (size_t row = 0; row < NICS; row++)
		if (machine->no_nics || (qemu->devices && !qemu_offers(qemu, nic_table[row].device)))
			json_array_append_new(json_object_get(json, "lacks"), json_string(nic_table[row].word));
	return json;
}

static int add_job(struct initramfs *initramfs, const struct pack *pack, json_t *files, const char *work,
                   struct error *err)
{
	owned_text path = text_format("%s/job.json", work);
	json_t *cells = json_array();

	for (size_t i = 0; i < pack->count; i++) {
		const struct suite_cell *cell = &pack->suite->cells[pack->cells[i]];
		json_array_append_new(cells, json_pack("[I,I]", (json_int_t)cell->case_index, (json_int_t)cell->cell));
	}
	json_t *job = json_pack("{s:O, s:o, s:b, s:i}", "cases", files, "cells", cells, "no_known", pack->no_known,
	                        "keep", pack->keep ? (int)FLEET_KEEP_OCTETS : 0);
	json_object_set_new(job, "qemu", qemu_json(pack->machine, pack->qemu));
	json_object_set_new(job, "explain", json_real(pack->explain));
	if (pack->fault) {
		json_object_set_new(job, "fault", json_string(pack->fault));
		json_object_set_new(job, "fault_cell", json_integer((json_int_t)pack->fault_cell));
	}
	int written = json_dump_file(job, path, JSON_COMPACT);
	json_decref(job);
	if (written < 0)
		return fail(err, "%s: %s", path, strerror(errno));
	initramfs_add(initramfs, "job.json", path, 0644);
	return 0;
}

int pack_write(const struct pack *pack, const char *work, const char *path, struct error *err)
{
	struct initramfs initramfs = { 0 };
	owned_text names = NULL;
	const char **wanted = wanted_modules(pack->nics, &names);
	json_t *files = json_array();

	add_cases(&initramfs, pack->suite, files);
	int result = add_programs(&initramfs, pack->program, work, err);
	if (result == 0)
		result = initramfs_add_modules(&initramfs, pack->kernel, wanted, work, err);
	if (result == 0)
		result = add_job(&initramfs, pack, files, work, err);
	if (result == 0)
		result = initramfs_write(&initramfs, path, err);
	json_decref(files);
	free(wanted);
	initramfs_clear(&initramfs);
	return result;
}
