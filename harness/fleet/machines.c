/* How each kernel is run: by what its image is, and by what has been seen to work here. */
#include "fleet_internal.h"

static size_t row_of(const struct machine *machine)
{
	size_t row = 0;

	while (machine_table[row] != machine)
		row++;
	return row;
}

static bool is_ruled_out(const struct fleet *fleet, const struct fleet_kernel *kernel, size_t row)
{
	const struct machine *machine = machine_table[row], *asked = fleet->options->machine;

	if (asked && asked->image == machine->image)
		return asked != machine;
	return fleet->failed[row] || kernel->failed[row] || !machine_is_there(machine);
}

/* The last row of a kind of image is not fallible: there is always one. */
const struct machine *machine_for(const struct fleet *fleet, const struct fleet_kernel *kernel)
{
	const struct machine *last = NULL;

	for (size_t row = 0; row < MACHINES; row++) {
		if (machine_table[row]->image != kernel->kernel.kind)
			continue;
		last = machine_table[row];
		if (!is_ruled_out(fleet, kernel, row))
			return last;
	}
	return last;
}

bool machine_on_trial(const struct fleet *fleet, const struct machine *machine)
{
	return machine->fallible && fleet->options->machine != machine && !fleet->proven[row_of(machine)];
}

void machine_came_up(struct fleet *fleet, const struct machine *machine)
{
	fleet->proven[row_of(machine)] = true;
}

/* `kernel_alone`: the kernel may have ended by itself, which says nothing about the machine. */
void machine_failed(struct fleet *fleet, struct fleet_kernel *kernel, const struct machine *machine, bool kernel_alone)
{
	size_t row = row_of(machine);

	kernel->failed[row] = true;
	fleet->failed[row] |= !fleet->proven[row] && !kernel_alone;
}
