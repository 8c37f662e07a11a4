/* An explanation as lines for a person, and as JSON. */
#include <stdlib.h>
#include <string.h>

#include "explain.h"

#define CURES_TOLD 6

static const struct word says_words[] = { { "not tried", TRIAL_UNTRIED, NULL },
	                                  { "right", TRIAL_RIGHT, NULL },
	                                  { "wrong", TRIAL_WRONG, NULL },
	                                  { "cannot tell", TRIAL_UNKNOWN, NULL },
	                                  { NULL, 0, NULL } };
static const struct word how_words[] = { { "explained", EXPLAINED, NULL },
	                                 { "right", EXPLAIN_RIGHT, NULL },
	                                 { "cannot tell", EXPLAIN_CANNOT, NULL },
	                                 { NULL, 0, NULL } };

static void PRINTF_LIKE(3, 4) line(char **text, const char *name, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	owned_text rest = text_format_list(format, arguments);
	va_end(arguments);
	text_disarm(rest); /* names of files and of cases are in it */
	text_append(text, "%-13s %s\n", name, rest);
}

/* ---- lines */

static char *set_text(const struct explained_set *set)
{
	char *text = text_copy(set->count ? "" : "any: nothing that can be set cures it alone");

	for (size_t i = 0; i < set->count; i++)
		text_append(&text, "%s%s", i ? ", " : "", set->settings[i]);
	return text;
}

static void tell_least(char **text, const struct explanation *out)
{
	for (size_t i = 0; i < out->least_count; i++) {
		owned_text set = set_text(&out->least[i]);
		line(text, i ? "  or with" : "happens with", "%s", set);
	}
	if (out->least_count && !out->least_complete)
		line(text, "", "there may be other sets of settings: not all were tried");
}

static char *cure_text(const struct explained_cure *cure)
{
	char *text = text_copy(cure->setting);

	if (cure->packets >= 0)
		text_append(&text, " (%lld packet%s arrive%s", (long long)cure->packets, cure->packets == 1 ? "" : "s",
		            cure->packets == 1 ? "s" : "");
	if (cure->packets >= 0 && cure->megabits > 0)
		text_append(&text, ", %.0f Mbit/s", cure->megabits);
	if (cure->packets >= 0)
		text_append(&text, ")");
	return text;
}

static void tell_cures(char **text, const struct explanation *out)
{
	owned_text cures = text_copy("");

	for (size_t i = 0; i < out->cure_count && i < CURES_TOLD; i++) {
		owned_text cure = cure_text(&out->cures[i]);
		text_append(&cures, "%s%s", i ? "; " : "", cure);
	}
	if (out->cure_count > CURES_TOLD)
		text_append(&cures, "; %zu more", out->cure_count - CURES_TOLD);
	line(text, "cured by", "%s, of %zu settings tried alone", out->cure_count ? cures : "none", out->tried);
}

static void tell_advices(char **text, const struct explanation *out)
{
	owned_text advices = text_copy("");

	for (size_t i = 0; i < out->advice_count; i++) {
		const struct explained_advice *one = &out->advices[i];
		text_append(&advices, "%s\"%s\" ", i ? "; " : "", one->text);
		text_append(&advices, "%s",
		            one->already                 ? "is so already"
		            : !one->settings             ? "is no setting here"
		            : one->says == TRIAL_RIGHT   ? "cures it"
		            : one->says == TRIAL_WRONG   ? "does not cure it"
		            : one->says == TRIAL_UNTRIED ? "was not tried"
		                                         : "cannot be told here");
	}
	if (out->advice_count)
		line(text, "workaround", "%s", advices);
}

static void tell_smallest(char **text, const struct explanation *out)
{
	if (!out->smallest.nodes)
		return;
	owned_text rest = text_format("nodes %s; mode %s", out->smallest.nodes, out->smallest.mode);
	if (out->smallest.segments)
		text_append(&rest, "; segments %s", *out->smallest.segments ? out->smallest.segments : "none");
	if (out->smallest.size)
		text_append(&rest, "; %s", out->smallest.size);
	line(text, "smallest", "%s", rest);
}

static const struct explained_control *control_of(const struct explanation *out, const char *mode)
{
	for (size_t i = 0; i < out->control_count; i++)
		if (strcmp(out->controls[i].mode, mode) == 0)
			return &out->controls[i];
	return NULL;
}

/* The ordinary packet and the ordinary tunnel have no SRH. */
static void tell_controls(char **text, const struct explanation *out)
{
	const struct explained_control *plain = control_of(out, "plain"), *tunnel = control_of(out, "ip6ip6");
	const bool without = (plain && plain->says == TRIAL_WRONG) || (tunnel && tunnel->says == TRIAL_WRONG);
	const bool with = !without && plain && plain->says == TRIAL_RIGHT;
	owned_text controls = text_copy("");

	for (size_t i = 0; i < out->control_count; i++)
		text_append(&controls, "%s%s %s", i ? ", " : "", out->controls[i].mode,
		            word_of(says_words, (int)out->controls[i].says));
	if (out->control_count)
		line(text, "SRv6", "%s: %s",
		     without ? "not needed for it"
		     : with  ? "needed for it"
		             : "it cannot be told whether it is needed",
		     controls);
}

static void tell_place(char **text, const struct explanation *out)
{
	if (!out->place.hop)
		return;
	line(text, "goes wrong", "at %s, %s: %s", out->place.hop, out->place.packet, out->place.fault);
	if (out->place.before)
		line(text, "  before", "%s", out->place.before);
	line(text, "  there", "%s", out->place.after);
	owned_text octets = text_copy("");
	for (size_t i = 0; i < out->place.octet_count; i++)
		text_append(&octets, "%s%s %s > %s", i ? "; " : "", out->place.octets[i].field,
		            out->place.octets[i].before, out->place.octets[i].after);
	if (out->place.octet_count)
		line(text, "  changed", "%s", octets);
}

static void tell_drop(char **text, const struct explanation *out)
{
	if (!out->drop.node)
		return;
	owned_text function = out->drop.function ? text_format(" in %s()", out->drop.function) : text_copy("");
	line(text, "lost", "at %s%s%s%s", out->drop.node, function, out->drop.reason ? ": " : "",
	     said(out->drop.reason));
}

static void tell_kernels(char **text, const struct explanation *out)
{
	owned_text kernels = text_copy("");

	for (size_t i = 0; i < out->kernel_count; i++) {
		const struct explained_kernel *one = &out->kernels[i];
		text_append(&kernels, "%s%s %s", i ? "; " : "", one->label,
		            one->says == TRIAL_WRONG ? !one->otherwise         ? "the same"
		                                       : out->how == EXPLAINED ? "wrong otherwise"
		                                                               : "wrong"
		                                     : word_of(says_words, (int)one->says));
		if (one->otherwise || one->says == TRIAL_UNKNOWN)
			text_append(&kernels, " (%s)", one->text);
	}
	if (out->kernel_count)
		line(text, "kernels", "%s", kernels);
}

/* Where it is wrong otherwise, how it is explained there. */
static void tell_others(char **text, const struct explanation *out)
{
	for (size_t i = 0; i < out->kernel_count; i++) {
		const struct explained_kernel *one = &out->kernels[i];
		if (one->line_count)
			line(text, "on kernel", "%s", one->label);
		for (size_t l = 0; l < one->line_count; l++) {
			owned_text told = text_copy(one->lines[l]);
			text_disarm(told);
			text_append(text, "  %s\n", told);
		}
	}
}

static void tell_deviation(char **text, const struct explanation *out)
{
	if (out->deviation)
		line(text, "deviation", "%s%s%s", out->deviation, out->because ? ": " : "", said(out->because));
	else if (out->like)
		line(text, "deviation", "none of those that are documented for this cell; its loss is like %s",
		     out->like);
	else
		line(text, "deviation", "none of those that are named");
}

char *explanation_text(const struct explanation *out)
{
	char *text = NULL;

	line(&text, "cell", "%s", out->cell);
	switch (out->how) {
	case EXPLAIN_RIGHT:
		line(&text, "right", "%s", out->happens);
		tell_kernels(&text, out);
		tell_others(&text, out);
		return text;
	case EXPLAIN_CANNOT:
		line(&text, "cannot tell", "%s", out->happens);
		tell_kernels(&text, out);
		tell_others(&text, out);
		return text;
	case EXPLAINED:
		break;
	}
	line(&text, out->harmless ? "not as asked" : "wrong", "%s", out->happens);
	if (out->unsearched)
		line(&text, "not searched", "it has to be lost: what else loses it tells nothing");
	tell_least(&text, out);
	if (!out->unsearched)
		tell_cures(&text, out);
	tell_advices(&text, out);
	tell_smallest(&text, out);
	tell_controls(&text, out);
	tell_place(&text, out);
	tell_drop(&text, out);
	tell_kernels(&text, out);
	tell_deviation(&text, out);
	line(&text, out->out_of_time || out->stopped ? "incomplete" : "tried", "%zu cells in %.1f s%s", out->trials,
	     out->seconds,
	     out->stopped       ? ", then a signal ended it"
	     : out->out_of_time ? ", and then there was no time left; --budget gives more"
	                        : "");
	tell_others(&text, out);
	return text;
}

/* ---- JSON: what is not known is null */

static json_t *text_or_null(const char *text)
{
	return text ? json_any_text(text) : json_null();
}

static void put(json_t *into, const char *name, const char *text)
{
	json_object_set_new(into, name, text_or_null(text));
}

static json_t *least_json(const struct explanation *out)
{
	json_t *sets = json_array();

	for (size_t i = 0; i < out->least_count; i++) {
		json_t *set = json_array();
		for (size_t s = 0; s < out->least[i].count; s++)
			json_array_append_new(set, text_or_null(out->least[i].settings[s]));
		json_array_append_new(sets, set);
	}
	return sets;
}

static json_t *cures_json(const struct explanation *out)
{
	json_t *cures = json_array();

	for (size_t i = 0; i < out->cure_count; i++) {
		const struct explained_cure *one = &out->cures[i];
		json_t *cure = json_object();
		put(cure, "setting", one->setting);
		json_object_set_new(cure, "packets", one->packets < 0 ? json_null() : json_integer(one->packets));
		json_object_set_new(cure, "mbit_per_s", one->megabits > 0 ? json_real(one->megabits) : json_null());
		json_array_append_new(cures, cure);
	}
	return cures;
}

static json_t *advices_json(const struct explanation *out)
{
	json_t *advices = json_array();

	for (size_t i = 0; i < out->advice_count; i++) {
		json_t *advice = json_object();
		put(advice, "text", out->advices[i].text);
		put(advice, "settings", out->advices[i].settings);
		put(advice, "says", word_of(says_words, (int)out->advices[i].says));
		json_object_set_new(advice, "already", json_boolean(out->advices[i].already));
		json_array_append_new(advices, advice);
	}
	return advices;
}

static json_t *controls_json(const struct explanation *out)
{
	json_t *controls = json_array();

	for (size_t i = 0; i < out->control_count; i++) {
		json_t *control = json_object();
		put(control, "mode", out->controls[i].mode);
		put(control, "says", word_of(says_words, (int)out->controls[i].says));
		put(control, "text", out->controls[i].text);
		json_array_append_new(controls, control);
	}
	return controls;
}

static json_t *kernels_json(const struct explanation *out)
{
	json_t *kernels = json_array();

	for (size_t i = 0; i < out->kernel_count; i++) {
		const struct explained_kernel *one = &out->kernels[i];
		json_t *kernel = json_object();
		put(kernel, "label", one->label);
		put(kernel, "says", word_of(says_words, (int)one->says));
		json_object_set_new(kernel, "same", json_boolean(one->says == TRIAL_WRONG && !one->otherwise));
		put(kernel, "text", one->text);
		json_object_set_new(kernel, "explanation",
		                    one->explanation ? json_incref(one->explanation) : json_null());
		json_array_append_new(kernels, kernel);
	}
	return kernels;
}

static json_t *place_json(const struct explanation *out)
{
	json_t *place = json_object(), *octets = json_array();

	put(place, "hop", out->place.hop);
	put(place, "packet", out->place.packet);
	put(place, "fault", out->place.fault);
	put(place, "before", out->place.before);
	put(place, "there", out->place.after);
	for (size_t i = 0; i < out->place.octet_count; i++) {
		const struct explained_octets *one = &out->place.octets[i];
		json_t *octet = json_object();
		put(octet, "field", one->field);
		json_object_set_new(octet, "offset", json_integer((json_int_t)one->offset));
		put(octet, "before", one->before);
		put(octet, "there", one->after);
		json_array_append_new(octets, octet);
	}
	json_object_set_new(place, "changed", octets);
	return place;
}

static json_t *smallest_json(const struct explanation *out)
{
	json_t *smallest = json_object();

	put(smallest, "nodes", out->smallest.nodes);
	put(smallest, "mode", out->smallest.mode);
	put(smallest, "segments", out->smallest.segments);
	put(smallest, "traffic", out->smallest.size);
	return smallest;
}

static json_t *drop_json(const struct explanation *out)
{
	json_t *drop = json_object();

	put(drop, "node", out->drop.node);
	put(drop, "function", out->drop.function);
	put(drop, "reason", out->drop.reason);
	return drop;
}

json_t *explanation_json(const struct explanation *out)
{
	json_t *json = json_object();

	put(json, "hopcheck", HOPCHECK_VERSION);
	put(json, "cell", out->cell);
	put(json, "command", out->command);
	put(json, "how", word_of(how_words, (int)out->how));
	put(json, "happens", out->happens);
	json_object_set_new(json, "delivered_as_sent", json_boolean(out->harmless || out->how == EXPLAIN_RIGHT));
	json_object_set_new(json, "least", least_json(out));
	json_object_set_new(json, "least_complete", json_boolean(out->least_complete));
	json_object_set_new(json, "cures", cures_json(out));
	json_object_set_new(json, "workaround", advices_json(out));
	json_object_set_new(json, "smallest", smallest_json(out));
	json_object_set_new(json, "controls", controls_json(out));
	json_object_set_new(json, "place", place_json(out));
	json_object_set_new(json, "lost", drop_json(out));
	put(json, "deviation", out->deviation);
	put(json, "because", out->because);
	put(json, "like", out->like);
	json_object_set_new(json, "kernels", kernels_json(out));
	json_object_set_new(json, "cells", json_integer((json_int_t)out->trials));
	json_object_set_new(json, "seconds", json_real(out->seconds));
	json_object_set_new(json, "complete", json_boolean(!out->out_of_time && !out->stopped));
	return json;
}
