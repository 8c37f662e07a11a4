/* What several behaviours' words have in common. */
#ifndef HOPCHECK_BEHAVIOUR_PARTS_H
#define HOPCHECK_BEHAVIOUR_PARTS_H

#include "behaviour.h"

/* Nothing when the value was not given. */
void add_given(struct facts *facts, const char *key, const char *value);
/* A fact for each flavor, and how long the parts of a SID are that next-csid shifts. */
void add_flavors(struct facts *facts, const struct sid *sid);
/* "srh segs A,B", in order of travel. */
void add_policy(struct facts *facts, const struct sid *sid);

#endif
