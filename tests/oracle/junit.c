/*
 * junit.c: results in the XML of JUnit, which build servers show: a test case for each
 * scenario. A violation is a failure; a scenario that was lost is an error; one that
 * the subject could not carry out, or that was not judged, is skipped.
 */
#include <errno.h>
#include <libxml/xmlwriter.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "reports.h"

/* What a suite of tests has. */
struct sums {
	size_t tests, failures, errors, skipped;
};

static bool is_lost(const struct scenario_result *result)
{
	return result->judged && result->end == PLAYED_LOST;
}

static bool is_skipped(const struct scenario_result *result)
{
	return !result->judged || result->end == PLAYED_UNSUPPORTED;
}

static void count(struct sums *sums, const struct scenario_result *result)
{
	bool failed = result->worst == VERDICT_VIOLATION;
	sums->tests++;
	sums->failures += failed;
	sums->errors += !failed && is_lost(result);
	sums->skipped += !failed && is_skipped(result);
}

/* XML cannot hold control characters. */
static void put_attribute(xmlTextWriter *writer, const char *name, const char *value)
{
	char *shown = strdup(value);
	for (char *at = shown; at && *at; at++)
		if ((unsigned char)*at < ' ' || (unsigned char)*at >= 0x7F)
			*at = '?';
	xmlTextWriterWriteAttribute(writer, BAD_CAST name,
	                            BAD_CAST (shown ? shown : ""));
	free(shown);
}

static void put_element(xmlTextWriter *writer, const char *name, const char *message)
{
	xmlTextWriterStartElement(writer, BAD_CAST name);
	put_attribute(writer, "message", message);
}

static void put_failure(xmlTextWriter *writer, const struct outcome *outcome)
{
	const struct rule_info *rule = rule_info(outcome->rule);
	put_element(writer, "failure", rule->id);
	put_attribute(writer, "type", badness_name(outcome->badness));
	xmlTextWriterWriteFormatString(writer, "line %u: %s\nallowed: %s\nrule: %s\n",
	                               outcome->line, outcome->told, outcome->allowed,
	                               rule->sentence);
	xmlTextWriterEndElement(writer);
}

/* The failures of a scenario: JUnit takes one. */
static bool put_first_failure(xmlTextWriter *writer, const struct results *results,
                              size_t scenario)
{
	for (size_t i = 0; i < results->outcome_count; i++) {
		const struct outcome *outcome = &results->outcomes[i];
		if (outcome->scenario == scenario &&
		    outcome->verdict == VERDICT_VIOLATION) {
			put_failure(writer, outcome);
			return true;
		}
	}
	return false;
}

static void put_case(xmlTextWriter *writer, const struct results *results,
                     size_t scenario)
{
	const struct scenario_result *result = &results->scenarios[scenario];
	const struct suite_scenario *told = &results->list->scenarios[scenario];
	xmlTextWriterStartElement(writer, BAD_CAST "testcase");
	put_attribute(writer, "classname", told->suite);
	put_attribute(writer, "name", told->name);
	if (!put_first_failure(writer, results, scenario)) {
		if (is_lost(result))
			put_element(writer, "error", result->how);
		else if (is_skipped(result))
			put_element(writer, "skipped",
			            result->judged ? result->how : "interrupted");
		if (is_lost(result) || is_skipped(result))
			xmlTextWriterEndElement(writer);
	}
	xmlTextWriterEndElement(writer);
}

static void put_number(xmlTextWriter *writer, const char *name, size_t number)
{
	xmlTextWriterWriteFormatAttribute(writer, BAD_CAST name, "%zu", number);
}

/* Scenarios of a suite stand together.
 * @return the index behind them */
static size_t put_suite(xmlTextWriter *writer, const struct results *results,
                        size_t first)
{
	const struct suite_list *list = results->list;
	struct sums sums = {0};
	size_t end = first;
	for (; end < list->count && strcmp(list->scenarios[end].suite,
	                                   list->scenarios[first].suite) == 0; end++)
		count(&sums, &results->scenarios[end]);
	xmlTextWriterStartElement(writer, BAD_CAST "testsuite");
	put_attribute(writer, "name", list->scenarios[first].suite);
	put_number(writer, "tests", sums.tests);
	put_number(writer, "failures", sums.failures);
	put_number(writer, "errors", sums.errors);
	put_number(writer, "skipped", sums.skipped);
	for (size_t i = first; i < end; i++)
		put_case(writer, results, i);
	xmlTextWriterEndElement(writer);
	return end;
}

/* A listed deviation that was not there fails as well. */
static void put_unexpected(xmlTextWriter *writer, const struct results *results)
{
	xmlTextWriterStartElement(writer, BAD_CAST "testsuite");
	put_attribute(writer, "name", "deviations");
	put_number(writer, "tests", results->known->count);
	put_number(writer, "failures", results_unexpected(results));
	for (size_t i = 0; i < results->known->count; i++) {
		const struct deviation *deviation = &results->known->deviations[i];
		xmlTextWriterStartElement(writer, BAD_CAST "testcase");
		put_attribute(writer, "classname", "deviations");
		put_attribute(writer, "name", rule_info(deviation->rule)->id);
		if (deviation_verdict(deviation) == VERDICT_UNEXPECTED_PASS) {
			put_element(writer, "failure", "listed, but not seen");
			xmlTextWriterEndElement(writer);
		}
		xmlTextWriterEndElement(writer);
	}
	xmlTextWriterEndElement(writer);
}

static void put_all(xmlTextWriter *writer, const struct results *results)
{
	xmlTextWriterSetIndent(writer, 1);
	xmlTextWriterStartDocument(writer, NULL, "UTF-8", NULL);
	xmlTextWriterStartElement(writer, BAD_CAST "testsuites");
	put_attribute(writer, "name", results->subject.command);
	for (size_t i = 0; i < results->list->count;)
		i = put_suite(writer, results, i);
	if (results->known->count)
		put_unexpected(writer, results);
	xmlTextWriterEndDocument(writer);
}

/* The library writes to memory: of a file that cannot be written it would not tell why,
 * and of one that is full not even that. */
bool report_junit(const struct results *results, const char *path)
{
	bool ok = false;
	xmlBuffer *buffer = xmlBufferCreate();
	xmlTextWriter *writer = buffer ? xmlNewTextWriterMemory(buffer, 0) : NULL;
	if (writer) {
		put_all(writer, results);
		xmlFreeTextWriter(writer);
		ok = write_file(path, xmlBufferContent(buffer),
		                (size_t)xmlBufferLength(buffer));
	} else {
		fprintf(stderr, "sechandle: %s: %s\n", path, strerror(errno));
	}
	xmlBufferFree(buffer);
	return ok;
}
