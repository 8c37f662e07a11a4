/* Work at every node at once, each in a fresh thread: grace periods overlap when several threads wait for them, and
 * before 5.0 a thread's /proc/thread-self/net keeps the files of the namespace that it looked at first (the kernel did
 * not revalidate them; 1fde6f21d90f). */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "probe_internal.h"

struct job {
	pthread_t thread;
	const struct lab *lab;
	size_t node;
	node_work *work;
	void *context;
	struct error err;
};

static void *job_run(void *argument)
{
	struct job *job = argument;

	if (job->lab)
		lab_enter(job->lab, job->node); /* this thread only */
	job->work(job->context, job->node, &job->err);
	return NULL;
}

/* Where there is no room for one thread more, the oldest is waited for. Returns 0, or an error number. */
static int start(struct job *jobs, size_t number, size_t *joined)
{
	int error;

	while ((error = pthread_create(&jobs[number].thread, NULL, job_run, &jobs[number])) && *joined < number)
		pthread_join(jobs[(*joined)++].thread, NULL);
	return error;
}

int at_nodes(const struct lab *lab, size_t count, node_work *work, void *context, struct error *err)
{
	struct job *jobs = zalloc(count * sizeof *jobs);
	size_t joined = 0, started = 0;
	int error = 0, failed = 0;

	for (; started < count; started++) {
		jobs[started] = (struct job){ .lab = lab, .node = started, .work = work, .context = context };
		if ((error = start(jobs, started, &joined)))
			break;
	}
	while (joined < started)
		pthread_join(jobs[joined++].thread, NULL);
	for (size_t i = started; i < count && !lab; i++)
		work(context, i, err); /* no namespaces to enter, so no threads */
	if (error && lab)
		failed = fail(err, "a thread for %s: %s", lab->names[started], strerror(error));
	for (size_t i = 0; i < started && !failed; i++)
		if (jobs[i].err.count)
			failed = fail(err, "%s", error_line(&jobs[i].err));
	free(jobs);
	return failed;
}
