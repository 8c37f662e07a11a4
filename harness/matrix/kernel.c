/* What a user calls a kernel, and what is there to boot. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "matrix.h"

/* Documentation/arch/x86/boot.rst */
#define SETUP_MAGIC   0x202
#define SETUP_VERSION 0x20e
#define SETUP_BASE    0x200

/* A release names files and directories, and the image may contain anything. */
static char *safe_release(char *text, struct error *err)
{
	owned_text release = text;

	if (*release != '.' && !strchr(release, '/'))
		return take(release);
	fail(err, "its version is '%s', which cannot be a kernel's: as a path it would leave its directory", release);
	return NULL;
}

/* An uncompressed kernel, which QEMU starts by its PVH note: init/version.c's banner is in it as it is. */
static char *elf_release(struct bytes image, struct error *err)
{
	static const char banner[] = "Linux version ";
	const uint8_t *end = image.data + image.length;
	const uint8_t *at = memmem(image.data, image.length, banner, sizeof banner - 1);

	for (; at; at = memmem(at, (size_t)(end - at), banner, sizeof banner - 1)) {
		size_t length = 0;
		at += sizeof banner - 1;
		while (at + length < end && length < 128 && at[length] > ' ' && at[length] < 127 && at[length] != '%')
			length++;
		if (length && length < 128 && at + length < end && at[length] == ' ')
			return safe_release(text_format("%.*s", (int)length, (const char *)at), err);
	}
	fail(err, "an ELF file without a kernel's version");
	return NULL;
}

char *image_release(struct bytes image, struct error *err)
{
	if (image.length > 4 && memcmp(image.data, "\177ELF", 4) == 0)
		return elf_release(image, err);
	if (image.length < SETUP_VERSION + 2 || memcmp(image.data + SETUP_MAGIC, "HdrS", 4) != 0) {
		fail(err, "neither a bzImage (it has no boot header) nor a vmlinux");
		return NULL;
	}
	size_t start = SETUP_BASE + image.data[SETUP_VERSION] + 256U * image.data[SETUP_VERSION + 1], length = 0;
	while (start + length < image.length && length < 128 && image.data[start + length] > ' ' &&
	       image.data[start + length] < 127)
		length++;
	if (start == SETUP_BASE || !length || length == 128) {
		fail(err, "the image's boot header names no kernel version");
		return NULL;
	}
	return safe_release(text_format("%.*s", (int)length, (const char *)image.data + start), err);
}

/* A program that takes the options of a kernel built with ARCH=um; a vmlinux for a PC has no such words. */
enum image_kind image_kind_of(struct bytes image)
{
	static const char option[] = "uml_dir=";
	bool elf = image.length > 4 && memcmp(image.data, "\177ELF", 4) == 0;

	return elf && memmem(image.data, image.length, option, sizeof option - 1) ? IMAGE_UML : IMAGE_X86;
}

static int read_release(struct guest_kernel *kernel, struct error *err)
{
	int fd = open(kernel->image, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* does not wait for the writer of a FIFO */
	struct stat status;

	if (fd < 0 || fstat(fd, &status) < 0) {
		fail(err, "%s: %s", kernel->image, strerror(errno));
		if (fd >= 0)
			close(fd);
		return -1;
	}
	if (!S_ISREG(status.st_mode)) {
		close(fd);
		return fail(err, "%s: is not a file", kernel->image);
	}
	size_t length = (size_t)status.st_size;
	uint8_t *data = length ? mmap(NULL, length, PROT_READ, MAP_PRIVATE, fd, 0) : MAP_FAILED;
	close(fd);
	if (data == MAP_FAILED)
		return fail(err, "%s: not a bzImage", kernel->image);
	kernel->release = image_release((struct bytes){ data, length }, err);
	kernel->kind = image_kind_of((struct bytes){ data, length });
	munmap(data, length);
	return kernel->release ? 0 : blame(err, "%s", kernel->image);
}

static bool is_directory(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static int find_image(struct guest_kernel *kernel, const char *path, struct error *err)
{
	owned_text built = text_format("%s/arch/x86/boot/bzImage", path);
	owned_text program = text_format("%s/linux", path);

	if (!is_directory(path))
		kernel->image = text_copy(path);
	else if (access(program, X_OK) == 0)
		kernel->image = take(program);
	else if (access(built, R_OK) == 0)
		kernel->image = take(built);
	else
		return fail(err,
		            "%s: neither linux nor arch/x86/boot/bzImage in this directory; `make ARCH=um linux` or "
		            "`make bzImage` makes it",
		            path);
	return 0;
}

/* What modules_install was given, or the directory with modules.dep itself. */
static int find_modules(struct guest_kernel *kernel, const char *path, struct error *err)
{
	static const char *const below[] = { "lib/modules/", "usr/lib/modules/", "" };
	owned_text dep = text_format("%s/modules.dep", path);

	if (access(dep, R_OK) == 0) {
		kernel->modules = text_copy(path);
		return 0;
	}
	for (size_t i = 0; i < COUNT(below); i++) {
		owned_text directory = text_format("%s/%s%s", path, below[i], kernel->release);
		owned_text found = text_format("%s/modules.dep", directory);
		if (access(found, R_OK) == 0) {
			kernel->modules = take(directory);
			return 0;
		}
	}
	return fail(err,
	            "%s: no modules of %s there (lib/modules/%s/modules.dep); `make modules_install "
	            "INSTALL_MOD_PATH=%s` puts them there",
	            path, kernel->release, kernel->release, path);
}

int guest_kernel_read(struct guest_kernel *kernel, const char *text, struct error *err)
{
	const char *slash = strchr(text, '/'), *equals = strchr(text, '=');
	bool labelled = equals && equals != text && (!slash || equals < slash);
	owned_text path = text_copy(labelled ? equals + 1 : text);
	char *comma = strchr(path, ',');

	if (labelled && *text == '.')
		return fail(err, "%s: a label names a directory; it cannot begin with a dot", text);
	*kernel = (struct guest_kernel){ .asked = text_copy(text) };
	if (comma)
		*comma++ = 0;
	if (find_image(kernel, path, err) < 0 || read_release(kernel, err) < 0 ||
	    (comma && find_modules(kernel, comma, err) < 0)) {
		guest_kernel_clear(kernel);
		return -1;
	}
	kernel->label = labelled ? text_format("%.*s", (int)(equals - text), text) : text_copy(kernel->release);
	return 0;
}

void guest_kernel_clear(struct guest_kernel *kernel)
{
	free(kernel->label);
	free(kernel->release);
	free(kernel->image);
	free(kernel->modules);
	free(kernel->asked);
	*kernel = (struct guest_kernel){ 0 };
}
