/* The members of sightings in JSON. */
#include "sighting.h"

LOCAL_MEMBERS(srh_members, sighted_srh, INTEGER_MEMBER(sighted_srh, type), INTEGER_MEMBER(sighted_srh, segments_left),
              INTEGER_MEMBER(sighted_srh, last_entry), INTEGER_MEMBER(sighted_srh, flags),
              INTEGER_MEMBER(sighted_srh, tag), OTHER_MEMBER(sighted_srh, segments, LIST, .of = &texts_members),
              OTHER_MEMBER(sighted_srh, tlvs, LIST, .of = &texts_members, .flags = MEMBER_OPTIONAL),
              TEXT_MEMBER(sighted_srh, fault, .flags = MEMBER_OPTIONAL));

LOCAL_MEMBERS(layer_members, sighted_layer, TEXT_MEMBER(sighted_layer, kind),
              TEXT_MEMBER(sighted_layer, source, .flags = MEMBER_OPTIONAL),
              TEXT_MEMBER(sighted_layer, destination, .flags = MEMBER_OPTIONAL),
              TEXT_MEMBER(sighted_layer, final, .flags = MEMBER_OPTIONAL),
              INTEGER_MEMBER(sighted_layer, hop_limit, .flags = MEMBER_NULL),
              WORD_MEMBER(sighted_layer, checksum, .words = sum_words, .flags = MEMBER_OPTIONAL),
              OTHER_MEMBER(sighted_layer, srh, STRUCT, .of = &srh_members, .flags = MEMBER_OPTIONAL));

LOCAL_MEMBERS(packet_members, sighted_packet, INTEGER_MEMBER(sighted_packet, number),
              TEXT_MEMBER(sighted_packet, point), TEXT_MEMBER(sighted_packet, name),
              REAL_MEMBER(sighted_packet, time_us), INTEGER_MEMBER(sighted_packet, length),
              INTEGER_MEMBER(sighted_packet, captured), WORD_MEMBER(sighted_packet, way, .words = way_words),
              WORD_MEMBER(sighted_packet, checksum, .words = sum_words, .flags = MEMBER_NULL),
              TEXT_MEMBER(sighted_packet, destination, .flags = MEMBER_NULL),
              TEXT_MEMBER(sighted_packet, final, .flags = MEMBER_NULL),
              INTEGER_MEMBER(sighted_packet, segments_left, .flags = MEMBER_NULL),
              OTHER_MEMBER(sighted_packet, layers, LIST, .of = &layer_members),
              OTHER_MEMBER(sighted_packet, faults, LIST, .of = &texts_members, .flags = MEMBER_OPTIONAL),
              OTHER_MEMBER(sighted_packet, notes, LIST, .of = &texts_members, .flags = MEMBER_OPTIONAL));

LOCAL_MEMBERS(flow_members, sighted_flow, TEXT_MEMBER(sighted_flow, protocol), TEXT_MEMBER(sighted_flow, client),
              TEXT_MEMBER(sighted_flow, server), INTEGER_MEMBER(sighted_flow, faulty),
              OTHER_MEMBER(sighted_flow, places, LIST, .of = &texts_members, .flags = MEMBER_OPTIONAL),
              OTHER_MEMBER(sighted_flow, packets, LIST, .of = &packet_members));

LOCAL_MEMBERS(point_members, sighted_point, TEXT_MEMBER(sighted_point, name), TEXT_MEMBER(sighted_point, link),
              INTEGER_MEMBER(sighted_point, packets), INTEGER_MEMBER(sighted_point, unread));

MEMBERS(sightings_members, sightings, TEXT_MEMBER(sightings, hopcheck), INTEGER_MEMBER(sightings, packets),
        INTEGER_MEMBER(sightings, faulty), OTHER_MEMBER(sightings, points, LIST, .of = &point_members),
        OTHER_MEMBER(sightings, flows, LIST, .of = &flow_members),
        OTHER_MEMBER(sightings, complaints, LIST, .of = &texts_members, .flags = MEMBER_OPTIONAL));
