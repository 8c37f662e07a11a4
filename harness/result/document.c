/* JSON documents as files have them. */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "result_internal.h"
#include "stop.h"

int json_writer(FILE *out, const void *document, struct error *err)
{
	(void)err; /* a stream that failed says so itself */
	if (json_dumpf(document, out, JSON_INDENT(1)) == 0)
		fputc('\n', out);
	return 0;
}

/* ---- documents of results are written a cell at a time: together they take much more room as JSON than as structs */

struct writing {
	FILE *out;
	unsigned depth;
	bool more; /* something stands before the next value */
};

/* A line begins, behind what stands before it. */
static void begin_line(struct writing *writing)
{
	fprintf(writing->out, "%s\n%*s", writing->more ? "," : "", (int)writing->depth, "");
	writing->more = true;
}

/* As if the document had been written as one; takes the reference. */
static void write_value(struct writing *writing, json_t *value)
{
	owned_text text = json_dumps(value, JSON_INDENT(1) | JSON_ENCODE_ANY);

	for (const char *rest = text; rest && *rest;) {
		size_t length = strcspn(rest, "\n");
		fwrite(rest, 1, length, writing->out);
		rest += length;
		if (*rest)
			fprintf(writing->out, "\n%*s", (int)writing->depth, "");
		rest += *rest != 0;
	}
	json_decref(value);
}

static void write_line(struct writing *writing, json_t *value)
{
	owned_text text = json_dumps(value, 0);

	fputs(text ? text : "null", writing->out);
	json_decref(value);
}

static void write_key(struct writing *writing, const char *key)
{
	begin_line(writing);
	fprintf(writing->out, "\"%s\": ", key);
}

static void open_block(struct writing *writing, char bracket)
{
	fputc(bracket, writing->out);
	writing->depth++;
	writing->more = false;
}

static void close_block(struct writing *writing, char bracket)
{
	writing->depth--;
	if (writing->more)
		fprintf(writing->out, "\n%*s", (int)writing->depth, "");
	fputc(bracket, writing->out);
	writing->more = true;
}

static void write_cells(struct writing *writing, const struct cells *cells)
{
	owned(alike) alike = alike_new(cells);
	bool is_whole;

	open_block(writing, '[');
	for (size_t i = 0; i < cells->count; i++) {
		json_t *cell = alike_json(alike, i, &is_whole);
		begin_line(writing);
		if (is_whole)
			write_value(writing, cell);
		else
			write_line(writing, cell);
	}
	close_block(writing, ']');
}

/* What a run has beside its cells, as far as JSON without cells has it; these where they stand in it. */
static void write_run(struct writing *writing, const struct run *run)
{
	struct run head = *run;
	const char *key;
	json_t *value;

	head.cells.count = 0;
	json_t *json = members_json(&run_members, &head);
	open_block(writing, '{');
	json_object_foreach (json, key, value) {
		write_key(writing, key);
		if (strcmp(key, "cells") == 0)
			write_cells(writing, &run->cells);
		else
			write_value(writing, json_incref(value));
	}
	close_block(writing, '}');
	json_decref(json);
}

int run_writer(FILE *out, const void *value, struct error *err)
{
	struct writing writing = { .out = out };

	(void)err;
	write_run(&writing, value);
	fputc('\n', out);
	return 0;
}

int matrix_writer(FILE *out, const void *value, struct error *err)
{
	const struct matrix_document *document = value;
	struct writing writing = { .out = out };

	(void)err;
	open_block(&writing, '{');
	write_key(&writing, "hopcheck");
	write_value(&writing, json_string(HOPCHECK_VERSION));
	write_key(&writing, "command");
	write_value(&writing, json_string(document->command));
	if (results_are_partial(document->results)) {
		write_key(&writing, "partial");
		write_value(&writing, json_true());
	}
	write_key(&writing, "kernels");
	open_block(&writing, '[');
	for (size_t i = 0; i < document->results->count; i++) {
		begin_line(&writing);
		write_run(&writing, document->results->runs[i]);
	}
	close_block(&writing, ']');
	if (document->partial && !results_are_partial(document->results)) {
		write_key(&writing, "partial");
		write_value(&writing, json_true());
	}
	close_block(&writing, '}');
	fputc('\n', out);
	return 0;
}

/* ---- reading */

struct source {
	FILE *in;
	int error;
};

/* What comes through a pipe may come late, or never: a signal that asks for the end ends the wait. */
static ssize_t read_stream(int fd, void *buffer, size_t size)
{
	struct pollfd events[] = { { fd, POLLIN, 0 }, { stop_fd(), POLLIN, 0 } };

	if (poll(events, COUNT(events), -1) < 0 || !events[0].revents)
		return -1;
	return read(fd, buffer, size);
}

static size_t read_some(void *buffer, size_t size, void *context)
{
	struct source *source = context;
	ssize_t got = -1;

	errno = 0;
	while (!stop_signal()) {
		got = source->in == stdin ? read_stream(STDIN_FILENO, buffer, size)
		                          : (ssize_t)fread(buffer, 1, size, source->in);
		if (got >= 0 || errno != EINTR)
			break;
	}
	if (got < 0 || ferror(source->in))
		source->error = errno ? errno : EIO;
	return source->error ? (size_t)-1 : (size_t)got;
}

json_t *json_read(const char *path, size_t flags, struct error *err)
{
	bool standard = strcmp(path, "-") == 0;
	FILE *in = standard ? stdin : file_open(path, err);
	json_error_t error;

	if (!in)
		return NULL;
	struct source source = { .in = in };
	json_t *document = json_load_callback(read_some, &source, flags, &error);
	if (!document && source.error)
		fail(err, "%s: cannot be read: %s", standard ? "standard input" : path, strerror(source.error));
	else if (!document && error.line > 0)
		fail(err, "%s:%d:%d: %s", path, error.line, error.column, error.text);
	else if (!document)
		fail(err, "%s: %s", path, error.text);
	if (!standard)
		fclose(in);
	return document;
}

/* ---- runs of a document */

static int add_run(struct results *results, const json_t *json, struct error *err)
{
	struct run *run = run_read(results->pool, json, err);

	if (run)
		results_add(results, run);
	return run ? 0 : -1;
}

static int add_runs(struct results *results, const json_t *document, struct error *err)
{
	const json_t *kernels = json_object_get(document, "kernels"), *run;
	size_t i;

	if (!kernels)
		return add_run(results, document, err);
	if (!json_is_array(kernels))
		return fail(err, "`kernels` is not an array");
	json_array_foreach (kernels, i, run)
		if (add_run(results, run, err) < 0)
			return blame(err, "kernels: %zu", i);
	return 0;
}

/* A file may be large, and is read again where something is wrong with it. */
static int stream(struct results *results, const char *path)
{
	struct error unsaid = { 0 };
	FILE *in = strcmp(path, "-") == 0 ? NULL : file_open(path, &unsaid);
	int result = in ? results_stream(results, in) : -1;

	if (in)
		fclose(in);
	return result;
}

int results_read(struct results *results, const char *path, struct error *err)
{
	if (stream(results, path) == 0)
		return 0;
	json_t *document = json_read(path, 0, err);
	int added = document ? add_runs(results, document, err) : -1;

	if (document && added < 0)
		blame(err, "%s", path);
	json_decref(document);
	return added;
}
