/* The matrix: other kernels, booted in QEMU or run as User Mode Linux, to run this same binary. A guest is one boot of
 * one kernel; it gets a job (which cells), and speaks over a wire (wire.h). It sees nothing of the host's file system;
 * all it has is an initramfs. */
#ifndef HOPCHECK_MATRIX_H
#define HOPCHECK_MATRIX_H

#include <sys/types.h>

#include "machine.h"
#include "wire.h"

/* ---- kernel.c: a kernel that can be booted. */
struct guest_kernel {
	char *label;   /* a column's name: "6.12", or what the user calls it */
	char *release; /* as its `uname -r` will have it, read from the image */
	char *image;   /* bzImage, vmlinuz, vmlinux, or the program that ARCH=um makes */
	enum image_kind kind;
	char *modules; /* the directory with modules.dep; NULL: everything it needs is built in */
	char *asked;   /* what names it on a command line; NULL: its label */
};
/* From what a user writes: "[LABEL=]PATH[,MODULES]". PATH is an image, or a kernel tree's build directory (what ARCH=um
 * built there comes first); MODULES the
 * directory that modules_install was given, or one of its lib/modules/RELEASE. Returns 0 and fills *kernel (free with
 * guest_kernel_clear), or -1. */
int guest_kernel_read(struct guest_kernel *kernel, const char *text, struct error *err);
void guest_kernel_clear(struct guest_kernel *kernel);
/* The release that a bzImage carries (Documentation/arch/x86/boot.rst: kernel_version), or a vmlinux in its banner;
 * caller frees. NULL and err: it is not such an image. */
char *image_release(struct bytes image, struct error *err);
enum image_kind image_kind_of(struct bytes image);

/* ---- modules.c */
/* The files of the wanted modules and of all they depend on, in the order in which they are loaded, as paths below
 * `directory`; by its modules.dep. Names that it does not have are left out: built in, or not there. Returns their
 * count and *paths (the caller frees each, and the array), or -1. */
int modules_resolve(char ***paths, const char *directory, const char *const *wanted, struct error *err);
/* The same from the text of a modules.dep. */
int modules_order(char ***paths, const char *text, const char *const *wanted);
/* Parameters of a module, given by its file, on the kernel's command line: "IntMode=1,1 debug=2", or ""; caller frees.
 * A built-in module reads them itself; otherwise the loader passes them, as modprobe(8) does. */
char *module_parameters(const char *command_line, const char *path);

/* ---- initramfs.c: what a guest finds when it starts. */
struct initramfs {
	struct initramfs_file {
		char *path;    /* in the guest, without the leading '/' */
		char *content; /* the file here that it is a copy of; NULL: a directory */
		unsigned mode;
	} * files;
	size_t count;
};
void initramfs_add(struct initramfs *initramfs, const char *path, const char *content, unsigned mode);
/* A program under the guest's path, with the libraries that its loader names, where it names them. */
int initramfs_add_program(struct initramfs *initramfs, const char *path, const char *program, const char *work,
                          struct error *err);
/* A kernel's modules, unpacked into directory `work`, and /modules/list. */
int initramfs_add_modules(struct initramfs *initramfs, const struct guest_kernel *kernel, const char *const *wanted,
                          const char *work, struct error *err);
/* Writes it to `path`, uncompressed: every kernel reads that, and none has to unpack it. Needs bsdtar. */
int initramfs_write(const struct initramfs *initramfs, const char *path, struct error *err);
void initramfs_clear(struct initramfs *initramfs);

/* ---- guest.c: one boot. */
#define GUEST_QEMU     "qemu-system-x86_64"
#define GUEST_FILE_MAX (32U * 1024 * 1024) /* octets of a guest's console, and of what QEMU itself says */

/* ---- qemu.c: the QEMU that runs guests. */
struct qemu {
	char *program;
	char *version; /* "7.2.22"; NULL: not known */
	char *devices; /* as `-device help` lists them; NULL: not asked */
};
/* Runs it to learn its version, with `devices` its devices too. Returns 0, or -1: it cannot be run, or its output is
 * not understood. Free with qemu_clear() in either case. */
int qemu_look(struct qemu *qemu, const char *program, bool devices, struct error *err);
bool qemu_offers(const struct qemu *qemu, const char *device);
void qemu_clear(struct qemu *qemu);
char *qemu_version(const char *told); /* from the output of `--version`; NULL: it has none; caller frees */

struct guest {
	pid_t pid;   /* of QEMU, or of the kernel itself; it dies with this process */
	int fd;      /* the wire, both ways; non-blocking */
	bool closed; /* its other end is closed: the machine is ending by itself */
	struct wire_in *wire;
};
/* `slot`: which of the guests that run at a time it is; a machine that wants one CPU gets the CPU of that number. */
int guest_start(struct guest *guest, const struct machine *machine, const struct machine_options *options,
                unsigned slot, struct error *err);
/* Ends the machine when it still runs, waits for it; returns its wait status. */
int guest_end(struct guest *guest);
/* 0: octets came, or none now; 1: the line is closed; -1: the wire broke. Whole frames are passed to the callback. */
int guest_read(struct guest *guest, void (*arrived)(void *context, const struct wire_frame *frame), void *context,
               struct error *err);
bool machine_is_there(const struct machine *machine); /* as far as can be seen without trying it */
/* Milliseconds that a process was runnable and waited for a CPU: of its threads, the longest. 0 where the kernel does
 * not report it. */
double process_waited_ms(pid_t pid);

/* ---- trouble.c: messages by which a kernel reports a fault of its own. Pure. */
enum trouble {
	TROUBLE_NONE,
	TROUBLE_LEAK,  /* of a device whose namespace ended some time ago */
	TROUBLE_STALL, /* it reports that it got no CPU time: may be the machine's fault rather than the kernel's */
	TROUBLE_WARN,  /* WARN, lockdep, "hw csum failure": it continues */
	TROUBLE_DEATH, /* BUG, oops, panic */
};
enum trouble trouble_of(const char *line);
/* The worst line of a text, and where it begins; NULL: none. */
const char *trouble_find(const char *text, enum trouble *trouble);

/* ---- boot.c: why a kernel did not come up. Pure. */
struct boot_end {
	const char *program;        /* that ran it: "QEMU" */
	const char *how;            /* "it said nothing within 90 s" */
	bool by_itself;             /* it ended by itself */
	int status;                 /* then: its wait status */
	const char *console, *said; /* what the guest wrote, and what the program said itself */
};
/* From the console, where that says why, else from the program's output; caller frees. */
char *boot_failure(const struct boot_end *end);
char *qemu_complaint(const char *said); /* empty: nothing but warnings; caller frees */

/* ---- init.c: as the first process of a guest. */
int init_mount(struct error *err); /* /proc, /sys, /dev, /run, /tmp */
void init_tcp(
        void); /* switches off TCP's metrics cache and loss probes, in this and every later namespace where possible */
int init_modules(
        struct error *err); /* loads what /modules/list names; a module that fails to load is reported and skipped */
int init_wire(struct error *err); /* the open line to the runner */
/* Sends all octets, and waits until they are out. */
void init_send(int wire, struct bytes octets);
void init_off(void) __attribute__((noreturn));

#endif
