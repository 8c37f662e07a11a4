/* What several behaviours' words have in common, and all rows. */
#ifndef HOPCHECK_BEHAVIOUR_PARTS_H
#define HOPCHECK_BEHAVIOUR_PARTS_H

#include "behaviour.h"

extern const struct behaviour end, end_x, end_t, end_dx6, end_dx4, end_dt6, end_dt4, end_dt46, end_b6, end_b6_encaps;

/* Nothing when the value was not given. */
void add_given(struct facts *facts, const char *key, const char *value);
/* A fact for each flavor, and how long the parts of a SID are that next-csid shifts. */
void add_flavors(struct facts *facts, const struct sid *sid);
/* "srh segs A,B", in order of travel. */
void add_policy(struct facts *facts, const struct sid *sid);

#endif
