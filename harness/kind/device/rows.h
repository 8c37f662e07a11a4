/* clang-format off: one row a kind */
ROW(device_packet)
ROW(device_tun)
ROW(device_ip6tnl)
ROW(device_vrf)
