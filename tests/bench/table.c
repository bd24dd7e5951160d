/*
 * table.c: times the handle table beside its rivals (loops.h).
 *
 * For each number of live handles all rivals are set up alike, with the same
 * random order of access. Then they take turns, A B C A B C ..., and each turn
 * begins with a pass that is not timed. A turn makes as many passes over the
 * keys as it takes for the clock not to matter, which is the processor's: it
 * stands still while other programs run.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../unit/random.h"
#include "bench.h"
#include "figures.h"
#include "loops.h"

enum {
	SMALLEST = 64,
	STEP = 4,                  /* from one number of handles to the next */
	TURN_OPERATIONS = 1 << 20, /* at least that many in a turn */
	RIVALS = 3,
};

/* A rival with its keys. */
struct player {
	struct rival rival;
	struct work live, stale;
	double *ns; /* per operation, by round */
};

struct match {
	struct player players[RIVALS]; /* the first is the table */
	int player_count;
	uint32_t rounds, largest;
	uint32_t *order;
	FILE *data; /* or NULL */
};

/* --- What is timed ----------------------------------------------------------- */

static uint64_t pass_replace(const struct player *player)
{
	return player->rival.replace(player->live);
}

static uint64_t pass_refill(const struct player *player)
{
	uint64_t sum = player->rival.delete(player->live);
	return sum + player->rival.create(player->live);
}

static uint64_t pass_find(const struct player *player)
{
	return player->rival.find(player->live);
}

static uint64_t pass_find_chained(const struct player *player)
{
	return player->rival.find_chained(player->live);
}

static uint64_t pass_find_stale(const struct player *player)
{
	return player->rival.find_stale(player->stale);
}

static const struct contest {
	const char *title;
	uint64_t (*pass)(const struct player *player);
} contests[] = {
	{"delete + create, one by one", pass_replace},
	{"delete all + create all", pass_refill},
	{"look up live", pass_find},
	{"look up live, each after last", pass_find_chained},
	{"look up stale", pass_find_stale},
};
enum { CONTEST_COUNT = sizeof contests / sizeof *contests };

/* --- Timing -------------------------------------------------------------------- */

static void draw_order(uint32_t *order, uint32_t count)
{
	uint64_t seed = count;
	for (uint32_t i = 0; i < count; i++) {
		uint32_t other = random_below(&seed, i + 1);
		order[i] = order[other];
		order[other] = i;
	}
}

/* `count` live handles and as many stale ones, whose slots the live ones have
 * taken over. */
static void set_up(struct player *player, uint32_t count)
{
	player->live.count = player->stale.count = count;
	player->rival.clear(count);
	player->rival.create(player->live);
	memcpy(player->stale.keys, player->live.keys, count * sizeof(struct key));
	pass_refill(player);
}

static uint64_t take_turn(const struct player *player,
                          const struct contest *contest, uint32_t round)
{
	uint64_t count = player->live.count;
	uint64_t passes = (TURN_OPERATIONS + count - 1) / count;
	uint64_t sum = contest->pass(player);
	double start = now(CLOCK_PROCESS_CPUTIME_ID);
	for (uint64_t pass = 0; pass < passes; pass++)
		sum += contest->pass(player);
	double seconds = now(CLOCK_PROCESS_CPUTIME_ID) - start;
	player->ns[round] = seconds * 1e9 / (double)(passes * count);
	return sum;
}

static void take_turns(const struct match *match, const struct contest *contest)
{
	for (uint32_t round = 0; round < match->rounds; round++) {
		uint64_t wanted = take_turn(&match->players[0], contest, round);
		for (int i = 1; i < match->player_count; i++) {
			const struct player *player = &match->players[i];
			if (take_turn(player, contest, round) == wanted)
				continue;
			fprintf(stderr, "bench: %s: %s did something else\n",
			        contest->title, player->rival.name);
			exit(1);
		}
	}
}

/* --- Figures --------------------------------------------------------------------- */

static void print_about(const struct match *match, bool wished)
{
	printf("handle table: ns per operation, least and median of %" PRIu32
	       " rounds, and the table's ratios\n"
	       "  table    ref/table.c, inlined into its loop\n"
	       "  floor    loads and stores of one slot in a loop, no checks\n",
	       match->rounds);
	if (match->player_count == RIVALS)
		printf("  slotmap  Rust's crate, inlined into its loop\n");
	else if (wished)
		printf("  slotmap  not measured; needs cargo and Debian's "
		       "librust-slotmap-dev\n");
}

static void print_head(const struct match *match, const struct contest *contest)
{
	printf("%-30s", contest->title);
	for (int i = 0; i < match->player_count; i++)
		printf("%15s", match->players[i].rival.name);
	for (int i = 1; i < match->player_count; i++)
		printf("%8s%-7s", "/", match->players[i].rival.name);
	printf("\n");
	if (match->data)
		fprintf(match->data, "%s# %s\n", contest == contests ? "" : "\n\n",
		        contest->title);
}

static void print_figures(const struct match *match, uint32_t count)
{
	double least[RIVALS], middle[RIVALS];
	printf("%30" PRIu32, count);
	for (int i = 0; i < match->player_count; i++) {
		struct figures figures =
			figures_of(match->players[i].ns, match->rounds);
		least[i] = figures.least;
		middle[i] = figures.median;
		printf("%8.2f%7.2f", least[i], middle[i]);
	}
	for (int i = 1; i < match->player_count; i++)
		printf("%8.2f%7.2f", least[0] / least[i], middle[0] / middle[i]);
	printf("\n");
	fflush(stdout);
	if (!match->data)
		return;
	fprintf(match->data, "%" PRIu32, count);
	for (int i = 0; i < match->player_count; i++)
		fprintf(match->data, " %.3f", middle[i]);
	fprintf(match->data, "\n");
}

static void hold_contest(struct match *match, const struct contest *contest)
{
	print_head(match, contest);
	for (uint32_t count = SMALLEST; count <= match->largest; count *= STEP) {
		draw_order(match->order, count);
		for (int i = 0; i < match->player_count; i++)
			set_up(&match->players[i], count);
		take_turns(match, contest);
		print_figures(match, count);
	}
}

/* --- The match --------------------------------------------------------------------- */

static void invite(struct match *match, const struct rival *rival)
{
	struct player *player = &match->players[match->player_count++];
	size_t largest = match->largest;
	player->rival = *rival;
	player->live = (struct work){.keys = claim(largest, sizeof(struct key)),
	                             .order = match->order};
	player->stale = player->live;
	player->stale.keys = claim(largest, sizeof(struct key));
	player->ns = claim(match->rounds, sizeof *player->ns);
}

static FILE *open_data(const char *path)
{
	FILE *file = fopen(path, "w");
	if (file)
		return file;
	fprintf(stderr, "bench: %s: %s\n", path, strerror(errno));
	exit(2);
}

static void end_match(struct match *match, const char *path)
{
	for (int i = 0; i < match->player_count; i++) {
		free(match->players[i].live.keys);
		free(match->players[i].stale.keys);
		free(match->players[i].ns);
	}
	free(match->order);
	if (match->data && fclose(match->data)) {
		fprintf(stderr, "bench: %s: %s\n", path, strerror(errno));
		exit(2);
	}
}

void bench_table(const struct table_wish *wish)
{
	struct match match = {.rounds = wish->rounds, .largest = wish->largest};
	struct rival slotmap;
	match.order = claim(wish->largest, sizeof *match.order);
	match.data = wish->data ? open_data(wish->data) : NULL;
	invite(&match, &rival_table);
	invite(&match, &rival_floor);
	if (wish->slotmap && rival_slotmap(&slotmap))
		invite(&match, &slotmap);
	print_about(&match, wish->slotmap);
	for (int i = 0; i < CONTEST_COUNT; i++)
		hold_contest(&match, &contests[i]);
	end_match(&match, wish->data);
}
