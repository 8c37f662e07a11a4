/* Shared by the files that write the page's data. */
#ifndef HOPCHECK_REPORT_HTML_DATA_H
#define HOPCHECK_REPORT_HTML_DATA_H

#include "html.h"

/* Values that stand once and are named by their index: as texts, which take less room than JSON. */
struct pooled {
	const char **values;
	size_t count;
	struct pool *texts; /* of values: alike ones have one address */
	struct slot {
		const char *text;
		size_t index;
	} * slots; /* open addressing by that */
	size_t slot_count;
};
json_t *pooled(struct pooled *pool, json_t *value);              /* takes the value, returns its reference */
const char *kept_text(const struct pooled *pool, json_t *value); /* takes the value; its one text */
void pooled_clear(struct pooled *pool);

/* A result: [outcome, ms, a reference or null for each of the fields]; and the fields' names. Caller frees. */
json_t *result_value(struct pooled *pool, const struct run *run, const struct result *cell);
json_t *field_names(void);

#endif
