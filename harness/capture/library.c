#include "library.h"

#include <dlfcn.h>

#define NAME "libpcap.so.0.8"

static void *symbol(void *loaded, const char *name, struct error *err)
{
	void *found = dlsym(loaded, name);

	if (!found)
		fail(err, "%s has no %s: libpcap 1.10 or later is needed", NAME, name);
	return found;
}

const struct library *library_load(struct error *err)
{
	static struct library library;
	const unsigned before = err ? err->count : 0;

	if (library.link_word)
		return &library;
	void *loaded = dlopen(NAME, RTLD_NOW | RTLD_LOCAL);
	if (!loaded && !(loaded = dlopen("libpcap.so.1", RTLD_NOW | RTLD_LOCAL))) {
		fail(err, "cannot load libpcap, which reads captures: apt-get install libpcap0.8 (%s)", dlerror());
		return NULL;
	}
	const struct library found = {
		.open = (__typeof__(library.open))symbol(loaded, "pcap_fopen_offline_with_tstamp_precision", err),
		.next = (__typeof__(library.next))symbol(loaded, "pcap_next_ex", err),
		.link_type = (__typeof__(library.link_type))symbol(loaded, "pcap_datalink", err),
		.error = (__typeof__(library.error))symbol(loaded, "pcap_geterr", err),
		.close = (__typeof__(library.close))symbol(loaded, "pcap_close", err),
		.link_word =
		        (__typeof__(library.link_word))symbol(loaded, "pcap_datalink_val_to_description_or_dlt", err),
	};
	if (err && err->count > before)
		return NULL;
	library = found;
	return &library;
}
