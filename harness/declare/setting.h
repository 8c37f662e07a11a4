/* Shared by setting.c and place.c: a property of a node or an interface, and where it can be set. */
#ifndef HOPCHECK_SETTING_H
#define HOPCHECK_SETTING_H

#include "declare.h"

struct property {
	const char *word;
	enum setting_kind kind;
	bool on_interface;
	int offload; /* SET_OFFLOAD */
	const struct word *words;
	long least, most;                 /* without words */
	const struct word *(*rows)(void); /* words made from the rows of kinds */
};

/* Whether a topology of the scope has what the setting names; globs must match at least once. */
bool place_check(const struct setting *setting, const struct scope *scope, struct error *err);
/* Whether there are links that can have a model. */
bool model_check(const struct setting *setting, const struct item *value, const struct scope *scope, struct error *err);
/* Whether a node that it names has policies. */
bool policy_check(const struct setting *setting, const struct scope *scope, struct error *err);
/* Whether every node that gets a service has a SID for it. */
bool service_check(const struct setting *setting, const struct scope *scope, struct error *err);

#endif
