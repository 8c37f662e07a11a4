/* What several behaviours' words have in common, and all rows. */
#ifndef HOPCHECK_BEHAVIOUR_PARTS_H
#define HOPCHECK_BEHAVIOUR_PARTS_H

#include "behaviour.h"

extern const struct behaviour end, end_x, end_t, end_dx6, end_dx4, end_dt6, end_dt4, end_dt46, end_b6, end_b6_encaps;

/* " KEY VALUE", nothing when the value was not given. */
void append_given(char **text, const char *key, const char *value);
void append_flavors(char **text, const struct sid *sid);
/* " srh segs A,B" in order of travel. */
void append_policy(char **text, const struct sid *sid);

#endif
