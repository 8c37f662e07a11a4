/* What this machine can run, tried and looked up; nothing is left behind. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "drops.h"
#include "run.h"

const struct word checkup_words[] = {
	{ "ok", CHECKUP_OK, "there" },
	{ "part", CHECKUP_PART, "missing, and what needs it is SKIP or not made" },
	{ "no", CHECKUP_NO, "missing, and nothing runs without" },
	{ NULL, 0, NULL },
};

/* Takes ownership of the text. */
static void add(struct checkup *checkup, enum checkup_state state, const char *name, char *text)
{
	*PUSH(checkup->rows, checkup->count) = (struct checkup_row){ state, text_copy(name), text };
}

/* What the child that tries gives back: it is this same program. */
struct tried {
	bool isolated;
	char why[512];
	struct features features;
};

static void try_here(pid_t parent, const struct features *features, int fd)
{
	struct tried tried = { .features = *features };
	struct error err = { 0 };

	tried.isolated = worker_isolate(parent, false, &err) == 0 && lab_check_kernel(&err) == 0;
	if (tried.isolated)
		features_try(&tried.features, false);
	else
		snprintf(tried.why, sizeof tried.why, "%s", error_line(&err));
	_exit(write(fd, &tried, sizeof tried) == (ssize_t)sizeof tried ? 0 : 1);
}

/* In a process of its own: it enters namespaces that this one must not. */
static int try_in_child(struct tried *ret, const struct features *features, struct error *err)
{
	pid_t self = getpid();
	int line[2];

	if (pipe(line) < 0)
		return fail(err, "a pipe: %s", strerror(errno));
	pid_t child = fork();
	if (child < 0) {
		close(line[0]);
		close(line[1]);
		return fail(err, "a process: %s", strerror(errno));
	}
	if (child == 0) {
		close(line[0]);
		try_here(self, features, line[1]);
	}
	close(line[1]);
	ssize_t got = read(line[0], ret, sizeof *ret);
	close(line[0]);
	child_status(child);
	return got == (ssize_t)sizeof *ret ? 0 : fail(err, "the trial of a lab broke off");
}

static void add_features(struct checkup *checkup, const struct features *features)
{
	for (int i = 0; i < FEATURES; i++) {
		const bool must = i == FEATURE_SEG6, guest = i == FEATURE_NIC;
		if (guest) /* a guest's */
			continue;
		if (features->has[i])
			add(checkup, CHECKUP_OK, word_of(feature_words, i), NULL);
		else
			add(checkup, must ? CHECKUP_NO : CHECKUP_PART, word_of(feature_words, i),
			    text_copy(features->why[i]));
	}
	if (features->unnamed[0])
		add(checkup, CHECKUP_PART, "drop-functions", text_copy(features->unnamed));
}

static bool in_path(const char *program)
{
	const char *path = getenv("PATH");
	owned_text all = text_copy(path ? path : "/usr/sbin:/usr/bin:/sbin:/bin");
	char *rest = NULL;

	for (char *one = strtok_r(all, ":", &rest); one; one = strtok_r(NULL, ":", &rest)) {
		owned_text file = text_format("%s/%s", one, program);
		if (access(file, X_OK) == 0)
			return true;
	}
	return false;
}

static void add_programs(struct checkup *checkup)
{
	static const struct {
		const char *program, *package, *use;
		enum checkup_state without;
	} programs[] = {
		{ "ip", "iproute2", "lines of labs that are not asked of the kernel directly", CHECKUP_NO },
		{ "ethtool", "ethtool", "plans and scripts that a person runs", CHECKUP_PART },
		{ "tcpdump", "tcpdump", "reading kept captures by hand", CHECKUP_PART },
		{ "qemu-system-x86_64", "qemu-system-x86", "`hopcheck matrix` and `bisect`, but for User Mode Linux",
		  CHECKUP_PART },
		{ "bsdtar", "libarchive-tools", "unpacking kernels for `hopcheck matrix`", CHECKUP_PART },
	};

	for (size_t i = 0; i < COUNT(programs); i++)
		if (in_path(programs[i].program))
			add(checkup, CHECKUP_OK, programs[i].program, NULL);
		else
			add(checkup, programs[i].without, programs[i].program,
			    text_format("for %s; apt-get install %s", programs[i].use, programs[i].package));
	if (access("/dev/kvm", R_OK | W_OK) == 0)
		add(checkup, CHECKUP_OK, "kvm", NULL);
	else
		add(checkup, CHECKUP_PART, "kvm",
		    text_format("/dev/kvm: %s; guests run under TCG, which is slower", strerror(errno)));
}

static void add_limits(struct checkup *checkup)
{
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files) < 0)
		return;
	if (files.rlim_max >= 1024)
		add(checkup, CHECKUP_OK, "open-files", text_format("%llu", (unsigned long long)files.rlim_max));
	else
		add(checkup, CHECKUP_PART, "open-files",
		    text_format("%llu may be open; large labs need more: ulimit -Hn 4096",
		                (unsigned long long)files.rlim_max));
}

int checkup_make(struct checkup *ret, struct error *err)
{
	struct features features = { 0 };
	struct tried tried;

	features_look(&features);
	kernel_facts_free(features_look_at_drops(&features, false));
	snprintf(ret->release, sizeof ret->release, "%s", features.release);
	snprintf(ret->version, sizeof ret->version, "%s", features.version);
	if (try_in_child(&tried, &features, err) < 0)
		return -1;
	tried.why[sizeof tried.why - 1] = 0;
	add(ret, tried.isolated ? CHECKUP_OK : CHECKUP_NO, "namespaces", tried.isolated ? NULL : text_copy(tried.why));
	add_features(ret, &tried.features);
	add_limits(ret);
	add_programs(ret);
	return 0;
}

bool checkup_is_good(const struct checkup *checkup)
{
	for (size_t i = 0; i < checkup->count; i++)
		if (checkup->rows[i].state == CHECKUP_NO)
			return false;
	return true;
}

void checkup_clear(struct checkup *checkup)
{
	for (size_t i = 0; i < checkup->count; i++) {
		free(checkup->rows[i].name);
		free(checkup->rows[i].text);
	}
	free(checkup->rows);
	*checkup = (struct checkup){ 0 };
}
