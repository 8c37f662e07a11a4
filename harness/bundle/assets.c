/* The parts of scripts from script/, included in the binary by the assembler. */
#include "bundle_internal.h"

#define ASSET(name, file)                                                                                              \
	__asm__(".pushsection .rodata,\"a\",%progbits\n"                                                               \
	        ".global " #name "\n" #name ":\n"                                                                      \
	        ".incbin \"harness/bundle/script/" file "\"\n"                                                         \
	        ".byte 0\n"                                                                                            \
	        ".popsection\n")

ASSET(script_alone, "reproduce.sh");
ASSET(script_kselftest, "kselftest.sh");
ASSET(script_common, "common.sh");
ASSET(script_finish, "finish.sh");
ASSET(script_python, "reproduce.py");
