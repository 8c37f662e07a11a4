/* The page's files from html/, included in the binary by the assembler. */
#include "html.h"

#define ASSET(name, file)                                                                                              \
	__asm__(".pushsection .rodata,\"a\",%progbits\n"                                                               \
	        ".global " #name "\n" #name ":\n"                                                                      \
	        ".incbin \"harness/format/html/" file "\"\n"                                                           \
	        ".byte 0\n"                                                                                            \
	        ".popsection\n")

ASSET(html_page, "page.html");
ASSET(html_style, "style.css");
ASSET(html_script_data, "data.js");
ASSET(html_script_matrix, "matrix.js");
ASSET(html_script_filter, "filter.js");
ASSET(html_script_found, "found.js");
ASSET(html_script_topology, "topology.js");
ASSET(html_script_detail, "detail.js");
ASSET(html_script_page, "page.js");

/* In their order in the page. */
const char *const html_scripts[] = {
	html_script_data,     html_script_filter, html_script_matrix, html_script_found,
	html_script_topology, html_script_detail, html_script_page,   NULL,
};
