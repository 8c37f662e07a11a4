/* clang-format off: one row a transport; the first one is what a case has that names none */
ROW(transport_tcp)
