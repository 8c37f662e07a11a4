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

/* Splits a line at its tabs; false when there are fewer than `count` parts. */
static bool split(char *line, char **part, size_t count)
{
	char *rest = line;

	line[strcspn(line, "\n")] = 0;
	for (size_t i = 0; i < count; i++)
		if (!(part[i] = strsep(&rest, "\t")))
			return false;
	return true;
}

/* LABEL<TAB>RELEASE<TAB>IMAGE<TAB>MODULES */
static bool read_kernel(void *context, char *line)
{
	struct kernel_list *list = context;
	char *part[4];

	if (!split(line, part, COUNT(part)))
		return false;
	*PUSH(list->kernels, list->count) = (struct guest_kernel){ .label = text_copy(part[0]),
		                                                   .release = text_copy(part[1]),
		                                                   .image = text_copy(part[2]),
		                                                   .modules = *part[3] ? text_copy(part[3]) : NULL };
	return true;
}

/* VERSION<TAB>RELEASE<TAB>PACKAGE-VERSION<TAB>SUITE<TAB>MB<TAB>STATE. Of several builds of a version one is enough. */
static bool read_offer(void *context, char *line)
{
	struct kernel_offers *offers = context;
	char *part[6];

	if (!split(line, part, COUNT(part)))
		return false;
	bool cached = strcmp(part[5], "cached") == 0;
	if (!cached && strcmp(part[5], "complete") != 0)
		return true;
	for (size_t i = 0; i < offers->count; i++) {
		if (strcmp(offers->at[i].version, part[0]) != 0)
			continue;
		if (cached && !offers->at[i].cached) {
			free(offers->at[i].release);
			offers->at[i].release = text_copy(part[1]);
			offers->at[i].cached = true;
		}
		return true;
	}
	*PUSH(offers->at, offers->count) = (struct kernel_offer){ text_copy(part[0]), text_copy(part[1]), cached };
	return true;
}

static int call_script(const char *arguments, bool (*read_line)(void *context, char *line), void *context,
                       bool *complete, struct error *err)
{
	owned_text script = find_script(err);
	char *line = NULL;
	size_t size = 0;
	int result = 0;

	if (!script)
		return -1;
	owned_text quoted_script = shell_word(script);
	owned_text command = text_format("%s%s", quoted_script, arguments);
	fflush(NULL);
	FILE *output = popen(command, "re");
	if (!output)
		return fail(err, "%s: %s", script, strerror(errno));
	while (result == 0 && getline(&line, &size, output) > 0)
		if (!read_line(context, line))
			result = fail(err, "%s: not a line about a kernel: %s", script, line);
	free(line);
	int status = pclose(output);
	*complete = WIFEXITED(status) && WEXITSTATUS(status) == 0;
	return result;
}

int kernels_fetch(struct kernel_list *list, const char *const *labels, size_t label_count, bool *complete,
                  struct error *err)
{
	owned_text arguments = text_copy("");

	for (size_t i = 0; i < label_count; i++) {
		if (!is_label(labels[i]))
			return fail(err, "--kernel %s: neither a path nor a label", labels[i]);
		text_append(&arguments, " %s", labels[i]);
	}
	return call_script(arguments, read_kernel, list, complete, err);
}

int kernels_offered(struct kernel_offers *offers, struct error *err)
{
	bool complete;

	return call_script(" --list", read_offer, offers, &complete, err);
}

void kernel_offers_clear(struct kernel_offers *offers)
{
	for (size_t i = 0; i < offers->count; i++) {
		free(offers->at[i].version);
		free(offers->at[i].release);
	}
	free(offers->at);
	*offers = (struct kernel_offers){ 0 };
}

/* Labels must be unique: they name the columns. */
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
	struct kernel_list fetched = { 0 };
	size_t label_count = 0;
	int result = 0;

	*complete = true;
	for (size_t i = 0; i < name_count && result == 0; i++) {
		if (is_path(names[i]) || access(names[i], F_OK) == 0)
			result = guest_kernel_read(&PUSH(*kernels, *count)->kernel, names[i], err);
		else
			*PUSH(labels, label_count) = names[i];
	}
	if (result == 0 && (label_count || !name_count))
		result = kernels_fetch(&fetched, labels, label_count, complete, err);
	for (size_t i = 0; i < fetched.count; i++)
		PUSH(*kernels, *count)->kernel = fetched.kernels[i];
	free(fetched.kernels);
	free(labels);
	if (result == 0 && !*count)
		result = fail(err, "no kernel to boot");
	name_apart(*kernels, *count);
	return result;
}
