/* The build room's own. */
#ifndef HOPCHECK_BUILD_INTERNAL_H
#define HOPCHECK_BUILD_INTERNAL_H

#include "lab.h"

/* apply.c: applies lines in order, in the namespaces they name. */
enum lab_status commands_apply(const struct lab *lab, const struct command *commands, size_t count, struct error *err);

/* offload.c: what `ethtool -K` does, by the same ioctl. Called inside the interface's namespace. */
int offload_get(int socket, const char *interface, enum offload offload, bool *on);
int offload_set(int socket, const char *interface, enum offload offload, bool on);

/* tap.c: opens the other side of a device that the plan has made; non-blocking. Returns the descriptor or -1 and errno.
 */
int tap_attach(const char *interface, bool tap);

/* settle.c */
struct watch {
	int *sockets; /* rtnetlink, a node each, subscribed to link and address events before anything is made */
	size_t count;
};
int watch_open(struct watch *watch, const struct lab *lab, struct error *err);
void watch_close(struct watch *watch);
/* Waits until every link end is operationally up and every address has its local route. */
int settle(struct watch *watch, const struct lab *lab, const struct plan *plan, struct error *err);

#endif
