/* Ways to run a guest's kernel: one file and one row each, in the order in which they are tried. A row starts nothing:
 * it gives the arguments of a program whose standard input and output are the guest's wire (wire.h). */
#ifndef HOPCHECK_MACHINE_H
#define HOPCHECK_MACHINE_H

#include "base.h"

/* What a kernel's image is, and so which rows can run it. */
enum image_kind {
	IMAGE_X86, /* a bzImage or vmlinux for a PC */
	IMAGE_UML, /* a program: a kernel built with ARCH=um */
};

/* Where the machine finds its console: UML gets it as this descriptor. */
#define MACHINE_CONSOLE 3

struct machine_options {
	const char *qemu; /* the program, for rows that QEMU runs */
	const char *image, *initramfs;
	const char *console;   /* file that the console is written to */
	const char *directory; /* of the guest's own, for files that the machine makes */
	unsigned memory;       /* MiB */
	const char *append;    /* more words for the kernel's command line; NULL: none */
	char *const *extra;    /* more arguments of QEMU, ended by NULL; NULL: none */
	bool verbose;          /* whether the console gets every message of the kernel */
};

/* A program's arguments, the program first, NULL at the end. */
struct arguments {
	char **words;
	size_t count;
};
void arguments_add(struct arguments *arguments, const char *format, ...) PRINTF_LIKE(2, 3);
void arguments_end(struct arguments *arguments); /* adds the NULL */
void arguments_clear(struct arguments *arguments);

struct machine {
	const char *word;  /* "kvm" */
	const char *about; /* "KVM": its name in messages */
	enum image_kind image;
	const char *device; /* that must be open to this user; NULL: none */
	bool fallible;     /* may be present and not work: a guest that does not come up is started with the next row */
	unsigned trial_ms; /* of a fallible row: a guest that is not up by then never will be */
	unsigned boot_ms;  /* without a message for so long, a guest is taken not to come up */
	bool qemu;         /* QEMU runs it, and so emulates NICs */
	const char *no_nics; /* why it has no emulated NICs; NULL: it has */
	bool one_cpu;        /* each guest is bound to one CPU */
	bool bounded;        /* its files may be bounded by RLIMIT_FSIZE; else the runner alone looks at their size */
	void (*arguments)(struct arguments *arguments, const struct machine_options *options);
};

extern const struct machine *const machine_table[]; /* ends with NULL */
#define MACHINES 3
int machine_find(const char *word); /* row, or -1 */

#endif
