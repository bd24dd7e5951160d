/*
 * news.c: see news.h. It is compiled without coverage: AFL++'s compiler declares the
 * map itself in what it instruments.
 */
#include "news.h"

/* libFuzzer takes these counters for coverage, and clears them before each input. */
__attribute__((section("__libfuzzer_extra_counters"), used))
static uint8_t triples[SITUATION_COUNT][OP_COUNT][CLASS_COUNT];

/* AFL++ takes these for places in the code: it gives each a counter in its map, and
 * writes the index of that here. */
__attribute__((section("__sancov_guards"), used))
static volatile uint32_t places[SITUATION_COUNT][OP_COUNT][CLASS_COUNT];
extern uint8_t *__afl_area_ptr __attribute__((weak));

void news_tell(enum situation situation, unsigned op, enum answer_class class)
{
	triples[situation][op][class] = 1;
	if (&__afl_area_ptr)
		__afl_area_ptr[places[situation][op][class]] = 1;
}
