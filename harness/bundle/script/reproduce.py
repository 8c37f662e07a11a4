import base64
import ctypes
import fcntl
import json
import mmap
import os
import select
import socket
import struct
import subprocess
import sys
import traceback

PORT = 5001  # of the server; the other end has another one for every connection
RIGHT, WRONG, CANNOT = 0, 1, 4
POLL = 0.05  # seconds that are waited at a time for something to happen
QUIET = 14  # so many times in a row nothing came: longer than TCP's least timer, 200 ms, so what is missing is lost

LIBC = ctypes.CDLL(None, use_errno=True)
NAMESPACES = dict(word.split("=") for word in os.environ["NAMESPACES"].split())
HERE = os.open("/proc/self/ns/net", os.O_RDONLY)


class CannotTell(Exception):
    """Something keeps the test from saying what the kernel does."""


def enter(fd):
    if LIBC.setns(fd, 0x40000000):  # CLONE_NEWNET
        raise CannotTell("setns: " + os.strerror(ctypes.get_errno()))


class At:
    """Within a node's network namespace."""

    def __init__(self, node):
        self.path = "/run/netns/" + NAMESPACES[node]

    def __enter__(self):
        fd = os.open(self.path, os.O_RDONLY)
        enter(fd)
        os.close(fd)

    def __exit__(self, *_):
        enter(HERE)


def run(node, *words):
    path = "--net=/run/netns/" + NAMESPACES[node]
    done = subprocess.run(["nsenter", path] + list(words), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode:
        raise CannotTell("%s: %s: %s" % (node, " ".join(words), done.stderr.decode().strip()))
    return done.stdout.decode()


# ---- packets: headers from the outermost in


def address(octets):
    return socket.inet_ntop(socket.AF_INET6 if len(octets) == 16 else socket.AF_INET, octets)


def srh_read(octets, at, end):
    """A segment routing header, RFC 8754 2; segments are in the order of the wire, the last one first."""
    length = 8 * (octets[at + 1] + 1)
    kind, left, last, flags = octets[at + 2 : at + 6]
    count = min(last + 1, (min(at + length, end) - at - 8) // 16)
    entries = [octets[at + 8 + 16 * i : at + 24 + 16 * i] for i in range(count)]
    return {
        "type": kind,
        "left": left,
        "last": last,
        "flags": flags,
        "tag": struct.unpack_from(">H", octets, at + 6)[0],
        "segments": entries,
        "tlvs": octets[at + 8 + 16 * count : at + length],
        "whole": kind == 4 and left <= last and count == last + 1 and at + length <= end,
    }


def ipv6_read(octets, at):
    first, length, kind, hop = struct.unpack_from(">IHBB", octets, at)
    end = min(len(octets), at + 40 + length) if length else len(octets)
    ip = {
        "version": 6,
        "class": first >> 20 & 0xFF,
        "label": first & 0xFFFFF,
        "hop": hop,
        "source": octets[at + 8 : at + 24],
        "destination": octets[at + 24 : at + 40],
        "srhs": [],
        "at": at,
        "end": end,
    }
    at += 40
    while kind in (0, 43, 60) and at + 8 <= end:
        if kind == 43:
            ip["srhs"].append(srh_read(octets, at, end))
        kind, at = octets[at], at + 8 * (octets[at + 1] + 1)
    return ip, kind, at


def ipv4_read(octets, at):
    length = struct.unpack_from(">H", octets, at + 2)[0]
    ip = {
        "version": 4,
        "class": octets[at + 1],
        "label": 0,
        "hop": octets[at + 8],
        "source": octets[at + 12 : at + 16],
        "destination": octets[at + 16 : at + 20],
        "srhs": [],
        "at": at,
        "end": min(len(octets), at + length) if length else len(octets),
    }
    return ip, octets[at + 9], at + 4 * (octets[at] & 15)


def final(ip):
    """The destination that a checksum covers: the last of the segments, RFC 8200 8.1."""
    if ip["srhs"] and ip["srhs"][-1]["segments"] and ip["srhs"][-1]["type"] == 4:
        return ip["srhs"][-1]["segments"][0]
    return ip["destination"]


def srh_of(ip):
    """That on which nodes act: the first with segments left, else the last."""
    for srh in ip["srhs"]:
        if srh["left"] or not srh["whole"]:
            return srh
    return ip["srhs"][-1] if ip["srhs"] else None


class Packet:
    """A frame: its IP headers, and where its TCP or ICMP is."""

    def __init__(self, octets):
        self.octets, self.ips, self.frames, self.tcp, self.icmp = octets, [], 0, None, None
        try:
            self.read(struct.unpack_from(">H", octets, 12)[0], 14)
        except (struct.error, IndexError):
            pass  # cut short: what there is has been read

    def read(self, protocol, at):
        kind = {0x86DD: 41, 0x0800: 4}.get(protocol)
        while kind in (4, 41, 143):
            if kind == 143:  # a frame inside
                self.frames += 1
                kind, at = {0x86DD: 41, 0x0800: 4}.get(struct.unpack_from(">H", self.octets, at + 12)[0]), at + 14
                continue
            ip, kind, at = (ipv6_read if kind == 41 else ipv4_read)(self.octets, at)
            self.ips.append(ip)
        if kind == 6 and self.ips and at + 20 <= len(self.octets):
            self.tcp = at
        elif kind in (1, 58) and self.ips and at + 8 <= len(self.octets):
            self.icmp = at

    @property
    def ports(self):
        return struct.unpack_from(">HH", self.octets, self.tcp)

    @property
    def way(self):
        if self.tcp is None:
            return "other"
        source, destination = self.ports
        return "forward" if destination == PORT else "back" if source == PORT else "other"

    @property
    def sequence(self):
        return struct.unpack_from(">I", self.octets, self.tcp + 4)[0]

    @property
    def flags(self):
        return self.octets[self.tcp + 13]

    @property
    def payload(self):
        return max(0, self.ips[-1]["end"] - self.tcp - 4 * (self.octets[self.tcp + 12] >> 4))


def sum16(octets):
    if len(octets) & 1:
        octets += b"\0"
    total = sum(struct.unpack(">%dH" % (len(octets) // 2), octets))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total


def pseudo(ip, length, protocol):
    return sum16(ip["source"] + final(ip) + struct.pack(">II", length, protocol))


def merges_as_lists():
    return any("rx-gro-list" in offloads for offloads in CELL["offloads"].values())


def checksum_state(packet, needs, gso=0):
    """valid, bad, or partial: the pseudo-header's sum, for a device to complete. What GRO merged as a list has the
    checksum of its first packet."""
    whole = segment_state(packet, needs, packet.ips[-1]["end"])
    first = packet.tcp + (packet.octets[packet.tcp + 12] >> 4) * 4 + gso
    if whole == "bad" and gso and merges_as_lists() and first < packet.ips[-1]["end"]:
        return segment_state(packet, needs, first)
    return whole


def segment_state(packet, needs, end):
    ip = packet.ips[-1]
    segment = packet.octets[packet.tcp : end]
    header = pseudo(ip, len(segment), 6)
    if needs:
        return "partial" if struct.unpack_from(">H", segment, 16)[0] == header else "bad"
    total = header + sum16(segment)
    return "valid" if (total & 0xFFFF) + (total >> 16) == 0xFFFF else "bad"


# ---- captures: a packet socket a node, with a ring, whose frames are copies that nothing writes to afterwards


class Capture:
    FRAME, COUNT, BLOCK = 2048, 2048, 65536

    def __init__(self, node):
        with At(node):
            self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
            names = {index: name for index, name in socket.if_nameindex()}
        self.ports = {index: node + "." + name for index, name in names.items() if node + "." + name in CELL["ports"]}
        self.node, self.next = node, 0
        self.socket.setblocking(False)
        grow(self.socket)
        for option, value in ((10, 1), (15, 1), (7, 1)):  # PACKET_VERSION: V2, PACKET_VNET_HDR, PACKET_COPY_THRESH
            self.socket.setsockopt(263, option, value)
        size = self.FRAME * self.COUNT
        self.socket.setsockopt(263, 5, struct.pack("IIII", self.BLOCK, size // self.BLOCK, self.FRAME, self.COUNT))
        self.ring = mmap.mmap(self.socket.fileno(), size)
        everything = struct.pack("=HHiHBB8s", socket.AF_PACKET, socket.htons(3), 0, 0, 0, 0, b"")
        if LIBC.bind(self.socket.fileno(), everything, len(everything)):  # which Python does for one interface only
            raise CannotTell("a packet socket: " + os.strerror(ctypes.get_errno()))

    def read(self):
        """What has come: (hop, time, virtio_net_hdr, octets)."""
        while True:
            start = self.FRAME * self.next
            status, wire, kept, mac, _, sec, nsec = struct.unpack_from("IIIHHII", self.ring, start)
            if not status & 1:
                return
            link = struct.unpack_from("=HHiHBB", self.ring, start + 32)
            offload = self.ring[start + mac - 10 : start + mac]
            octets = self.ring[start + mac : start + mac + kept]
            if status & 2:  # larger than the ring's frame: the rest is in the socket's queue
                try:
                    queued = self.socket.recv(262144)
                    octets += queued[10 + kept :]
                except BlockingIOError:
                    raise CannotTell("a capture lost the end of a packet")
            struct.pack_into("I", self.ring, start, 0)
            self.next = (self.next + 1) % self.COUNT
            if link[2] in self.ports:
                port = self.ports[link[2]]
                direction = "out" if link[4] == 4 else "in"
                yield port + ":" + direction, sec * 1000000000 + nsec, offload, octets

    def lost(self):
        return struct.unpack("II", self.socket.getsockopt(263, 6, 8))[1]


def grow(sock):
    for option in (33, socket.SO_RCVBUF):  # SO_RCVBUFFORCE, for those who may
        try:
            sock.setsockopt(socket.SOL_SOCKET, option, 32 << 20)
            return
        except OSError:
            pass


class Seen:
    """All of the test's packets at all hops, in the order in which they were read."""

    def __init__(self):
        self.captures = [Capture(node) for node in CELL["nodes"]]
        self.packets = []
        self.listeners = {node: listener(node) for node in CELL["listeners"]}

    def poll(self, wait):
        """Whether something came; waits for it."""
        if wait:
            select.select([capture.socket for capture in self.captures] + list(TUNS.values()), [], [], wait)
        tuns_carry()
        before = len(self.packets)
        for capture in self.captures:
            for hop, time, offload, octets in capture.read():
                packet = Packet(octets)
                if packet.way == "other" and packet.icmp is None:
                    continue
                packet.hop, packet.time, packet.node = hop, time, capture.node
                packet.needs = bool(offload[0] & 1)
                packet.gso = struct.unpack_from("=H", offload, 4)[0] if offload[1] else 0
                packet.state = checksum_state(packet, packet.needs, packet.gso) if packet.tcp is not None else None
                self.packets.append(packet)
                serve(packet)
        return len(self.packets) > before

    def until_quiet(self, done, patience=lambda: QUIET):
        """Until that is so, or nothing more comes."""
        silent = 0
        while not done() and silent < patience():
            silent = 0 if self.poll(POLL) else silent + 1
        self.poll(0)
        self.packets.sort(key=lambda packet: packet.time)

    def at(self, hop, way="forward"):
        return [packet for packet in self.packets if packet.hop == hop and packet.way == way]


def listener(node):
    """A plain packet socket: what it holds shares its octets with the packets that go on."""
    with At(node):
        sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
    sock.setblocking(False)
    grow(sock)
    return sock


def complaints(seen):
    """What listeners hold that is not as it was captured: it was changed while it was queued there."""
    for node, sock in seen.listeners.items():
        captured = {(packet.hop, packet.octets) for packet in seen.packets}
        while True:
            try:
                octets, link = sock.recvfrom(262144)
            except BlockingIOError:
                break
            hop = "%s.%s:%s" % (node, link[0], "out" if link[2] == 4 else "in")
            if node + "." + link[0] in CELL["ports"] and Packet(octets).way != "other" and (hop, octets) not in captured:
                yield "%s.%s: a packet was changed while a listener held it" % (node, link[0])
                break
    yield from CELL["complaints"]


# ---- services: programs that nodes run


def next_hop(node, to):
    for entry in CELL["services"][node]["routes"]:
        if entry["to"] == to:
            return entry
    return None


def advance(packet, node):
    """A service segment in user space: the next segment becomes the destination (RFC 8986 4.1), which is returned."""
    octets, srh = bytearray(packet.octets), srh_of(packet.ips[0]) if packet.ips else None
    if not srh or not srh["left"]:
        CELL["complaints"].append(node + " service: a packet without a segment left")
        return None, None
    to = srh["segments"][srh["left"] - 1]
    at = 54
    while octets[at + 2] != 4 or octets[at + 3] != srh["left"]:
        at += 8 * (octets[at + 1] + 1)
    octets[38:54], octets[at + 3] = to, srh["left"] - 1
    if CELL["services"][node]["checksum"] == "complete":
        if packet.tcp is None:
            CELL["complaints"].append(node + " service: no TCP segment to complete")
            return None, None
        ip = packet.ips[-1]
        octets[packet.tcp + 16 : packet.tcp + 18] = b"\0\0"
        segment = bytes(octets[packet.tcp : ip["end"]])
        total = pseudo(ip, len(segment), 6) + sum16(segment)
        struct.pack_into(">H", octets, packet.tcp + 16, ~((total & 0xFFFF) + (total >> 16)) & 0xFFFF)
    return octets, to


def serve(packet):
    """A service on a packet socket: it sends on what is for its SID; the kernel's own copy ends in a blackhole."""
    service = CELL["services"].get(packet.node)
    if not service or service["tun"] or packet.hop.endswith(":out") or not packet.ips:
        return
    if address(packet.ips[0]["destination"]) != service["sid"]:
        return
    octets, to = advance(packet, packet.node)
    if not octets:
        return
    entry = next_hop(packet.node, address(to))
    if not entry:
        CELL["complaints"].append(packet.node + " service: no route to the next segment")
        return
    octets[0:12] = bytes.fromhex(entry["macs"])
    try:
        frame_send(packet.node, entry["dev"], bytes(10), bytes(octets))
    except OSError as error:
        message = "%s service: sending a packet of %d octets: %s" % (packet.node, len(octets), error.strerror)
        CELL["complaints"].append(message)


# ---- what is behind TAP and TUN devices

TUNS = {}  # descriptors, by port or by the node of a service


def tun_open(node, device, flags, offloads):
    """The program's side of a device that is there; it has a carrier only then."""
    with At(node):
        try:
            fd = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
            fcntl.ioctl(fd, 0x400454CA, struct.pack("16sH22x", device.encode(), flags))  # TUNSETIFF
            if offloads:
                fcntl.ioctl(fd, 0x400454D0, offloads)  # TUNSETOFFLOAD
        except OSError as error:
            raise CannotTell("/dev/net/tun: " + error.strerror)
    return fd


def tuns_open():
    for port, about in CELL["ports"].items():
        if about["model"]:
            node, device = port.split(".")
            TUNS[port] = tun_open(node, device, 0x5002, 1)  # IFF_TAP, IFF_NO_PI, IFF_VNET_HDR; TUN_F_CSUM
    for node, service in CELL["services"].items():
        if service["tun"]:
            TUNS[node] = tun_open(node, service["tun"], 0x1001, 0)  # IFF_TUN, IFF_NO_PI
    for node, *words in CELL["commands"]:
        run(node, *words)


def frames_of(fd):
    try:
        while True:
            yield os.read(fd, 131072)
    except BlockingIOError:
        pass


def transmit(port, offload, octets):
    """What a NIC does with a partial checksum: completes it, or does not where it does not know the headers."""
    start, at = struct.unpack_from("=HH", offload, 6)
    packet = Packet(bytes(octets))
    kind = octets[20] if packet.ips else 0
    for ip in packet.ips:
        kind = octets[ip["at"] + (6 if ip["version"] == 6 else 9)]
    if CELL["ports"][port]["model"] == "next-header" and kind != 6:
        CELL["complaints"].append("%s: partial checksum but l4 proto=%x!" % (port, kind))
        return
    struct.pack_into(">H", octets, start + at, (~sum16(bytes(octets[start:])) & 0xFFFF) or 0xFFFF)


def tuns_carry():
    """Links of TAP devices, from one end to the other, and services behind a TUN device."""
    for name, fd in TUNS.items():
        for octets in frames_of(fd):
            if name in CELL["ports"]:
                frame = bytearray(octets[10:])
                if octets[0] & 1:
                    transmit(name, octets[:10], frame)
                os.write(TUNS[CELL["ports"][name]["peer"]], bytes(10) + frame)
            else:
                packet, _ = advance(Packet(bytes(12) + b"\x86\xdd" + octets), name)
                if packet:
                    os.write(fd, packet[14:])


# ---- traffic

SENDERS = {}


def frame_send(node, device, offload, octets):
    """A frame by a packet socket with PACKET_VNET_HDR: partial checksums and GSO are told as virtio tells them."""
    if (node, device) not in SENDERS:
        with At(node):
            sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
            sock.setsockopt(263, 15, 1)
        SENDERS[node, device] = sock
    protocol = struct.unpack_from(">H", octets, 12)[0]
    SENDERS[node, device].sendto(offload + octets, (device, protocol))


class Ring:
    """A transmit ring: what a packet socket sends otherwise keeps its socket on the last segment, and GRO apart."""

    SLOT, COUNT = 131072, 8

    def __init__(self, node):
        with At(node):
            self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        for option, value in ((10, 1), (15, 1)):
            self.socket.setsockopt(263, option, value)
        self.socket.setsockopt(263, 13, struct.pack("IIII", self.SLOT, self.COUNT, self.SLOT, self.COUNT))
        self.slots = mmap.mmap(self.socket.fileno(), self.SLOT * self.COUNT)
        self.next = 0

    def send(self, device, offload, octets):
        start = self.SLOT * self.next
        at = start + 32
        self.slots[at : at + len(offload) + len(octets)] = offload + octets
        struct.pack_into("II", self.slots, start, 1, len(offload) + len(octets))
        self.next = (self.next + 1) % self.COUNT
        self.socket.sendto(b"", socket.MSG_DONTWAIT, (device, struct.unpack_from(">H", octets, 12)[0]))


def held_send(frames):
    """Frames that leave in one go: the kernel keeps them for a neighbour that nobody is, until it is advertised."""
    first, ipv4 = frames[0], struct.unpack_from(">H", base64.b64decode(frames[0]["octets"]), 12)[0] == 0x0800
    neighbour, behind = "fe80::686f:6c64:0:1", "100.126.0.1" if ipv4 else "fd00:686f:6c64::1"
    via = ["via", "inet6", neighbour] if ipv4 else ["via", neighbour]
    family = "-4" if ipv4 else "-6"
    run(first["node"], "ip", family, "route", "add", behind, *(via + ["dev", first["dev"], "onlink"]))
    with At(first["node"]):
        sock = socket.socket(socket.AF_INET if ipv4 else socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_RAW)
    for frame in frames:
        sock.sendto(base64.b64decode(frame["octets"])[14:], (behind, 0))
    other, macs = first["other"], bytes.fromhex(first["macs"])
    target = socket.inet_pton(socket.AF_INET6, neighbour)
    advert = bytes([136, 0, 0, 0, 0x20, 0, 0, 0]) + target + bytes([2, 1]) + macs[:6]
    source, to = socket.inet_pton(socket.AF_INET6, other["address"]), socket.inet_pton(socket.AF_INET6, "ff02::1")
    total = sum16(source + to + struct.pack(">II", len(advert), 58) + advert)
    advert = advert[:2] + struct.pack(">H", ~total & 0xFFFF) + advert[4:]
    header = struct.pack(">IHBB", 6 << 28, len(advert), 58, 255) + source + to
    frame_send(other["node"], other["dev"], bytes(10), macs[6:] + macs[:6] + b"\x86\xdd" + header + advert)


def pattern(start, count):
    """What senders send: no shift by a packet's length maps it onto itself."""
    return bytes((offset % 65521) * 167 >> 5 & 0xFF for offset in range(start, start + count))


class End:
    """One end of the connection, in its node's namespace."""

    def __init__(self, end):
        self.node, self.fd, self.sent, self.received, self.wrong, self.error = end["node"], None, 0, 0, False, None
        family = socket.AF_INET6 if ":" in end["address"] else socket.AF_INET
        with At(self.node):
            self.socket = socket.socket(family, socket.SOCK_STREAM)
        level, option = (socket.IPPROTO_IP, socket.IP_TOS) if family == socket.AF_INET else (socket.IPPROTO_IPV6, 67)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.setsockopt(socket.IPPROTO_TCP, 13, b"reno")  # TCP_CONGESTION: paces nothing
        self.socket.setsockopt(level, option, end["class"])
        if end["hops"] >= 0:
            option = socket.IP_TTL if family == socket.AF_INET else socket.IPV6_UNICAST_HOPS
            self.socket.setsockopt(level, option, end["hops"])
        if end["vrf"]:  # an address of a VRF is one only in it
            self.socket.setsockopt(socket.SOL_SOCKET, 25, end["vrf"].encode() + b"\0")  # SO_BINDTODEVICE
        self.socket.setblocking(False)
        self.socket.bind((end["address"], end["port"]))

    def info(self):
        return self.fd.getsockopt(socket.IPPROTO_TCP, 11, 104) if self.fd else bytes(104)  # TCP_INFO

    @property
    def retransmissions(self):
        return struct.unpack_from("I", self.info(), 100)[0]

    def write(self, octets):
        if self.sent == len(octets) or self.error:
            return
        try:
            self.sent += self.fd.send(octets[self.sent : self.sent + 32768])
        except BlockingIOError:
            pass
        except OSError as error:
            self.error = error.strerror

    def read(self, octets):
        try:
            while True:
                got = self.fd.recv(65536)
                if not got:
                    return
                self.fd.setsockopt(socket.IPPROTO_TCP, 12, 1)  # TCP_QUICKACK
                self.wrong |= got != octets[self.received : self.received + len(got)]
                self.received += len(got)
        except BlockingIOError:
            pass
        except OSError as error:
            self.error = error.strerror

    def unacknowledged(self):
        return struct.unpack_from("I", self.info(), 24)[0]


def connection(seen, traffic):
    """A connection of the kernel's own TCP, both ends in this process."""
    server, client = End(traffic["to"]), End(traffic["from"])
    octets = pattern(0, traffic["bytes"])
    forward, back = [octets if traffic["direction"] in (way, "both") else b"" for way in ("forward", "reverse")]
    server.socket.listen(8)
    client.fd = client.socket
    try:
        client.fd.connect((traffic["to"]["address"], PORT))
    except BlockingIOError:
        pass
    except OSError as error:
        client.error = error.strerror

    def step():
        if not server.fd:
            try:
                server.fd = server.socket.accept()[0]
                server.fd.setblocking(False)
                server.fd.setsockopt(socket.IPPROTO_TCP, 12, 1)
            except BlockingIOError:
                pass
        if client.info()[0] == 1:  # established
            client.write(forward)
            client.read(back)
        elif not client.error:
            pending = client.fd.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            client.error = os.strerror(pending) if pending else None
        if server.fd:
            server.write(back)
            server.read(forward)
        all_there = server.fd and server.received >= len(forward) and client.received >= len(back)
        if all_there and client.sent == len(forward) and server.sent == len(back):
            return not client.unacknowledged() and not server.unacknowledged()
        return client.error or server.error

    def patience():
        """Once TCP sends again, the next pause is that of its timer, and what it waited for was lost."""
        return 2 if client.retransmissions or server.retransmissions else QUIET

    seen.until_quiet(step, patience)
    return client, server, len(forward), len(back)


class Receiver(End):
    """What gets crafted packets: a socket in ESTABLISHED by TCP_REPAIR, or one that listens."""

    def __init__(self, traffic):
        End.__init__(self, traffic["to"])
        self.fd = self.socket
        if traffic["receiver"] == "listen":
            self.fd.listen(8)
            return

        def repair(option, value):
            self.fd.setsockopt(socket.IPPROTO_TCP, option, value)

        self.fd.setsockopt(socket.SOL_SOCKET, socket.SO_OOBINLINE, 1)
        for option, value in ((19, 1), (20, 1), (21, 1000000), (20, 2), (21, 2000000)):  # TCP_REPAIR, _QUEUE, _QUEUE_SEQ
            repair(option, value)
        self.fd.connect((traffic["from"]["address"], traffic["from"]["port"]))
        if traffic["owes"]:
            self.fd.send(pattern(0, 1000))
        try:
            repair(19, -1)
        except OSError:
            repair(19, 0)


def crafted(seen, traffic):
    """Packets built octet by octet; what they are is in their octets."""
    server = Receiver(traffic) if traffic["receiver"] != "none" else None
    octets = pattern(traffic["overlap"], traffic["octets"] + 65536)

    def step():
        if server and traffic["receiver"] == "established":
            server.read(octets)
            return traffic["octets"] and server.received >= traffic["octets"]
        return False

    if traffic["held"]:
        held_send(traffic["frames"])
    ring = Ring(traffic["from"]["node"]) if any(frame["segments"] > 1 for frame in traffic["frames"]) else None
    for frame in [] if traffic["held"] else traffic["frames"]:
        offload, data = base64.b64decode(frame["offload"]), base64.b64decode(frame["octets"])
        if frame["segments"] > 1:
            ring.send(frame["dev"], offload, data)
        else:
            frame_send(frame["node"], frame["dev"], offload, data)
        seen.poll(0)
        step()
    seen.until_quiet(step)
    return server


# ---- what the kernel counts


def counters(node):
    """All that /proc/net has of a node, by the names of nstat, and of its devices."""
    files = ["/proc/net/" + name for name in ("snmp6", "snmp", "netstat", "dev")]
    text, devices = run(node, "cat", *files).split("Inter-|", 1)
    counted, lines = {}, text.splitlines()
    while lines:
        words = lines.pop(0).split()
        if words[0].endswith(":"):
            values = lines.pop(0).split()
            counted.update((words[0][:-1] + name, int(value)) for name, value in zip(words[1:], values[1:]))
        else:
            counted[words[0]] = int(words[1])
    for line in devices.splitlines()[2:]:
        name, values = line.replace(":", " ", 1).split(None, 1)
        values = [int(value) for value in values.split()]
        names = {"rx_errors": 2, "rx_dropped": 3, "rx_fifo_errors": 4, "tx_errors": 10, "tx_dropped": 11, "tx_fifo_errors": 12}
        counted.update((name + ":" + what, values[column]) for what, column in names.items())
    return counted


def moved(before):
    after = {node: counters(node) for node in CELL["nodes"]}
    return {
        node: {name: value - before[node].get(name, 0) for name, value in after[node].items() if value != before[node].get(name, 0)}
        for node in CELL["nodes"]
    }


# ---- what became of it


class Outcome:
    """The fate of the traffic: delivered as sent, or what happened instead, and where."""

    def __init__(self, seen, count):
        self.seen, self.count, self.at, self.sentences = seen, count, None, []

    def say(self, *words):
        self.sentences.append(" ".join(str(word) for word in words))

    def lost_at(self, packets):
        """Where the last of a packet's sightings was."""
        if packets:
            self.at = packets[-1].node
            self.say("last seen at", packets[-1].hop, "with a %s checksum" % packets[-1].state)

    def data(self, way):
        return [packet for packet in self.seen.packets if packet.way == way and packet.payload]

    def first_copy(self, way, start, octet):
        """Sightings of the packets with an octet of the data, until its sender sends it again."""
        origin, found, sent = CELL["traffic"]["from" if way == "forward" else "to"]["node"], [], 0
        for packet in self.data(way):
            if not 0 <= (start + octet - packet.sequence) % 2**32 < packet.payload:
                continue
            sent += packet.node == origin and packet.hop.endswith(":out")
            if sent > 1:
                break
            found.append(packet)
        return found

    def of_connection(self, client, server, forward, back):
        traffic = CELL["traffic"]
        ends = {"forward": (client, server, forward), "back": (server, client, back)}
        if any(end.wrong for end in (client, server)):
            return "corrupted"
        if client.info()[0] != 1:
            return self.of_handshake()
        # What a timer sent again was lost, unless it had come already. What the network told of (RFC 8201) is no loss.
        ends_of_it = {client.node, server.node}
        lost = sum(self.count[node].get("TcpExtTCPTimeouts", 0) - self.count[node].get("TcpExtTCPDSACKOldSent", 0) for node in ends_of_it)
        lost += sum(self.count[node].get("TcpInCsumErrors", 0) for node in ends_of_it)
        missing = [way for way, (_, to, asked) in ends.items() if to.received != asked]
        if lost <= 0 and not missing and not client.unacknowledged() and not server.unacknowledged():
            return "delivered"
        self.say("%d segments sent again" % (client.retransmissions + server.retransmissions))
        for way, (_, to, asked) in ends.items():
            self.locate(way, to.received if to.received != asked else self.sent_again(way))
        return "not delivered"

    def start(self, way):
        syn = {"forward": 2, "back": 18}[way]
        for packet in self.seen.packets:
            if packet.way == way and packet.flags & 18 == syn and not packet.payload:
                return packet.sequence + 1
        return None

    def sent_again(self, way):
        """The first octet that its sender sent twice."""
        origin, highest = CELL["traffic"]["from" if way == "forward" else "to"]["node"], None
        start = self.start(way)
        for packet in self.data(way):
            if packet.node != origin or not packet.hop.endswith(":out") or start is None:
                continue
            octet = (packet.sequence - start) % 2**32
            if highest is not None and octet < highest:
                return octet
            highest = octet + packet.payload
        return None

    def locate(self, way, octet):
        start = self.start(way)
        if self.at or octet is None or start is None:
            return
        copy = self.first_copy(way, start, octet)
        if copy:
            self.say("octet", octet, "of the data", "is missing first")
        self.lost_at(copy)

    def of_handshake(self):
        for way, flags, name in (("back", 18, "the SYN-ACK"), ("forward", 2, "the SYN")):
            found = [packet for packet in self.seen.packets if packet.way == way and packet.flags & 18 == flags]
            if found:
                self.say("no connection:", name, "got lost")
                first = [packet for packet in found if packet.hop == found[0].hop]
                until = first[1].time if len(first) > 1 else None
                self.lost_at([packet for packet in found if until is None or packet.time < until])
                return "not delivered"
        self.at = CELL["traffic"]["from"]["node"]
        self.say("no connection: no SYN was seen")
        return "not delivered"

    def of_crafted(self, server):
        traffic = CELL["traffic"]
        forward = [packet for packet in self.seen.packets if packet.hop and packet.way == "forward"]
        answered = [packet for packet in self.seen.packets if packet.way == "back" and packet.flags & 18 == 18]
        if traffic["receiver"] == "listen":
            self.lost_at([] if answered else forward)
            return "delivered" if answered else "not delivered"
        if server and (server.wrong or server.received > traffic["octets"]):
            return "corrupted"
        if server and traffic["octets"] and server.received == traffic["octets"] and not traffic["gap"]:
            return "delivered"
        if not traffic["octets"]:
            came = [packet for packet in forward if packet.node == traffic["to"]["node"] and packet.hop.endswith(":in")]
            bad = [name for name in self.count[traffic["to"]["node"]] if name in CELL["drop_counters"]]
            if came and server and not bad:
                return "delivered"
        received = server.received if server else 0
        for packet in forward:
            octet = (packet.sequence - traffic["start"]) % 2**32
            if packet.payload and octet <= received + traffic["overlap"] < octet + packet.payload:
                break
        else:
            self.lost_at(forward)
            return "not delivered"
        self.lost_at([same for same in forward if (received + traffic["overlap"] - same.sequence + traffic["start"]) % 2**32 < same.payload])
        return "not delivered"


# ---- what is expected, row by row, as the case has it


def in_bounds(text, number):
    """3, 0x1f, >=2, <=1514, or several of these."""
    for word in str(text).replace(">= ", ">=").replace("<= ", "<=").split():
        sign = word.rstrip("0123456789abcdefx") if word[0] in "<>=" else ""
        limit = int(word[len(sign) :], 0)
        if not {"": number == limit, "=": number == limit, ">=": number >= limit, "<=": number <= limit, ">": number > limit, "<": number < limit}[sign]:
            return False
    return True


def hop_name(hop):
    return hop if hop.endswith((":in", ":out")) else hop + ":in"


def data_packets(seen, hop):
    """Of the data, each octet once."""
    way = "back" if CELL["traffic"].get("direction") == "reverse" else "forward"
    got, count = set(), 0
    for packet in seen.at(hop, way):
        if not packet.payload:
            continue
        flow = (packet.ports, packet.ips[-1]["source"], final(packet.ips[-1]))
        if (flow, packet.sequence, packet.payload) in got or any(
            flow == known and (packet.sequence - at) % 2**32 < size for known, at, size in got
        ):
            continue
        got.add((flow, packet.sequence, packet.payload))
        count += 1
    return count


def aggregation(seen, hop):
    ends = ("to", "from") if CELL["traffic"].get("direction") == "reverse" else ("from", "to")
    origin = [port for port in CELL["ports"] if port.split(".")[0] == CELL["traffic"][ends[0]]["node"]]
    sent, there = max(data_packets(seen, port + ":out") for port in origin), data_packets(seen, hop)
    return sent / there if there else 0


def merging_holds(rule, number):
    words = {"none": number == 1, "merged": number > 1, "split": 0 < number < 1}
    if rule in words:
        return words[rule]
    return number > 0 and (number >= float(rule[2:]) if str(rule).startswith(">=") else number == float(rule))


def hop_value(packet, field):
    first, last = packet.ips[0], packet.ips[-1]
    srh = srh_of(first)
    inside = "l2encap" if packet.frames else "encap" if srh else "ip6ip6"
    values = {
        "mode": inside if packet.frames or len(packet.ips) > 1 else "inline" if srh else "plain",
        "source": address(first["source"]),
        "destination": address(first["destination"]),
        "inner.source": address(last["source"]),
        "inner.destination": address(last["destination"]),
        "hop_limit": first["hop"],
        "traffic_class": first["class"],
        "flow_label": first["label"],
        "segments_left": srh["left"] if srh else "none",
        "last_entry": srh["last"] if srh else "none",
        "tag": srh["tag"] if srh else "none",
        "flags": srh["flags"] if srh else "none",
        "tlvs": (srh["tlvs"].hex() or "none") if srh else "none",
        "segments": ", ".join(address(entry) for entry in reversed(srh["segments"])) if srh else "none",
    }
    return values[field]


def value_holds(wanted, value):
    if isinstance(value, int):
        return wanted != "none" and in_bounds(wanted, value)
    if value == "none" or wanted in ("none", ""):
        return value == "none" and wanted in ("none", "")
    return wanted.lower() == value


class Comparison:
    """Rows of what was expected and what was seen."""

    def __init__(self, seen, count, outcome, fate):
        self.seen, self.count, self.outcome, self.fate, self.rows = seen, count, outcome, fate, []

    def row(self, what, expected, saw, right):
        self.rows.append((what, expected, saw, right))

    def compare(self, expected):
        delivered = expected.get("fate") == "delivered"
        if "fate" in expected:
            wanted = expected["fate"] if expected["fate"] in ("delivered", "corrupted") else "not delivered"
            self.row("traffic", expected["fate"], self.fate, wanted == self.fate)
        if "at" in expected and self.fate != "delivered" and self.outcome.at:
            self.row("it ends at", expected["at"], self.outcome.at, expected["at"] == self.outcome.at)
        for name, finder in (("bad_checksums", self.bad_checksums), ("oversize", self.oversize)):
            wanted = expected.get(name, [] if delivered else "any")
            if wanted != "any":
                saw = finder()
                right = {hop_name(hop) if name == "bad_checksums" else hop_out(hop) for hop in wanted} == set(saw)
                self.row(name.replace("_", " ") + " at", ", ".join(wanted) or "none", ", ".join(saw) or "none", right)
        for hop, rule in expected.get("aggregation", {}).items():
            number = aggregation(self.seen, hop_name(hop))
            saw = "%g packets in one" % number if number else "no data there"
            self.row("merging at " + hop, rule, saw, number > 0 and merging_holds(rule, number))
        for hop, rule in expected.get("srh", {}).items():
            left = {str(hop_value(packet, "segments_left")) for packet in self.seen.at(hop_name(hop)) if packet.ips}
            self.row("segments left at " + hop, rule, ", ".join(sorted(left)) or "no packet", left == {str(rule)})
        self.hops(expected.get("hops", {}))
        self.numbers(expected)
        self.errors(expected.get("icmp", []))
        said = sorted(set(complaints(self.seen)))
        wanted = expected.get("complaint")
        right = any(wanted in line for line in said) if wanted else not said
        self.row("complaints", wanted or "none", "; ".join(said) or "none", right)

    def bad_checksums(self):
        return sorted({packet.hop for packet in self.seen.packets if packet.state == "bad"})

    def oversize(self):
        hops = set()
        for packet in self.seen.packets:
            port, direction = packet.hop.split(":")
            if direction == "out" and not packet.gso and len(packet.octets) - 14 > CELL["ports"][port]["mtu"]:
                hops.add(packet.hop)
        return sorted(hops)

    def hops(self, hops):
        for hop, fields in hops.items():
            packets = self.seen.at(hop_name(hop), fields.get("way", "forward"))
            for field, wanted in fields.items():
                if field == "way":
                    continue
                if field == "packets":
                    values = [len(packets)]
                elif field == "largest":
                    values = [max([len(packet.octets) for packet in packets])] if packets else []
                else:
                    values = [hop_value(packet, field) for packet in packets if packet.ips]
                wrong = [value for value in values if not value_holds(wanted, value)]
                saw = (wrong + values + ["no packet"])[0]
                self.row("%s at %s" % (field, hop), wanted, saw, bool(values) and not wrong)

    def numbers(self, expected):
        for node, names in expected.get("counters", {}).items():
            for name, wanted in names.items():
                number = self.count[node].get(name, 0)
                self.row("%s at %s" % (name, node), wanted, number, in_bounds(wanted, number))
        if "retransmissions" in expected:
            number = self.outcome.retransmissions
            self.row("segments sent again", expected["retransmissions"], number, in_bounds(expected["retransmissions"], number))

    def errors(self, rules):
        came = [error for error in map(error_read, self.seen.packets) if error]
        for rule in rules:
            if rule == {"any": "none"}:
                self.row("ICMP errors", "none", len(came), not came)
                continue
            right = any(error_holds(rule, error) for error in came)
            words = ["%s %s" % (name, value) for name, value in rule.items()]
            self.row("ICMP error", ", ".join(words), "there" if right else "%d others" % len(came), right)


def hop_out(hop):
    return hop if hop.endswith((":in", ":out")) else hop + ":out"


def error_read(packet):
    """An ICMP error that reaches a node, RFC 4443 3, RFC 792."""
    if packet.icmp is None or packet.hop.endswith(":out"):
        return None
    ip, at = packet.ips[-1], packet.icmp
    kind, code = packet.octets[at : at + 2]
    if address(final(ip)) not in CELL["addresses"].get(packet.node, []):
        return None
    if ip["version"] == 6 and kind >= 128 or ip["version"] == 4 and kind not in (3, 11, 12):
        return None
    parameter = struct.unpack_from(">I", packet.octets, at + 4)[0]
    inside = packet.octets[at + 8 :]
    about = inside[24:40] if ip["version"] == 6 else inside[16:20]
    owners = [node for node, owned in CELL["addresses"].items() if address(ip["source"]) in owned]
    return {
        "at": packet.node,
        "version": ip["version"],
        "type": kind,
        "code": code,
        "from": owners[0] if owners else "",
        "about": address(about) if len(about) in (4, 16) else "",
        "pointer": parameter if ip["version"] == 6 else parameter >> 24,
        "mtu": parameter if ip["version"] == 6 else parameter & 0xFFFF,
    }


def error_holds(rule, error):
    wanted = dict({"at": CELL["traffic"]["from"]["node"], "version": "6"}, **rule)
    return all(value_holds(str(value), error[name]) if isinstance(error[name], int) else value == error[name] for name, value in wanted.items())


# ---- the whole


def settle():
    """Until every interface has its carrier and every address is usable."""
    for _ in range(200):
        waiting = []
        for node in CELL["nodes"]:
            for line in run(node, "ip", "-o", "addr").splitlines() + run(node, "ip", "-o", "link").splitlines():
                if "tentative" in line or "NO-CARRIER" in line or "LOWERLAYERDOWN" in line:
                    waiting.append(node + ": " + line)
        if not waiting:
            return
        select.select([], [], [], POLL)
    raise CannotTell("a link does not come up: " + waiting[0])


def check_offloads():
    """Whether what was set is so: a device may not have an offload, or not let it be switched."""
    names = {
        "rx": "rx-checksumming",
        "tx": "tx-checksumming",
        "tso": "tcp-segmentation-offload",
        "gso": "generic-segmentation-offload",
        "gro": "generic-receive-offload",
        "lro": "large-receive-offload",
        "rx-gro-list": "rx-gro-list",
    }
    for port, offloads in CELL["offloads"].items():
        node, device = port.split(".")
        lines = run(node, "ethtool", "-k", device).splitlines()
        state = {words[0].strip(): words[1].split()[0] for words in (line.split(":") for line in lines) if words[1:] and words[1].split()}
        for offload, wanted in offloads.items():
            if state.get(names[offload]) != wanted:
                raise CannotTell("%s: %s stays %s" % (port, offload, state.get(names[offload])))
    if CELL["tx_off"] and "on" in [line.split()[1] for line in run(*CELL["tx_off"]).splitlines() if line.startswith("tx-checksumming")]:
        raise CannotTell("a burst leaves as one GSO packet, whose checksum stays partial where tx is on")


def write_pcaps(seen, directory):
    """One file a hop, for tcpdump and Wireshark."""
    os.makedirs(directory, exist_ok=True)
    for hop in sorted({packet.hop for packet in seen.packets}):
        with open(os.path.join(directory, hop.replace(":", ".") + ".pcap"), "wb") as out:
            out.write(struct.pack("=IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 262144, 1))
            for packet in seen.packets:
                if packet.hop == hop:
                    size = len(packet.octets)
                    out.write(struct.pack("=IIII", packet.time // 10**9, packet.time % 10**9, size, size) + packet.octets)


def show_seen(seen, count):
    print("# at each hop: packets of the test, the largest, states of their TCP checksums, segments left")
    for hop in [port + direction for port in CELL["ports"] for direction in (":in", ":out")]:
        packets = [packet for packet in seen.packets if packet.hop == hop and packet.way != "other"]
        if packets:
            states = ["%d %s" % (sum(packet.state == state for packet in packets), state) for state in ("valid", "partial", "bad")]
            left = sorted({str(hop_value(packet, "segments_left")) for packet in packets})
            largest = max(len(packet.octets) for packet in packets)
            print("#   %-16s %4d  %6d  %s  %s" % (hop, len(packets), largest, ", ".join(states), " ".join(left)))
    print("# counters that tell of a loss")
    for node, names in count.items():
        for name, value in names.items():
            if name in CELL["drop_counters"] or name.endswith(("_dropped", "_errors")):
                print("#   %-16s %s +%d" % (node, name, value))


def play():
    tuns_open()
    settle()
    check_offloads()
    seen = Seen()
    before = {node: counters(node) for node in CELL["nodes"]}
    traffic = CELL["traffic"]
    if traffic["kind"] == "kernel":
        client, server, forward, back = connection(seen, traffic)
    else:
        client, server = None, crafted(seen, traffic)
    seen.ends = client, server  # open until all is compared: what closing sends would be seen too
    count = moved(before)
    if any(capture.lost() for capture in seen.captures):
        raise CannotTell("a capture lost packets")
    outcome = Outcome(seen, count)
    if traffic["kind"] == "kernel":
        fate = outcome.of_connection(client, server, forward, back)
        outcome.retransmissions = client.retransmissions + server.retransmissions
        print("# the server received %d of %d octets, the client %d of %d" % (server.received, forward, client.received, back))
        print("# segments sent again: %d" % outcome.retransmissions)
    else:
        fate = outcome.of_crafted(server)
        print("# the receiver got %d of %d octets" % (server.received if server else 0, traffic["octets"]))
    return seen, count, outcome, fate


def main():
    try:
        seen, count, outcome, fate = play()
    except CannotTell as error:
        print("# cannot tell: %s" % error)
        return CANNOT
    except OSError as error:
        print("# cannot tell: %s" % error)
        return CANNOT
    comparison = Comparison(seen, count, outcome, fate)
    comparison.compare(CELL["expected"])
    for sentence in outcome.sentences:
        print("# " + sentence)
    show_seen(seen, count)
    if os.environ.get("PCAPS"):
        write_pcaps(seen, os.environ["PCAPS"])
    for what, expected, saw, right in comparison.rows:
        print("# %s %s: expected %s, saw %s" % ("right" if right else "WRONG", what, expected, saw))
    return RIGHT if all(row[3] for row in comparison.rows) else WRONG


try:
    STATUS = main()
except Exception:  # of this program, which says nothing of the kernel
    traceback.print_exc()
    STATUS = CANNOT
sys.exit(STATUS)
