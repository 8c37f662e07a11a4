/* Listeners made ahead and closed behind: each waits for grace periods of RCU when its ring is set up and twice when it
 * is closed, some 10 ms each, in which other work goes on. Threads of this file may run on any CPU: they send nothing.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "probe_internal.h"

/* What may wait to be closed, for each listener that may be made ahead: a ring is 4 MiB. */
#define CLOSING_PER_AHEAD 2

struct spare {
	pthread_t thread;
	struct listener listener;
	struct error err;
};

struct closing {
	pthread_t thread;
	struct closed what;
};

struct stock {
	size_t ahead;
	struct spare **spares; /* the oldest first */
	size_t count;
	struct closing **closings; /* likewise */
	size_t closing_count;
};

struct stock *stock_new(size_t ahead)
{
	struct stock *stock = zalloc(sizeof *stock);

	stock->ahead = ahead;
	return stock;
}

static void use_all_cpus(void)
{
	cpu_set_t all;

	memset(&all, 0xff, sizeof all);
	sched_setaffinity(0, sizeof all, &all); /* the kernel takes those that are allowed */
}

/* ---- making */

void listener_open(struct listener *listener, const char *node, struct error *err)
{
	if (capture_open(&listener->capture) < 0)
		fail(err, "capturing at %s: %s", node, strerror(errno));
	else
		counters_open(&listener->counters, counter_file, err);
}

struct listener listener_none(void)
{
	struct listener none = { .namespace = -1, .capture = { .fd = -1, .burst.fd = -1 } };

	for (size_t i = 0; i < COUNT(none.counters.files); i++)
		none.counters.files[i] = -1;
	return none;
}

/* In a namespace of its own. The calling thread is back in its own afterwards. */
static void listener_make(struct listener *listener, struct error *err)
{
	int home = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);

	*listener = listener_none();
	if (home < 0 || unshare(CLONE_NEWNET) < 0) {
		fail(err, "a network namespace: %s", strerror(errno));
	} else {
		listener->namespace = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
		if (listener->namespace < 0)
			fail(err, "a network namespace: %s", strerror(errno));
		else
			listener_open(listener, "a node", err);
		if (setns(home, CLONE_NEWNET) < 0)
			abort(); /* as in lab_enter() */
	}
	if (home >= 0)
		close(home);
}

static void *spare_make(void *context)
{
	struct spare *spare = context;

	use_all_cpus();
	listener_make(&spare->listener, &spare->err);
	return NULL;
}

void stock_order(struct stock *stock, size_t count)
{
	while (stock->count < count && stock->count < stock->ahead) {
		struct spare *spare = zalloc(sizeof *spare);
		if (pthread_create(&spare->thread, NULL, spare_make, spare)) {
			free(spare); /* it is made when it is needed */
			return;
		}
		*PUSH(stock->spares, stock->count) = spare;
	}
}

/* The oldest spare; false: there is none, or it could not be made. */
static bool spare_take(struct stock *stock, struct listener *listener)
{
	if (!stock->count)
		return false;
	struct spare *spare = stock->spares[0];
	memmove(stock->spares, stock->spares + 1, --stock->count * sizeof *stock->spares);
	pthread_join(spare->thread, NULL);
	bool made = !spare->err.count;
	if (made)
		*listener = spare->listener;
	else
		listener_close(&spare->listener);
	free(spare);
	return made;
}

struct making {
	struct listener *list;
	size_t first;
};

static void make_one(void *context, size_t number, struct error *err)
{
	const struct making *making = context;

	listener_make(&making->list[making->first + number], err);
}

int listeners_take(struct listeners *ret, struct stock *stock, size_t count, struct error *err)
{
	struct making making = { .list = zalloc(count * sizeof *making.list) };

	while (making.first < count && spare_take(stock, &making.list[making.first]))
		making.first++;
	if (making.first < count && !stock->ahead)
		stock_wait(stock); /* what is closed still counts */
	for (size_t i = making.first; i < count; i++)
		making.list[i] = listener_none();
	int result = at_nodes(NULL, count - making.first, make_one, &making, err);
	*ret = (struct listeners){ making.list, count };
	if (result < 0)
		listeners_close(ret, stock);
	return result;
}

int *listeners_namespaces(const struct listeners *listeners)
{
	int *namespaces = zalloc((listeners->count + 1) * sizeof *namespaces);

	for (size_t i = 0; i < listeners->count; i++)
		namespaces[i] = listeners->list[i].namespace;
	return namespaces;
}

/* ---- closing */

void listener_close(struct listener *listener)
{
	counters_close(&listener->counters);
	capture_close(&listener->capture);
	if (listener->namespace >= 0)
		close(listener->namespace);
}

static void close_now(struct closed *one)
{
	switch (one->what) {
	case CLOSE_LISTENER:
		listener_close(&one->listener);
		break;
	case CLOSE_SENDER:
		close(one->sender);
		break;
	case CLOSE_BURST:
		burst_close(&one->burst);
		break;
	}
}

static void *closing_run(void *context)
{
	struct closing *closing = context;

	use_all_cpus();
	close_now(&closing->what);
	return NULL;
}

static void wait_for_oldest(struct stock *stock)
{
	struct closing *closing = stock->closings[0];

	memmove(stock->closings, stock->closings + 1, --stock->closing_count * sizeof *stock->closings);
	pthread_join(closing->thread, NULL);
	free(closing);
}

void stock_close(struct stock *stock, struct closed one)
{
	while (stock->ahead && stock->closing_count >= stock->ahead * CLOSING_PER_AHEAD)
		wait_for_oldest(stock);
	struct closing *closing = zalloc(sizeof *closing);
	closing->what = one;
	if (pthread_create(&closing->thread, NULL, closing_run, closing) == 0) {
		*PUSH(stock->closings, stock->closing_count) = closing;
		return;
	}
	close_now(&one);
	free(closing);
}

void listeners_close(struct listeners *listeners, struct stock *stock)
{
	for (size_t i = 0; i < listeners->count; i++)
		stock_close(stock, (struct closed){ .what = CLOSE_LISTENER, .listener = listeners->list[i] });
	free(take(listeners->list));
	listeners->count = 0;
	if (!stock->ahead)
		stock_wait(stock);
}

void stock_wait(struct stock *stock)
{
	while (stock->closing_count)
		wait_for_oldest(stock);
}

void stock_free(struct stock *stock)
{
	struct listener listener;

	if (!stock)
		return;
	while (stock->count)
		if (spare_take(stock, &listener))
			stock_close(stock, (struct closed){ .what = CLOSE_LISTENER, .listener = listener });
	stock_wait(stock);
	free(stock->spares);
	free(stock->closings);
	free(stock);
}
