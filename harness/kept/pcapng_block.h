/* Numbers of the pcapng format that its writer and reader share. */
#ifndef HOPCHECK_REPORT_PCAPNG_BLOCK_H
#define HOPCHECK_REPORT_PCAPNG_BLOCK_H

#include "pcapng.h"

enum { BLOCK_SECTION = 0x0a0d0d0a, BLOCK_INTERFACE = 1, BLOCK_PACKET = 6 };
enum { BYTE_ORDER_MAGIC = 0x1a2b3c4d, LINK_ETHERNET = 1, NANOSECONDS = 9 };
/* Option codes: the first two are the same in every block, the others depend on the block. */
enum {
	OPTION_END = 0,
	OPTION_COMMENT = 1,
	OPTION_SECTION_SYSTEM = 3,
	OPTION_SECTION_PROGRAM = 4,
	OPTION_INTERFACE_NAME = 2,
	OPTION_INTERFACE_MAC = 6,
	OPTION_INTERFACE_RESOLUTION = 9,
	OPTION_PACKET_FLAGS = 2,
};
/* A block: type, length, body, length again. */
enum { BLOCK_HEAD = 8, BLOCK_FRAME = 12, SECTION_FIXED = 16, INTERFACE_FIXED = 8, PACKET_FIXED = 20, OPTION_HEAD = 4 };
#define PADDED(length) (((length) + 3) & ~(size_t)3)

#endif
