/* A struct and its JSON object: one table of the struct's members, from which the object is written, read and checked.
 * Values read are kept in a pool, equal ones once. */
#ifndef HOPCHECK_MEMBERS_H
#define HOPCHECK_MEMBERS_H

#include <jansson.h>

#include "pool.h"

enum member_kind {
	MEMBER_TEXT,    /* const char *; NULL is null */
	MEMBER_WORD,    /* int: a value of `words`; NO_WORD is null */
	MEMBER_TRUTH,   /* bool */
	MEMBER_INTEGER, /* int64_t; NO_INTEGER is null */
	MEMBER_REAL,    /* double */
	MEMBER_VALUE,   /* struct value: a text or a number */
	MEMBER_STRUCT,  /* const struct of table `of` *; NULL is null */
	MEMBER_INLINE,  /* the same, its members in the object itself */
	MEMBER_LIST,    /* { const struct of table `of` *at; size_t count; }: an array; at NULL: none is given */
	MEMBER_MAP,     /* the same as an object: the first row of `of` is a text, the key */
};
#define NO_WORD    (-1)
#define NO_INTEGER INT64_MIN

enum {
	MEMBER_OPTIONAL = 1, /* not written when it is empty */
	MEMBER_NULL = 2,     /* may be null; a LIST or MAP never */
	MEMBER_NEEDED = 4,   /* an object without it is malformed */
	MEMBER_ASKED = 8,    /* a guest's answer without it is */
	MEMBER_ANY = 16,     /* a LIST of texts may be the text "any": at is any_text then, count 0 */
	MEMBER_RAW = 64,     /* of TEXT: a file's, which is written as it is and never shown: not disarmed */
	MEMBER_NEW = 32, /* of MEMBER_LIST: of struct pointers, each belonging to the document alone and not constant */
};

struct members;
struct member {
	const char *name; /* NULL: a key, or the value itself of a bare table */
	size_t offset;
	const struct word *words; /* of WORD; of a TEXT: the words that a guest may use. Documents of later versions may
	                             have others */
	const struct members *of;
	uint8_t kind, flags;
};
/* Structs begin with `const uint8_t *shape`: which members the object had that it was read from, in its order; NULL: it
 * was not read, and has those of the table. A bare table's have none: a list's elements are its only row's value, a
 * map's those of its second row. */
struct members {
	const struct member *rows;
	size_t count, size;
	bool bare;
};

struct value {
	const char *text; /* NULL: it is a number */
	double number;
	bool integer;
	char unused[7]; /* zero */
};
struct texts {
	const char *const *at;
	size_t count;
};
extern const struct members texts_members;
extern const char *const any_text[]; /* what `at` of a MEMBER_ANY is for "any" */

/* Rows of tables: the member's type is checked. */
#define MEMBER_AT(type, field, wanted)                                                                                 \
	(offsetof(struct type, field) +                                                                                \
	 0 * sizeof(char[__builtin_types_compatible_p(__typeof__(((struct type *)0)->field), wanted) ? 1 : -1]))
#define MEMBER(type, field, json, is, wanted, ...)                                                                     \
	{                                                                                                              \
		.name = (json), .kind = MEMBER_##is, .offset = MEMBER_AT(type, field, wanted), __VA_ARGS__             \
	}
#define TEXT_MEMBER(type, field, ...)    MEMBER(type, field, #field, TEXT, const char *, __VA_ARGS__)
#define WORD_MEMBER(type, field, ...)    MEMBER(type, field, #field, WORD, int, __VA_ARGS__)
#define TRUTH_MEMBER(type, field, ...)   MEMBER(type, field, #field, TRUTH, bool, __VA_ARGS__)
#define INTEGER_MEMBER(type, field, ...) MEMBER(type, field, #field, INTEGER, int64_t, __VA_ARGS__)
#define REAL_MEMBER(type, field, ...)    MEMBER(type, field, #field, REAL, double, __VA_ARGS__)
#define OTHER_MEMBER(type, field, is, ...)                                                                             \
	{                                                                                                              \
		.name = #field, .kind = MEMBER_##is, .offset = offsetof(struct type, field), __VA_ARGS__               \
	}
#define MEMBERS(table, type, ...)                                                                                      \
	static const struct member table##_rows[] = { __VA_ARGS__ };                                                   \
	const struct members table = { table##_rows, COUNT(table##_rows), sizeof(struct type), false }
#define LOCAL_MEMBERS(table, type, ...)                                                                                \
	static const struct member table##_rows[] = { __VA_ARGS__ };                                                   \
	static const struct members table = { table##_rows, COUNT(table##_rows), sizeof(struct type), false }
#define BARE_MEMBERS(table, type, ...)                                                                                 \
	static const struct member table##_rows[] = { __VA_ARGS__ };                                                   \
	static const struct members table = { table##_rows, COUNT(table##_rows), sizeof(struct type), true }

/* Where and how something is read. */
struct reading {
	struct pool *pool;
	bool answer; /* a guest's: MEMBER_ASKED must be there, TEXTs are of their words */
};
/* Fills a struct from an object; members that the table does not have are ignored. 0, or -1 and a message with the
 * place and what is wrong there: "hops[2]: packets: expected an integer, got a string". */
int members_read(void *into, const struct members *table, const json_t *object, const struct reading *reading,
                 struct error *err);
json_t *members_json(const struct members *table, const void *value); /* new reference */
/* Messages may hold what a person wrote or a buffer cut in the middle of a letter, and JSON allows only UTF-8: other
 * octets become ?. NULL is null. */
json_t *json_any_text(const char *text);
/* One member's value alone; NULL: it is not given, or empty (null, "", [], {}). New reference. */
json_t *member_json(const struct members *table, const void *value, const char *name);
/* The shape of a struct, also of one that was not read: the members that are written. */
const uint8_t *members_shape(struct pool *pool, const struct members *table, const void *value);
/* The shape of these members in this order; names end with NULL. */
const uint8_t *members_shape_of(struct pool *pool, const struct members *table, const char *const *names);
/* Records that a member of a struct is now given, or no longer given. Use GIVE() and DROP(). */
void member_give(struct pool *pool, const struct members *table, void *value, size_t offset, bool given);
#define GIVE(pool, table, pointer, field)                                                                              \
	member_give((pool), &(table), (pointer), offsetof(__typeof__(*(pointer)), field), true)
#define DROP(pool, table, pointer, field)                                                                              \
	member_give((pool), &(table), (pointer), offsetof(__typeof__(*(pointer)), field), false)
/* Whether the object had the member that a struct was read from; of one that was not read: true. */
bool member_given(const struct members *table, const void *value, size_t offset);
#define GIVEN(table, pointer, field) member_given(&(table), (pointer), offsetof(__typeof__(*(pointer)), field))
/* Passes every text of a struct, and of what it points to, through text_disarm(); results are kept in the pool. Two
 * keys of a map that become the same remain two. */
void members_disarm(struct pool *pool, const struct members *table, void *value);

#endif
