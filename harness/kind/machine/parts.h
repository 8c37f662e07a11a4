/* The rows, and what several of them share. */
#ifndef HOPCHECK_MACHINE_PARTS_H
#define HOPCHECK_MACHINE_PARTS_H

#include "machine.h"

extern const struct machine machine_kvm, machine_tcg, machine_uml;

/* QEMU's arguments for one of its accelerators. */
void qemu_arguments(struct arguments *arguments, const struct machine_options *options, const char *accelerator,
                    const char *cpu);

#endif
