/* The kernels that a user names: paths here, labels by scripts/kernels.sh, which fetches what is not there yet. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fleet.h"

#define SCRIPT "scripts/kernels.sh"

static char *find_script(struct error *err)
{
	owned_text beside = text_format("%s/../" SCRIPT, program_directory());

	if (access(SCRIPT, X_OK) == 0)
		return text_copy("./" SCRIPT);
	if (access(beside, X_OK) == 0)
		return take(beside);
	fail(err,
	     SCRIPT " is neither here nor beside the program; name kernels by their paths (--kernel PATH,MODULES)");
	return NULL;
}

static bool is_label(const char *text)
{
	return *text && *text != '-' &&
	       strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._+~-") == strlen(text);
}

static bool is_path(const char *text)
{
	return strchr(text, '/') || strchr(text, '=') || strchr(text, ',') || strcmp(text, ".") == 0 ||
	       strcmp(text, "..") == 0;
}

static char *quoted(const char *text)
{
	char *result = text_copy("'");

	for (; *text; text++)
		text_append(&result, *text == '\'' ? "'\\''" : "%c", *text);
	text_append(&result, "'");
	return result;
}

/* LABEL<TAB>RELEASE<TAB>IMAGE<TAB>MODULES */
static int read_line(struct guest_kernel *kernel, char *line, struct error *err)
{
	char *rest = line, *part[4];

	line[strcspn(line, "\n")] = 0;
	for (size_t i = 0; i < COUNT(part); i++)
		part[i] = strsep(&rest, "\t");
	if (!part[3])
		return fail(err, SCRIPT ": a line without four parts: %s", line);
	*kernel = (struct guest_kernel){ .label = text_copy(part[0]),
		                         .release = text_copy(part[1]),
		                         .image = text_copy(part[2]),
		                         .modules = *part[3] ? text_copy(part[3]) : NULL };
	return 0;
}

static int call_script(const char *script, const char *arguments, struct guest_kernel **kernels, size_t *count,
                       bool *complete, struct error *err)
{
	owned_text quoted_script = quoted(script);
	owned_text command = text_format("%s%s", quoted_script, arguments);
	char *line = NULL;
	size_t size = 0;
	int result = 0;

	fflush(NULL);
	FILE *output = popen(command, "re");
	if (!output)
		return fail(err, "%s: %s", script, strerror(errno));
	while (result == 0 && getline(&line, &size, output) > 0)
		result = read_line(PUSH(*kernels, *count), line, err);
	free(line);
	int status = pclose(output);
	*complete = WIFEXITED(status) && WEXITSTATUS(status) == 0;
	return result;
}

int kernels_fetch(struct guest_kernel **kernels, size_t *count, const char *const *labels, size_t label_count,
                  bool *complete, struct error *err)
{
	owned_text script = find_script(err);
	owned_text arguments = text_copy("");

	if (!script)
		return -1;
	for (size_t i = 0; i < label_count; i++) {
		if (!is_label(labels[i]))
			return fail(err, "--kernel %s: neither a path nor a label", labels[i]);
		text_append(&arguments, " %s", labels[i]);
	}
	return call_script(script, arguments, kernels, count, complete, err);
}

int kernels_list(struct guest_kernel **kernels, size_t *count, struct error *err)
{
	owned_text script = find_script(err);
	bool complete = false;

	return script ? call_script(script, " --list", kernels, count, &complete, err) : -1;
}

/* Columns are told apart by their labels. */
static void name_apart(struct fleet_kernel *kernels, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		unsigned same = 1;
		for (size_t j = 0; j < i; j++)
			same += strcmp(kernels[j].kernel.label, kernels[i].kernel.label) == 0;
		if (same == 1)
			continue;
		char *label = text_format("%s.%u", kernels[i].kernel.label, same);
		free(kernels[i].kernel.label);
		kernels[i].kernel.label = label;
	}
}

int kernels_find(struct fleet_kernel **kernels, size_t *count, const char *const *names, size_t name_count,
                 bool *complete, struct error *err)
{
	const char **labels = NULL;
	struct guest_kernel *fetched = NULL;
	size_t label_count = 0, fetched_count = 0;
	int result = 0;

	*complete = true;
	for (size_t i = 0; i < name_count && result == 0; i++) {
		if (is_path(names[i]) || access(names[i], F_OK) == 0)
			result = guest_kernel_read(&PUSH(*kernels, *count)->kernel, names[i], err);
		else
			*PUSH(labels, label_count) = names[i];
	}
	if (result == 0 && (label_count || !name_count))
		result = kernels_fetch(&fetched, &fetched_count, labels, label_count, complete, err);
	for (size_t i = 0; i < fetched_count; i++)
		PUSH(*kernels, *count)->kernel = fetched[i];
	free(fetched);
	free(labels);
	if (result == 0 && !*count)
		result = fail(err, "no kernel to boot");
	name_apart(*kernels, *count);
	return result;
}
