/* clang-format off: one row a kind; the first is what a file need not say */
ROW(link_veth)
ROW(link_nic_model)
ROW(link_nic)
ROW(link_vxlan)
ROW(link_wire)
ROW(link_pages)
