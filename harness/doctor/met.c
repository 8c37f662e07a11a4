/* What a set-up has, by the words of a deviation's `met_by`. */
#include <string.h>

#include "doctor.h"

static bool pushes(const struct setup *setup, const char *mode)
{
	FOR_THINGS(setup, THING_ROUTE, route)
	if (is_headend(route) && strncmp(thing_fact(route, "mode"), mode, strlen(mode)) == 0)
		return true;
	return false;
}

/* A host takes part by its own addresses where seg6_enabled is set for all and for the port. */
static bool is_host(const struct setup *setup)
{
	if (setup_sysctl(setup, "net.ipv6.conf.%s.seg6_enabled", "all") <= 0)
		return false;
	FOR_THINGS(setup, THING_LINK, link)
	if (setup_sysctl(setup, "net.ipv6.conf.%s.seg6_enabled", link->name) > 0)
		return true;
	return false;
}

/* On a port that is up and no loopback. */
static bool offloads(const struct setup *setup, const char *offload)
{
	FOR_THINGS(setup, THING_LINK, link)
	if (facts_have(&link->facts, "up", "yes") && facts_have(&link->facts, offload, "on") &&
	    strcmp(link->name, "lo") != 0)
		return true;
	return false;
}

/* Of any behaviour: NULL. Flavors are in one fact each. */
static bool has_sid(const struct setup *setup, const char *word)
{
	FOR_THINGS(setup, THING_ROUTE, route)
	if (is_sid(route) &&
	    (!word || facts_have(&route->facts, "action", word) || facts_have(&route->facts, "flavors", word)))
		return true;
	return false;
}

bool setup_has(const struct setup *setup, const char *word)
{
	int met;

	if (!word_value(met_words, word, &met))
		return has_sid(setup, word);
	switch ((enum met)met) {
	case MET_INSERTS:
		return pushes(setup, "inline");
	case MET_ENCAPSULATES:
		return pushes(setup, "encap");
	case MET_ENCAPSULATES_L2:
		return pushes(setup, "l2encap");
	case MET_SID:
		return has_sid(setup, NULL);
	case MET_FLAVOR:
		return has_sid(setup, word);
	case MET_HOST:
		return is_host(setup);
	case MET_OFFLOAD:
		return offloads(setup, word);
	}
	return false;
}
