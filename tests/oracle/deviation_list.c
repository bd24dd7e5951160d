/*
 * deviation_list.c: see deviation_list.h.
 *
 * How to read it: reading, looking up, writing.
 */
#include "deviation_list.h"

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../specs/deviations.h"
#include "../../specs/grow.h"
#include "json_file.h"
#include "results.h"

enum { DEVIATIONS_VERSION = 1 };

/* What is said of one that nobody has explained yet. */
static const char unexplained[] = "not explained yet";

/* --- Reading --------------------------------------------------------------------------- */

/* Where in a file something is. */
struct place {
	const char *path;
	size_t index; /* of the deviation */
};

static bool complain(const struct place *place, const char *member, const char *value,
                     const char *expected)
{
	fprintf(stderr, "sechandle: %s: deviations[%zu].%s: ", place->path, place->index,
	        member);
	if (value)
		fprintf(stderr, "'%s', ", value);
	fprintf(stderr, "expected %s\n", expected);
	return false;
}

static bool is_known_member(const char *key)
{
	static const char *const members[] = {"rule",     "operation", "answer",
	                                      "scenario", "reason",    "link",
	                                      "versions"};
	for (size_t i = 0; i < sizeof members / sizeof *members; i++)
		if (strcmp(key, members[i]) == 0)
			return true;
	return false;
}

/* Whether an object has known members only, all of them texts. */
static bool has_texts(const struct place *place, json_t *object)
{
	const char *key;
	json_t *value;
	if (!json_is_object(object))
		return complain(place, "", NULL, "an object");
	json_object_foreach(object, key, value) {
		if (!is_known_member(key))
			return complain(place, key, NULL,
			                "rule, operation, answer, scenario, reason, "
			                "link or versions");
		if (!json_is_string(value))
			return complain(place, key, NULL, "a text");
	}
	return true;
}

static const char *text_of(const json_t *object, const char *key, const char *none)
{
	const json_t *value = json_object_get(object, key);
	return value ? json_string_value(value) : none;
}

static bool read_one(const struct place *place, json_t *object,
                     struct deviation *deviation, const char **glob)
{
	if (!has_texts(place, object))
		return false;
	const char *id = text_of(object, "rule", "");
	*glob = text_of(object, "scenario", NULL);
	*deviation = (struct deviation){.rule = rule_find(id),
	                                .operation = text_of(object, "operation", NULL),
	                                .answer = text_of(object, "answer", NULL),
	                                .reason = text_of(object, "reason", ""),
	                                .link = text_of(object, "link", ""),
	                                .versions = text_of(object, "versions", "")};
	if (deviation->rule == RULE_NONE)
		return complain(place, "rule", id, "an id that 'sechandle rules' lists");
	if (rule_info(deviation->rule)->party != PARTY_IMPLEMENTATION)
		return complain(place, "rule", id, "one that binds the implementation");
	if (deviation->operation && !deviation_operation_valid(deviation->operation))
		return complain(place, "operation", deviation->operation,
		                "a call, as 'delete' or 'use MakeSignature'");
	if (deviation->answer && !deviation_answer_valid(deviation->answer))
		return complain(place, "answer", deviation->answer,
		                "a status, CRASH, HANG, success or error");
	if (!*deviation->reason)
		return complain(place, "reason", NULL, "a text that is not empty");
	return true;
}

static bool read_all(struct deviation_list *list, const char *path)
{
	struct place place = {path, 0};
	json_t *all = json_object_get(list->file, "deviations");
	if (json_integer_value(json_object_get(list->file, "version")) !=
	            DEVIATIONS_VERSION ||
	    !json_is_array(all)) {
		fprintf(stderr, "sechandle: %s: expected an object with \"version\": %d "
		        "and a list \"deviations\"\n", path, DEVIATIONS_VERSION);
		return false;
	}
	list->count = json_array_size(all);
	list->deviations = allocate(list->count + 1, sizeof *list->deviations);
	list->globs = allocate(list->count + 1, sizeof *list->globs);
	bool ok = true;
	for (; place.index < list->count; place.index++)
		ok &= read_one(&place, json_array_get(all, place.index),
		               &list->deviations[place.index],
		               &list->globs[place.index]);
	return ok;
}

bool deviations_read(struct deviation_list *list, const char *path)
{
	*list = (struct deviation_list){.file = json_file_read(path)};
	return list->file && read_all(list, path);
}

void deviations_free(struct deviation_list *list)
{
	free(list->deviations);
	free(list->globs);
	json_decref(list->file);
}

/* --- Looking up -------------------------------------------------------------------------- */

void deviations_aim(struct deviation_list *list, const char *label)
{
	/* No scenario is called so. */
	static const char nowhere[] = "\n";
	for (size_t i = 0; i < list->count; i++)
		list->deviations[i].scenario =
			!list->globs[i] || fnmatch(list->globs[i], label, 0) == 0
				? NULL
				: nowhere;
}

const struct deviation *deviations_match(struct deviation_list *list, enum rule rule,
                                         const char *call, const char *answer)
{
	for (size_t i = 0; i < list->count; i++) {
		struct deviation *deviation = &list->deviations[i];
		if (deviation->rule != rule || deviation->scenario ||
		    !deviation_names(deviation, call) ||
		    (deviation->answer &&
		     (!answer || strcmp(deviation->answer, answer) != 0)))
			continue;
		deviation->seen = deviation->exercised = true;
		return deviation;
	}
	return NULL;
}

/* --- Writing ----------------------------------------------------------------------------- */

static json_t *new_json(const struct results *results, const struct violation *violation)
{
	const struct outcome *shortest = violation->shortest;
	json_t *object = json_pack("{s:s, s:s}", "rule", rule_info(shortest->rule)->id,
	                           "operation", shortest->call);
	if (deviation_answer_valid(shortest->answer))
		json_object_set_new(object, "answer", json_string(shortest->answer));
	if (*results->subject.info->version)
		json_object_set_new(object, "versions",
		                    json_string(results->subject.info->version));
	json_object_set_new(object, "reason", json_string(unexplained));
	return object;
}

/* A leak has no answer, as what breaks a rule by what is in a struct may have many. */
static void add_once(json_t *all, json_t *object)
{
	size_t index;
	json_t *other;
	json_array_foreach(all, index, other)
		if (json_equal(object, other)) {
			json_decref(object);
			return;
		}
	json_array_append_new(all, object);
}

bool deviations_write(const struct results *results, const char *path)
{
	const struct deviation_list *known = results->known;
	json_t *all = json_array();
	for (size_t i = 0; i < known->count; i++)
		if (known->deviations[i].seen)
			add_once(all, json_deep_copy(json_array_get(
				json_object_get(known->file, "deviations"), i)));
	for (size_t i = 0; i < results->violation_count; i++)
		if (results->violations[i].shortest->verdict == VERDICT_VIOLATION)
			add_once(all, new_json(results, &results->violations[i]));
	json_t *file = json_pack("{s:i, s:o}", "version", DEVIATIONS_VERSION,
	                         "deviations", all);
	bool ok = json_file_write(file, path);
	json_decref(file);
	return ok;
}
