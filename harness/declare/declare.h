/* Private to this room: a file as a tree of items with places, and functions that read typed values from items. */
#ifndef HOPCHECK_DECLARE_H
#define HOPCHECK_DECLARE_H

#include "file.h"
#include "testcase.h"

#define FILE_LIMIT (1u << 20) /* octets */
#define NODE_LIMIT 255
#define CELL_LIMIT 100000
#define MTU_LEAST  1280  /* RFC 8200 5 */
#define MTU_MOST   65521 /* a TAP device takes no more */
#define LIST_LIMIT 127   /* segments that fit Hdr Ext Len */

enum item_kind { ITEM_TEXT, ITEM_LIST, ITEM_MAP };

/* A value as it was written. Keys of a map are unique; only TEXT has text, only LIST and MAP have items. */
struct item {
	enum item_kind kind;
	struct where where;
	char *text;
	char *key; /* in a map: what this item is the value of */
	struct where key_where;
	struct item *items;
	size_t count;
};
void item_free(struct item *item);
DEFINE_OWNED(item)

/* Reads one YAML document. Returns 0 and *ret (caller frees), or -1. Errors that leave a usable tree, such as a key
 * given twice, are only counted in err. `file` must outlive the items. */
int scan(struct item **ret, const char *file, struct bytes text, struct error *err);

/* The item of a key in a map; NULL if there is none, or the item is not a map or NULL. */
const struct item *item_find(const struct item *map, const char *key);
/* A description of an item for messages: "'text'", "a list", "a map", "nothing". */
struct brief {
	char text[64];
};
struct brief brief(const struct item *item);

/* A key of a map, and the function that reads its value; required keys must be present. A NULL name ends the table. The
 * values are read in the order of the table. */
struct key {
	const char *name;
	void (*read)(void *into, const struct item *value, struct error *err);
	bool required;
};
/* `what` names the map in messages: "a node". Reports every unknown, missing and wrong key. */
void map_read(void *into, const struct item *map, const struct key *keys, const char *what, struct error *err);
bool item_is(const struct item *item, const char *word); /* whether it is this text */
bool map_is(const struct item *item, const char *what, struct error *err);
/* A list's entries; a text counts as a list of one. NULL and *count 0 when it is neither. */
const struct item *entries(const struct item *item, size_t *count, const char *what, struct error *err);

/* Each returns true and writes *ret, or reports what is wrong. */
bool text_read(char **ret, const struct item *item, const char *what, struct error *err);
bool name_check(const char *name, struct where where, const char *what, struct error *err);
bool title_read(char **ret, const struct item *item, const char *what, struct error *err);
bool word_read(int *ret, const struct item *item, const struct word *words, const char *what, struct error *err);
bool number_read(long *ret, const struct item *item, long least, long most, struct error *err);
bool size_read(long *ret, const struct item *item, long least, long most, struct error *err);
bool address_check(struct address *ret, const char *text, struct where where, struct error *err);
bool prefix_is_clean(const struct prefix *prefix); /* no bit set beyond its length */
/* ADDRESS/LENGTH, or an address alone, which is a prefix that contains only itself. */
bool prefix_read(struct prefix *ret, const char *text, struct where where, struct error *err);
bool address_read(struct address *ret, const struct item *item, struct error *err);
/* The same of either family; the others are IPv6's. */
bool ip_prefix_read(struct prefix *ret, const char *text, struct where where, struct error *err);
bool ip_address_read(struct address *ret, const struct item *item, struct error *err);
/* Segments, which are IPv6. */
bool addresses_read(struct address **ret, size_t *count, const struct item *item, struct error *err);
bool hex_read(uint8_t **ret, size_t *count, const struct item *item, struct error *err);

extern const struct word on_off_words[];

/* A topology while it is read. */
struct claim {
	struct address address;
	struct where where;
	size_t node;  /* NOT_FOUND: of a link */
	bool on_node; /* one of its `addresses`, which a node of another VRF may have too */
};
struct mention { /* a name, to be looked up when all links are known */
	enum { MENTION_NEIGHBOUR, MENTION_INTERFACE, MENTION_PORT } kind;
	struct where where;
	size_t node; /* whose neighbour or interface */
	const char *name;
	size_t vrf; /* 1 + that of the node whose port it is */
};
struct draft {
	struct topology *topology;
	struct node *node;           /* being read */
	struct route *route;         /* being read */
	struct sid *sid;             /* being read */
	const struct item *sid_item; /* its map, or NULL */
	struct claim *claims;        /* addresses with an owner */
	size_t claim_count;
	struct mention *mentions;
	size_t mention_count;
};
/* draft.c: an address of the node, or an error; and a name of it to be looked up at the end. */
bool claim(struct draft *draft, const struct address *address, struct where where, struct error *err);
/* The same for one of a node's `addresses`. */
bool claim_for_node(struct draft *draft, const struct address *address, struct where where, struct error *err);
/* Reports nodes that have one address and are not kept apart by VRFs. */
void claims_check(const struct draft *draft, struct error *err);
void mention(struct draft *draft, int kind, const struct item *item);
/* ---- node.c, sid.c, policy.c, link.c */
void node_read(struct draft *draft, const struct item *item, struct error *err);
void sids_read(void *into, const struct item *item, struct error *err);
void policies_read(void *into, const struct item *item, struct error *err);
/* ---- route.c */
/* The number of a routing table that routes can be given in; main leaves *ret NULL. */
void route_table_read(char **ret, const struct item *item, struct error *err);
/* That of one of the node's VRFs, by its name. */
void vrf_table_read(char **ret, const struct node *node, const struct item *item, struct error *err);
void routes_read(void *into, const struct item *item, struct error *err);
void rules_read(void *into, const struct item *item, struct error *err);
void vrfs_read(void *into, const struct item *item, struct error *err);
bool interface_name_check(const char *name, struct where where, struct error *err); /* also of a VRF */
void links_read(void *into, const struct item *item, struct error *err);
/* "`kind: nic-model` and `kind: nic`"; caller frees. */
char *kinds_with_models(const char *conjunction);
void graph_check(const struct draft *draft, struct error *err);

/* The topologies in which names of settings, conditions and hops are looked up: at least one must have the name. */
struct scope {
	const struct topology *const *topologies;
	size_t count;
	bool complete; /* false: a topology is missing, so no name can be called unknown */
};
bool scope_node(const struct scope *scope, const char *name, struct where where, struct error *err);
bool scope_interface(const struct scope *scope, const char *node, const char *name, struct where where,
                     struct error *err);

struct settings {
	struct setting *items;
	size_t count;
};
enum settings_allowed { ALLOW_ALL, ALLOW_TRAFFIC };
/* Reads a map of settings; maps inside are dotted keys: {srh: {tag: 5}} is {srh.tag: 5}. */
void settings_read(struct settings *into, const struct item *map, enum settings_allowed allowed,
                   const struct scope *scope, struct error *err);
/* Reads one setting; appends it if it is valid. */
void setting_read(struct settings *into, const char *key, struct where where, const struct item *value,
                  enum settings_allowed allowed, const struct scope *scope, struct error *err);
void setting_clear(struct setting *setting);
/* packets.c: "4" or "5-7": packets of a burst, from 1 to HELD_MOST. */
bool packets_read(unsigned *first, unsigned *last, const char *text);
bool setting_is_map(const char *key); /* whether a map is its value, rather than keys with it before them */
bool setting_known(const char *key);  /* whether the key has the form of a setting, topology included */

/* A case while it is read. */
struct case_draft {
	struct testcase *testcase;
	struct scope scope;
};
void flows_read(void *into, const struct item *item, struct error *err); /* of `traffic`, where it is a list */
void axes_read(void *into, const struct item *item, struct error *err);
void expect_read(void *into, const struct item *item, struct error *err);
/* A range such as ">=4.10 <4.13"; `what` names it in messages. */
void range_read(char **ret, const struct item *item, const char *what, struct error *err);
void known_read(void *into, const struct item *item, struct error *err);
void traffic_check(const struct case_draft *draft, struct where where, struct error *err);
/* Reports services that the case turns on and that none of its packets can reach. */
void services_check(const struct case_draft *draft, struct error *err);
/* Reports keys that no cell can use. */
void unused_check(const struct case_draft *draft, struct error *err);
/* Where a key has an effect: "`tcp: crafted`, `mode: inline` or `encap`"; empty: any cell. Caller frees. */
char *field_with(const struct traffic_field *field);
void needs_read(char ***needs, size_t *count, const struct item *item, struct error *err);

#endif
