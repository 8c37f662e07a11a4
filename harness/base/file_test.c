/* Files: whole or not at all, whatever ends the writing; nothing but plain files is read; whose links are followed. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "file.h"

/* after ours: it has a macro called fail */
#include <cmocka.h>
#undef fail

static char *directory;

static int setup(void **state)
{
	(void)state;
	directory = text_copy("/tmp/hopcheck-file-test-XXXXXX");
	return mkdtemp(directory) && chdir(directory) == 0 ? 0 : -1;
}

static int teardown(void **state)
{
	owned_text command = text_format("rm -rf %s", directory);

	(void)state;
	free(take(directory));
	return chdir("/") == 0 && system(command) == 0 ? 0 : -1;
}

static int say(FILE *out, const void *value, struct error *err)
{
	(void)err;
	fputs(value, out);
	return 0;
}

static void put(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static void holds(const char *path, const char *text)
{
	struct error err = { 0 };
	uint8_t *data = NULL;
	size_t length = 0;

	assert_int_equal(file_read(&data, &length, path, 1000, &err), 0);
	assert_int_equal(length, strlen(text));
	assert_string_equal((const char *)data, text);
	free(data);
}

static size_t files_here(void)
{
	DIR *here = opendir(".");
	size_t count = 0;

	while (readdir(here))
		count++;
	closedir(here);
	return count - 2;
}

static mode_t mode_of(const char *path)
{
	struct stat about;

	return stat(path, &about) == 0 ? about.st_mode & 07777 : 0;
}

static void writes_whole_and_keeps_modes(void **state)
{
	struct error err = { 0 };

	(void)state;
	umask(027);
	assert_int_equal(file_write("new", say, "1", &err), 0);
	assert_int_equal(mode_of("new"), 0640);
	put("old", "a longer text");
	chmod("old", 0604);
	assert_int_equal(symlink("old", "link"), 0);
	assert_int_equal(file_write("link", say, "2", &err), 0);
	holds("old", "2");
	assert_int_equal(mode_of("old"), 0604);
	assert_int_equal(symlink("none", "dangling"), 0);
	assert_int_equal(file_write("dangling", say, "3", &err), 0);
	holds("none", "3");
	assert_int_equal(file_put("link", say, "4", &err), 0);
	holds("old", "2");
	holds("link", "4");
	assert_int_equal(files_here(), 5);
	assert_int_equal(err.count, 0);
}

static void a_long_name_is_a_name(void **state)
{
	struct error err = { 0 };
	char name[NAME_MAX + 2];

	(void)state;
	memset(name, 'n', NAME_MAX + 1);
	name[NAME_MAX + 1] = 0;
	assert_int_equal(files_check(&(struct file_claim){ "json", name, false }, 1, &err), -1);
	assert_non_null(strstr(err.text, "File name too long"));
	assert_int_equal(files_here(), 0);
	name[NAME_MAX] = 0;
	assert_int_equal(files_check(&(struct file_claim){ "json", name, false }, 1, &err), 0);
	assert_int_equal(file_write(name, say, "1", &err), 0);
	assert_int_equal(file_write(name, say, "2", &err), 0);
	holds(name, "2");
	assert_int_equal(files_here(), 1);
}

static int die_half_way(FILE *out, const void *signal_number, struct error *err)
{
	(void)err;
	fputs("half", out);
	fflush(out);
	raise(*(const int *)signal_number);
	return 0;
}

static int refuse_half_way(FILE *out, const void *value, struct error *err)
{
	fputs(value, out);
	fflush(out);
	return fail(err, "it cannot be said");
}

static void a_signal_leaves_what_was_there(void **state)
{
	static const int signals[] = { SIGKILL, SIGTERM, SIGINT, SIGHUP, SIGSEGV };
	struct error err = { 0 };

	(void)state;
	put("old", "all of it");
	for (size_t i = 0; i < COUNT(signals); i++) {
		pid_t pid = fork();
		if (pid == 0) {
			setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
			for (size_t s = 1; s < COUNT(signals); s++)
				signal(signals[s], SIG_DFL);
			file_write("old", die_half_way, &signals[i], &err);
			file_write("new", die_half_way, &signals[i], &err);
			_exit(0);
		}
		int status;
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFSIGNALED(status));
		holds("old", "all of it");
		assert_int_equal(files_here(), 1);
	}
	assert_int_equal(file_write("old", refuse_half_way, "half", &err), -1);
	assert_string_equal(err.text, "old: it cannot be said\n");
	holds("old", "all of it");
	assert_int_equal(files_here(), 1);
}

static void a_limit_leaves_what_was_there(void **state)
{
	struct error err = { 0 };
	struct rlimit before, small = { 10, RLIM_INFINITY };

	(void)state;
	put("old", "all of it");
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &before);
	small.rlim_max = before.rlim_max;
	setrlimit(RLIMIT_FSIZE, &small);
	assert_int_equal(file_write("old", say, "more than ten octets", &err), -1);
	setrlimit(RLIMIT_FSIZE, &before);
	assert_string_equal(err.text, "old: File too large\n");
	holds("old", "all of it");
	assert_int_equal(files_here(), 1);
}

static void refused(const char *path, const char *message)
{
	struct error err = { 0 };
	owned_text wanted = text_format("%s: %s", path, message);

	assert_null(file_open(path, &err));
	err.text[strlen(wanted)] = 0;
	assert_string_equal(err.text, wanted);
}

static void only_plain_files_are_read(void **state)
{
	struct error err = { 0 };
	uint8_t *data;
	size_t length;

	(void)state;
	assert_int_equal(mkfifo("pipe", 0600), 0);
	assert_int_equal(symlink("pipe", "link"), 0);
	refused("pipe", "is not a file");
	refused("link", "is not a file");
	refused("/dev/zero", "is not a file");
	refused(".", "is not a file");
	refused("nowhere", "cannot be read: No such file");
	refused("", "cannot be read: No such file");
	put("plain", "123456");
	assert_int_equal(file_read(&data, &length, "plain", 5, &err), -1);
	assert_string_equal(err.text, "plain:1:1: longer than 5 octets\n");
	holds("plain", "123456");
	assert_int_equal(file_read(&data, &length, "plain", 6, &err), 0);
	free(data);
	assert_int_equal(file_read(&data, &length, "/proc/self/status", 65536, &err), 0);
	assert_true(length > 100 && strlen((const char *)data) == length);
	free(data);
}

/* Root may act for another user here: a file that belongs to no known user counts as another user's. */
static void anothers_link_is_not_followed(void **state)
{
	const uid_t nobody = 65534;
	struct error err = { 0 };

	(void)state;
	if (geteuid() != 0)
		skip();
	put("mine", "mine");
	assert_int_equal(mkdir("shared", 0), 0);
	chmod("shared", 01777);
	assert_int_equal(symlink("../mine", "shared/link"), 0);
	assert_int_equal(symlink("..", "shared/up"), 0);
	assert_int_equal(mkfifo("shared/pipe", 0666), 0);
	put("shared/file", "nobody's");
	assert_int_equal(file_write("shared/link", say, "own link", &err), 0);
	assert_int_equal(file_write("shared/up/mine", say, "own links", &err), 0);
	holds("mine", "own links");
	assert_int_equal(lchown("shared/link", nobody, nobody), 0);
	assert_int_equal(lchown("shared/up", nobody, nobody), 0);
	assert_int_equal(lchown("shared/pipe", nobody, nobody), 0);
	assert_int_equal(lchown("shared/file", nobody, nobody), 0);
	static const char *const paths[] = { "shared/link", "shared/up/mine", "shared/pipe", "shared/file" };
	for (size_t i = 0; i < COUNT(paths); i++) {
		struct error why = { 0 };
		assert_int_equal(file_write(paths[i], say, "another's", &why), -1);
		assert_non_null(strstr(why.text, "is another user's, in a directory that all may write to"));
		assert_int_equal(files_check(&(struct file_claim){ "json", paths[i], false }, 1, &why), -1);
	}
	holds("mine", "own links");
	holds("shared/file", "nobody's");
	chmod("shared", 0777); /* not shared in that sense: what lies there was put there by those who may */
	assert_int_equal(file_write("shared/link", say, "followed", &err), 0);
	holds("mine", "followed");
}

static const char *refusal(const struct file_claim *claims, size_t count)
{
	static struct error err;

	err = (struct error){ 0 };
	return files_check(claims, count, &err) < 0 ? err.text : "";
}

static void what_cannot_be_written_is_refused(void **state)
{
	(void)state;
	put("file", "");
	assert_int_equal(mkdir("empty", 0755), 0);
	const struct {
		struct file_claim claim;
		const char *why;
	} rows[] = {
		{ { "json", "nowhere/file", false }, "--json nowhere/file: No such file or directory\n" },
		{ { "json", "file/file", false }, "--json file/file: Not a directory\n" },
		{ { "tap", "empty", false }, "--tap empty: Is a directory\n" },
		{ { "tap", "new/", false }, "--tap new/: No such file or directory\n" },
		{ { "tap", "", false }, "--tap : an empty name\n" },
		{ { "keep", "file", true }, "--keep file: Not a directory\n" },
		{ { "keep", "nowhere/new", true }, "--keep nowhere/new: No such file or directory\n" },
		{ { "keep", "empty", true }, "" },
		{ { "keep", "new", true }, "" },
		{ { "json", "file", false }, "" },
		{ { "json", "new", false }, "" },
		{ { "json", "/dev/null", false }, "" },
		{ { "json", "-", false }, "" },
		{ { "json", NULL, false }, "" },
	};
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_string_equal(refusal(&rows[i].claim, 1), rows[i].why);
	assert_int_equal(files_here(), 2);
}

static void one_name_is_written_once(void **state)
{
	(void)state;
	put("file", "");
	assert_int_equal(symlink("file", "link"), 0);
	assert_int_equal(symlink("new", "dangling"), 0);
	assert_int_equal(symlink(".", "here"), 0);
	static const char *const same[][2] = { { "file", "file" },
		                               { "file", "./file" },
		                               { "file", "link" },
		                               { "new", "dangling" },
		                               { "new", "here/new" } };
	for (size_t i = 0; i < COUNT(same); i++) {
		const struct file_claim claims[] = { { "json", same[i][0], false },
			                             { "ktap", NULL, false },
			                             { "html", same[i][1], false } };
		owned_text wanted = text_format("--html %s: --json writes the same file\n", same[i][1]);
		assert_string_equal(refusal(claims, COUNT(claims)), wanted);
	}
	const struct file_claim out[] = { { "json", "-", false }, { "html", "-", false } };
	assert_string_equal(refusal(out, 2), "only one output can be written to standard output (-)\n");
	const struct file_claim null[] = { { "json", "/dev/null", false }, { "html", "/dev/null", false } };
	assert_string_equal(refusal(null, 2), "");
	assert_int_equal(files_here(), 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(writes_whole_and_keeps_modes, setup, teardown),
		cmocka_unit_test_setup_teardown(a_long_name_is_a_name, setup, teardown),
		cmocka_unit_test_setup_teardown(a_signal_leaves_what_was_there, setup, teardown),
		cmocka_unit_test_setup_teardown(a_limit_leaves_what_was_there, setup, teardown),
		cmocka_unit_test_setup_teardown(only_plain_files_are_read, setup, teardown),
		cmocka_unit_test_setup_teardown(anothers_link_is_not_followed, setup, teardown),
		cmocka_unit_test_setup_teardown(what_cannot_be_written_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(one_name_is_written_once, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
