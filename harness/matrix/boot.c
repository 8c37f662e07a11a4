/* Why a guest did not come up: by its console, else by what QEMU said. */
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "matrix.h"

static char *line_at(const char *text)
{
	size_t length = strcspn(text, "\n\r");

	while (length && text[length - 1] == ' ')
		length--;
	return text_format("%.*s", (int)length, text);
}

/* The first line of QEMU's output that is not a warning about a missing feature ("TCG doesn't support requested
 * feature"). */
char *qemu_complaint(const char *said)
{
	while (*said) {
		size_t length = strcspn(said, "\n");
		char *line = line_at(said);
		if (*line && !strstr(line, "warning: ") && !strstr(line, "info: "))
			return line;
		free(line);
		said += length + (said[length] == '\n');
	}
	return text_copy("");
}

/* The last line that is not empty and does not only say how the machine was switched off. */
static char *last_line(const char *text)
{
	char *last = text_copy("");

	while (*text) {
		size_t length = strcspn(text, "\n");
		char *line = line_at(text);
		bool counts = *line && !strstr(line, "reboot: ");
		free(counts ? last : line);
		last = counts ? line : last;
		text += length + (text[length] == '\n');
	}
	return last;
}

/* How the program ended by itself; -no-reboot makes a reset the end of QEMU, with 0. */
static char *ending_text(const struct boot_end *end, const char *last, const char *complaint)
{
	int status = end->status;

	if (WIFSIGNALED(status))
		return text_format("%s was ended by signal %d (%s)%s%s", end->program, WTERMSIG(status),
		                   strsignal(WTERMSIG(status)), *complaint ? ": " : "", complaint);
	if (WEXITSTATUS(status))
		return text_format("%s ended with %d: %s", end->program, WEXITSTATUS(status),
		                   *complaint ? complaint : "it says nothing");
	if (!*last)
		return text_copy(
		        "the machine was reset before the kernel wrote to its console, as a triple fault does");
	return text_format("the machine was reset or switched off after this line of its console: %s", last);
}

char *boot_failure(const struct boot_end *end)
{
	enum trouble trouble;
	const char *at = trouble_find(end->console, &trouble);
	owned_text complaint = qemu_complaint(end->said);
	owned_text last = last_line(end->console);

	if (trouble == TROUBLE_DEATH) {
		owned_text line = line_at(at);
		return text_format("it died: %s", line);
	}
	if (end->by_itself)
		return ending_text(end, last, complaint);
	if (*complaint)
		return text_format("%s (%s: %s)", end->how, end->program, complaint);
	if (!*last)
		return text_format("%s, and its console is empty", end->how);
	return text_format("%s; the console's last line: %s", end->how, last);
}
