/* The members of results: what is written, read, checked and shown of them. */
#include "result.h"

#define NULLABLE .flags = MEMBER_NULL
#define OPTIONAL .flags = MEMBER_OPTIONAL
/* A guest's answer without it is malformed. */
#define ASKED      .flags = MEMBER_ASKED
#define ASKED_NULL .flags = MEMBER_ASKED | MEMBER_NULL
#define KEY(type, field)                                                                                               \
	{                                                                                                              \
		.kind = MEMBER_TEXT, .offset = MEMBER_AT(type, field, const char *)                                    \
	}
#define BARE(type, field, is, ...)                                                                                     \
	{                                                                                                              \
		.kind = MEMBER_##is, .offset = offsetof(struct type, field), __VA_ARGS__                               \
	}

static const struct member label_rows[] = { KEY(label, name), BARE(label, text, TEXT) };
const struct members label_members = { label_rows, COUNT(label_rows), sizeof(struct label), true };
BARE_MEMBERS(figure_members, figure, KEY(figure, name), BARE(figure, number, INTEGER));
BARE_MEMBERS(truth_members, truth, KEY(truth, name), BARE(truth, holds, TRUTH));
BARE_MEMBERS(rule_members, rule, KEY(rule, hop), BARE(rule, value, VALUE));
static const struct member values_rows[] = { { .kind = MEMBER_VALUE } };
static const struct members values_members = { values_rows, COUNT(values_rows), sizeof(struct value), true };

#define TEXTS(type, field, ...)   OTHER_MEMBER(type, field, LIST, .of = &texts_members, __VA_ARGS__)
#define LABELS(type, field, ...)  OTHER_MEMBER(type, field, MAP, .of = &label_members, __VA_ARGS__)
#define FIGURES(type, field, ...) OTHER_MEMBER(type, field, MAP, .of = &figure_members, __VA_ARGS__)
#define RULES(type, field, ...)   OTHER_MEMBER(type, field, MAP, .of = &rule_members, __VA_ARGS__)

BARE_MEMBERS(rule_group_members, rule_group, KEY(rule_group, name), BARE(rule_group, rules, MAP, .of = &rule_members));
BARE_MEMBERS(icmp_rule_members, result_icmp_rule, BARE(result_icmp_rule, rules, MAP, .of = &rule_members));
LOCAL_MEMBERS(difference_members, result_difference, TEXT_MEMBER(result_difference, what),
              TEXT_MEMBER(result_difference, expected), TEXT_MEMBER(result_difference, saw));

LOCAL_MEMBERS(contradiction_members, result_contradiction, TEXT_MEMBER(result_contradiction, node),
              TEXT_MEMBER(result_contradiction, what), INTEGER_MEMBER(result_contradiction, count));

MEMBERS(result_verdict_members, result_verdict, WORD_MEMBER(result_verdict, fate, .words = fate_words, ASKED),
        TEXT_MEMBER(result_verdict, at, ASKED_NULL),
        TEXT_MEMBER(result_verdict, reason, .words = reason_words, ASKED_NULL),
        TEXT_MEMBER(result_verdict, last_hop, NULLABLE), RULES(result_verdict, aggregation),
        TEXTS(result_verdict, bad_checksums), TEXTS(result_verdict, oversize),
        OTHER_MEMBER(result_verdict, contradicted_by, LIST, .of = &contradiction_members, OPTIONAL),
        TEXTS(result_verdict, broken, OPTIONAL));

MEMBERS(result_row_members, result_row, WORD_MEMBER(result_row, fate, .words = fate_words, OPTIONAL),
        TEXT_MEMBER(result_row, at, OPTIONAL), TEXT_MEMBER(result_row, reason, OPTIONAL),
        RULES(result_row, aggregation, OPTIONAL),
        TEXTS(result_row, bad_checksums, .flags = MEMBER_OPTIONAL | MEMBER_ANY),
        TEXTS(result_row, oversize, .flags = MEMBER_OPTIONAL | MEMBER_ANY),
        TEXTS(result_row, altered, .flags = MEMBER_OPTIONAL | MEMBER_ANY),
        TEXTS(result_row, contradicted, .flags = MEMBER_OPTIONAL | MEMBER_ANY), RULES(result_row, srh, OPTIONAL),
        TEXTS(result_row, broken, .flags = MEMBER_OPTIONAL | MEMBER_ANY), RULES(result_row, merged, OPTIONAL),
        OTHER_MEMBER(result_row, hops, MAP, .of = &rule_group_members, OPTIONAL),
        OTHER_MEMBER(result_row, counters, MAP, .of = &rule_group_members, OPTIONAL),
        OTHER_MEMBER(result_row, icmp, LIST, .of = &icmp_rule_members, OPTIONAL),
        TEXT_MEMBER(result_row, retransmissions, OPTIONAL), TEXT_MEMBER(result_row, refused, OPTIONAL),
        TEXT_MEMBER(result_row, complaint, OPTIONAL), TEXT_MEMBER(result_row, log, OPTIONAL),
        TEXT_MEMBER(result_row, kernel, OPTIONAL), TEXT_MEMBER(result_row, qemu, OPTIONAL),
        TEXT_MEMBER(result_row, deviation, OPTIONAL), TEXT_MEMBER(result_row, fixed, OPTIONAL),
        TEXT_MEMBER(result_row, found, OPTIONAL), TEXT_MEMBER(result_row, because, OPTIONAL),
        TEXT_MEMBER(result_row, ref, OPTIONAL), TEXT_MEMBER(result_row, workaround, OPTIONAL));

LOCAL_MEMBERS(sight_members, result_sight, TEXT_MEMBER(result_sight, source), TEXT_MEMBER(result_sight, destination),
              INTEGER_MEMBER(result_sight, segments_left, NULLABLE), INTEGER_MEMBER(result_sight, length),
              INTEGER_MEMBER(result_sight, payload), INTEGER_MEMBER(result_sight, sequence, NULLABLE),
              WORD_MEMBER(result_sight, checksum, .words = checksum_words, NULLABLE),
              TRUTH_MEMBER(result_sight, oversize), TRUTH_MEMBER(result_sight, encapsulated),
              TRUTH_MEMBER(result_sight, handed_on), INTEGER_MEMBER(result_sight, merged),
              INTEGER_MEMBER(result_sight, packets, OPTIONAL), TEXTS(result_sight, broken, OPTIONAL));

LOCAL_MEMBERS(end_drop_members, result_end_drop, TEXT_MEMBER(result_end_drop, reason, NULLABLE),
              TEXT_MEMBER(result_end_drop, function, NULLABLE));

LOCAL_MEMBERS(end_members, result_end, TEXT_MEMBER(result_end, node),
              WORD_MEMBER(result_end, how, .words = journey_end_words), TEXT_MEMBER(result_end, reason, NULLABLE),
              OTHER_MEMBER(result_end, drop, STRUCT, .of = &end_drop_members, NULLABLE));

LOCAL_MEMBERS(step_members, result_step, TEXT_MEMBER(result_step, hop), REAL_MEMBER(result_step, time_us),
              OTHER_MEMBER(result_step, seen, INLINE, .of = &sight_members));

MEMBERS(result_timeless_members, result_step, TEXT_MEMBER(result_step, hop, OPTIONAL),
        OTHER_MEMBER(result_step, seen, INLINE, .of = &sight_members));

MEMBERS(result_journey_members, result_journey, TEXT_MEMBER(result_journey, packet),
        OTHER_MEMBER(result_journey, steps, LIST, .of = &step_members),
        OTHER_MEMBER(result_journey, end, STRUCT, .of = &end_members));

MEMBERS(result_journeys_members, result_journey, TEXT_MEMBER(result_journey, packet),
        INTEGER_MEMBER(result_journey, packets), WORD_MEMBER(result_journey, way, .words = way_words),
        REAL_MEMBER(result_journey, time_us), OTHER_MEMBER(result_journey, steps, LIST, .of = &step_members),
        OTHER_MEMBER(result_journey, end, STRUCT, .of = &end_members), INTEGER_MEMBER(result_journey, elided, OPTIONAL),
        FIGURES(result_journey, ends, OPTIONAL));

MEMBERS(result_checksums_members, result_checksums, INTEGER_MEMBER(result_checksums, valid),
        INTEGER_MEMBER(result_checksums, partial), INTEGER_MEMBER(result_checksums, bad));

MEMBERS(result_hop_members, result_hop, TEXT_MEMBER(result_hop, node), TEXT_MEMBER(result_hop, interface),
        WORD_MEMBER(result_hop, direction, .words = hop_direction_words), INTEGER_MEMBER(result_hop, packets),
        INTEGER_MEMBER(result_hop, bytes), INTEGER_MEMBER(result_hop, largest), INTEGER_MEMBER(result_hop, data),
        INTEGER_MEMBER(result_hop, oversize), OTHER_MEMBER(result_hop, segments_left, LIST, .of = &values_members),
        OTHER_MEMBER(result_hop, checksum, STRUCT, .of = &result_checksums_members));

LOCAL_MEMBERS(socket_members, result_socket, TRUTH_MEMBER(result_socket, established),
              INTEGER_MEMBER(result_socket, sent), INTEGER_MEMBER(result_socket, received),
              TRUTH_MEMBER(result_socket, mangled), TEXT_MEMBER(result_socket, error, NULLABLE),
              INTEGER_MEMBER(result_socket, retransmits), INTEGER_MEMBER(result_socket, unacknowledged));

LOCAL_MEMBERS(drop_members, result_drop, TEXT_MEMBER(result_drop, node), TEXT_MEMBER(result_drop, interface, NULLABLE),
              TEXT_MEMBER(result_drop, reason, NULLABLE), TEXT_MEMBER(result_drop, function, NULLABLE),
              TEXT_MEMBER(result_drop, packet, NULLABLE), INTEGER_MEMBER(result_drop, count));

BARE_MEMBERS(counters_members, result_counters, KEY(result_counters, node),
             BARE(result_counters, deltas, MAP, .of = &figure_members));
BARE_MEMBERS(offloads_members, result_offloads, KEY(result_offloads, interface),
             BARE(result_offloads, states, MAP, .of = &label_members));

MEMBERS(result_breach_members, result_breach, TEXT_MEMBER(result_breach, invariant, .words = invariant_words),
        TEXT_MEMBER(result_breach, source), TEXT_MEMBER(result_breach, node), TEXT_MEMBER(result_breach, hop),
        TEXT_MEMBER(result_breach, packet), TEXT_MEMBER(result_breach, expected), TEXT_MEMBER(result_breach, saw),
        INTEGER_MEMBER(result_breach, packets));
MEMBERS(result_icmp_members, result_icmp, TEXT_MEMBER(result_icmp, node), TEXT_MEMBER(result_icmp, error),
        INTEGER_MEMBER(result_icmp, type), INTEGER_MEMBER(result_icmp, code), INTEGER_MEMBER(result_icmp, parameter),
        TEXT_MEMBER(result_icmp, source, NULLABLE), TEXT_MEMBER(result_icmp, destination, NULLABLE),
        INTEGER_MEMBER(result_icmp, segments_left, NULLABLE), INTEGER_MEMBER(result_icmp, packets));

MEMBERS(result_evidence_members, result_evidence,
        OTHER_MEMBER(result_evidence, hops, LIST, .of = &result_hop_members, ASKED),
        OTHER_MEMBER(result_evidence, counters, MAP, .of = &counters_members, ASKED),
        OTHER_MEMBER(result_evidence, offloads, MAP, .of = &offloads_members, ASKED),
        LABELS(result_evidence, models, ASKED),
        OTHER_MEMBER(result_evidence, sender, STRUCT, .of = &socket_members, ASKED_NULL),
        OTHER_MEMBER(result_evidence, receiver, STRUCT, .of = &socket_members, ASKED_NULL),
        TEXTS(result_evidence, complaints, ASKED), TEXTS(result_evidence, hints, ASKED),
        OTHER_MEMBER(result_evidence, drops, LIST, .of = &drop_members, ASKED),
        INTEGER_MEMBER(result_evidence, drops_lost, ASKED),
        OTHER_MEMBER(result_evidence, breaches, LIST, .of = &result_breach_members, OPTIONAL),
        OTHER_MEMBER(result_evidence, icmpv6, LIST, .of = &result_icmp_members, OPTIONAL),
        OTHER_MEMBER(result_evidence, icmpv4, LIST, .of = &result_icmp_members, OPTIONAL));

static const struct member file_texts_rows[] = { { .kind = MEMBER_TEXT, .flags = MEMBER_RAW } };
static const struct members file_texts_members = { file_texts_rows, COUNT(file_texts_rows), sizeof(const char *),
	                                           true };

MEMBERS(result_members, result, MEMBER(result, name, "case", TEXT, const char *, .flags = MEMBER_NEEDED),
        TEXT_MEMBER(result, topology, NULLABLE), LABELS(result, axes),
        WORD_MEMBER(result, outcome, .words = outcome_words, .flags = MEMBER_NEEDED), TEXT_MEMBER(result, command),
        OTHER_MEMBER(result, verdict, STRUCT, .of = &result_verdict_members, ASKED_NULL),
        OTHER_MEMBER(result, expected, STRUCT, .of = &result_row_members, ASKED_NULL),
        OTHER_MEMBER(result, known, STRUCT, .of = &result_row_members, OPTIONAL),
        OTHER_MEMBER(result, warning, STRUCT, .of = &result_row_members, OPTIONAL), TEXT_MEMBER(result, like, OPTIONAL),
        OTHER_MEMBER(result, differences, LIST, .of = &difference_members, OPTIONAL),
        OTHER_MEMBER(result, journey, STRUCT, .of = &result_journey_members, ASKED_NULL),
        OTHER_MEMBER(result, evidence, INLINE, .of = &result_evidence_members), TEXT_MEMBER(result, why, ASKED_NULL),
        REAL_MEMBER(result, ms, ASKED), OTHER_MEMBER(result, journeys, LIST, .of = &result_journeys_members, OPTIONAL),
        TEXTS(result, console, OPTIONAL), OTHER_MEMBER(result, script, LIST, .of = &file_texts_members, OPTIONAL));

/* ---- a run */

LOCAL_MEMBERS(node_members, result_node, TEXT_MEMBER(result_node, name), TEXTS(result_node, addresses),
              LABELS(result_node, sids), TEXT_MEMBER(result_node, service, NULLABLE));
LOCAL_MEMBERS(link_members, result_link, TEXTS(result_link, ends), TEXT_MEMBER(result_link, kind),
              INTEGER_MEMBER(result_link, mtu));
MEMBERS(result_topology_members, result_topology, KEY(result_topology, name),
        OTHER_MEMBER(result_topology, nodes, LIST, .of = &node_members),
        OTHER_MEMBER(result_topology, links, LIST, .of = &link_members));

MEMBERS(result_kernel_members, result_kernel, TEXT_MEMBER(result_kernel, release, ASKED),
        TEXT_MEMBER(result_kernel, version, OPTIONAL),
        OTHER_MEMBER(result_kernel, features, MAP, .of = &truth_members, .flags = MEMBER_OPTIONAL | MEMBER_ASKED),
        LABELS(result_kernel, missing, .flags = MEMBER_OPTIONAL | MEMBER_ASKED),
        TEXTS(result_kernel, unknown, OPTIONAL), FIGURES(result_kernel, nics, OPTIONAL),
        TEXT_MEMBER(result_kernel, qemu, OPTIONAL), TEXT_MEMBER(result_kernel, label, OPTIONAL),
        TEXT_MEMBER(result_kernel, machine, .flags = MEMBER_OPTIONAL | MEMBER_NULL),
        REAL_MEMBER(result_kernel, boot_ms, OPTIONAL), REAL_MEMBER(result_kernel, seconds, OPTIONAL),
        RULES(result_kernel, stages, OPTIONAL), INTEGER_MEMBER(result_kernel, boots, OPTIONAL),
        TEXT_MEMBER(result_kernel, troubles, OPTIONAL));

BARE_MEMBERS(run_file_members, run_file, KEY(run_file, name), BARE(run_file, text, TEXT, .flags = MEMBER_RAW));

MEMBERS(run_members, run, TEXT_MEMBER(run, hopcheck, OPTIONAL),
        OTHER_MEMBER(run, kernel, STRUCT, .of = &result_kernel_members, OPTIONAL),
        OTHER_MEMBER(run, topologies, MAP, .of = &result_topology_members, OPTIONAL),
        OTHER_MEMBER(run, cells, LIST, .of = &result_members, .flags = MEMBER_NEEDED | MEMBER_NEW),
        TRUTH_MEMBER(run, partial, OPTIONAL), INTEGER_MEMBER(run, unrun, OPTIONAL),
        OTHER_MEMBER(run, files, MAP, .of = &run_file_members, OPTIONAL));
