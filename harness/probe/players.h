/* clang-format off: one row a transport's sockets */
ROW(tcp_player)
