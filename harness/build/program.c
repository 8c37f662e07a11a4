/* The BPF programs of End.BPF SIDs: loaded from what a plan's line has behind `endpoint`. */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "readback.h"

#define PATH_ROOM 256

static int quiet(enum libbpf_print_level level, const char *format, va_list arguments)
{
	(void)level, (void)format, (void)arguments;
	return 0;
}

/* Instructions in hex, as a BPF program in memory has them. */
static int load_hex(const char *hex)
{
	struct bpf_insn code[PROGRAM_MOST];
	const size_t octets = strlen(hex) / 2;
	uint8_t *into = (uint8_t *)code;
	unsigned octet;

	if (octets > sizeof code || octets % sizeof *code || !octets)
		return -EINVAL;
	for (size_t i = 0; i < octets; i++) {
		if (sscanf(hex + 2 * i, "%2x", &octet) != 1)
			return -EINVAL;
		into[i] = (uint8_t)octet;
	}
	return bpf_prog_load(BPF_PROG_TYPE_LWT_SEG6LOCAL, "hopcheck", "GPL", code, octets / sizeof *code, NULL);
}

static struct bpf_program *program_of(struct bpf_object *object, const char *section)
{
	struct bpf_program *program = NULL;

	while ((program = bpf_object__next_program(object, program)))
		if (strcmp(bpf_program__section_name(program), section) == 0)
			return program;
	return NULL;
}

/* Only this section is loaded; maps of the object are made for it. */
static int load_section(struct bpf_object *object, const char *section)
{
	struct bpf_program *wanted = program_of(object, section), *program = NULL;

	if (!wanted)
		return -ENOENT;
	while ((program = bpf_object__next_program(object, program)))
		bpf_program__set_autoload(program, program == wanted);
	bpf_program__set_type(wanted, BPF_PROG_TYPE_LWT_SEG6LOCAL);
	const int error = bpf_object__load(object);
	if (error)
		return error;
	const int fd = dup(bpf_program__fd(wanted)); /* its own goes with the object */
	return fd < 0 ? -errno : fd;
}

static int load_object(const char *path, const char *section)
{
	struct bpf_object *object = bpf_object__open_file(path, NULL);
	const long error = libbpf_get_error(object);

	if (error)
		return (int)error;
	const int fd = load_section(object, section);
	bpf_object__close(object);
	return fd;
}

int endpoint_load(const char *endpoint)
{
	char path[PATH_ROOM], section[PATH_ROOM];

	libbpf_set_print(quiet);
	if (strncmp(endpoint, "program ", strlen("program ")) == 0)
		return load_hex(endpoint + strlen("program "));
	if (sscanf(endpoint, "object %255s section %255s", path, section) == 2)
		return load_object(path, section);
	return -EINVAL;
}
