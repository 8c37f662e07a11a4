/* What a kernel says when something is wrong with it. */
#include <string.h>

#include "matrix.h"

/* The words of kernel/panic.c, lib/bug.c, arch/x86/kernel/{dumpstack,traps}.c, arch/x86/mm/fault.c,
 * kernel/locking/lockdep.c, net/core/dev.c and utils.c, kernel/rcu/tree_stall.h, kernel/watchdog.c, kernel/hung_task.c,
 * mm/kasan and mm/kfence. The first that fits counts. */
static const struct {
	const char *words;
	enum trouble trouble;
} table[] = {
	{ "BUG: soft lockup", TROUBLE_STALL },
	{ "BUG: workqueue lockup", TROUBLE_STALL },
	{ "detected stalls on CPUs", TROUBLE_STALL },
	{ "self-detected stall", TROUBLE_STALL },
	{ "detected expedited stalls", TROUBLE_STALL },
	{ "blocked for more than", TROUBLE_STALL },
	{ "Kernel panic", TROUBLE_DEATH },
	{ "kernel BUG at", TROUBLE_DEATH },
	{ "Oops:", TROUBLE_DEATH },
	{ "general protection fault", TROUBLE_DEATH },
	{ "BUG: kernel NULL pointer", TROUBLE_DEATH },
	{ "BUG: unable to handle", TROUBLE_DEATH },
	{ "hw csum failure", TROUBLE_WARN },
	{ "WARNING: ", TROUBLE_WARN },
	{ "BUG: ", TROUBLE_WARN }, /* KASAN, KFENCE, lockdep, sleeping in atomic context: it goes on */
	{ "suspicious RCU usage", TROUBLE_WARN },
	{ "refcount_t: ", TROUBLE_WARN },
	{ "UBSAN: ", TROUBLE_WARN },
	{ "unregister_netdevice: waiting for", TROUBLE_LEAK },
};

enum trouble trouble_of(const char *line)
{
	for (size_t i = 0; i < COUNT(table); i++)
		if (strstr(line, table[i].words))
			return table[i].trouble;
	return TROUBLE_NONE;
}

const char *trouble_find(const char *text, enum trouble *trouble)
{
	const char *found = NULL;

	*trouble = TROUBLE_NONE;
	while (*text) {
		size_t length = strcspn(text, "\n");
		owned_text line = text_line(text);
		enum trouble one = trouble_of(line);
		if (one > *trouble) {
			*trouble = one;
			found = text;
		}
		text += length + (text[length] == '\n');
	}
	return found;
}
