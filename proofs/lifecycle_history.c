/*
 * lifecycle_history.c: the lifecycle's promises that have no end in time, for
 * histories of any length.
 *
 * How to read it: as history.c, one level higher. history() performs the steps
 * of an array that may be of any length and contents, on a lifecycle in any
 * sound state. Afterwards the state is sound, so every deleted context's key is
 * wiped, no slot is lost, and each credential is there exactly as long as it is
 * needed; what was issued is issued, what had ended has ended; and the handles
 * of contexts that were created on the way are pairwise different and were never
 * issued before. Nothing here is meant to be run.
 */
#include "growth.h"
#include "lifecycle.h"

/** What a step does; any other value looks at a phase. */
#define STEP_ACQUIRE 0u
#define STEP_FREE 1u
#define STEP_BEGIN 2u
#define STEP_IMPORT 3u
#define STEP_ADVANCE 4u
#define STEP_DELETE 5u

/** A step: an operation and its arguments, of any value. An operation that
 *  cannot take its phase is left out. */
struct step {
	uint32_t operation;
	uint32_t phase;
	uintptr_t lower;
	uintptr_t upper;
	struct key key;
};

/*@ predicate all_issued(struct table t, struct handle *made, integer count) =
  @   \forall integer n; 0 <= n < count ==>
  @     issued(t, made[n].lower, made[n].upper);
  @ predicate none_issued(struct table t, struct handle *made, integer count) =
  @   \forall integer n; 0 <= n < count ==>
  @     !issued(t, made[n].lower, made[n].upper);
  @ predicate all_different(struct handle *made, integer count) =
  @   \forall integer m, n; 0 <= m < n < count ==>
  @     made[m].lower != made[n].lower || made[m].upper != made[n].upper;
  @
  @ // Whether a handle is among those made, and that no other was issued.
  @ predicate is_made(struct handle *made, integer count, integer l, integer u) =
  @   \exists integer n; 0 <= n < count &&
  @     made[n].lower == l && made[n].upper == u;
  @ predicate all_made(struct table a, struct table b, struct handle *made,
  @                    integer count) =
  @   \forall integer l, u; issued(b, l, u) && !issued(a, l, u) ==>
  @     is_made(made, count, l, u);
  @*/

/* Performs a step that may make a context. Answers its handle, or two zero
 * words. */
/*@ requires lifecycle_valid: \valid(l);
  @ requires books_valid: \valid(books);
  @ requires apart: \separated(l, books);
  @ requires sound: sound(*l, *books);
  @ requires roll_kept: seated(books->roll);
  @ terminates \true; exits \false;
  @ assigns *l, *books;
  @ ensures sound: sound(*l, *books);
  @ ensures roll_kept: seated(books->roll);
  @ ensures handles_grow: handles_grow(\at(*l, Pre), *l);
  @ ensures create_delivers_handle: \result.upper != 0 ==>
  @   issued(l->contexts, \result.lower, \result.upper);
  @ ensures create_never_reissues: \result.upper != 0 ==>
  @   !issued(\at(l->contexts, Pre), \result.lower, \result.upper);
  @ ensures issues_one: nothing_issued_but(\at(l->contexts, Pre), l->contexts,
  @   \result.lower, \result.upper);
  @*/
static struct handle make(struct lifecycle *l, struct step step)
/*@ ghost (struct books \ghost *books) */
{
	struct issued issued = {SEC_E_OK, {0, 0}};

	if (step.operation == STEP_IMPORT)
		issued = lifecycle_import(l, step.key) /*@ ghost (books) */;
	else if (step.phase < CONTEXT_NONE)
		issued = lifecycle_begin(l, step.lower, step.upper, step.phase,
		                         step.key)
		/*@ ghost (books) */;
	return issued.handle;
}

/* Performs a step on credentials. */
/*@ requires lifecycle_valid: \valid(l);
  @ requires books_valid: \valid(books);
  @ requires apart: \separated(l, books);
  @ requires sound: sound(*l, *books);
  @ requires roll_kept: seated(books->roll);
  @ terminates \true; exits \false;
  @ assigns *l, *books;
  @ ensures sound: sound(*l, *books);
  @ ensures roll_kept: seated(books->roll);
  @ ensures handles_grow: handles_grow(\at(*l, Pre), *l);
  @ ensures issues_nothing:
  @   generations_kept(\at(l->contexts, Pre), l->contexts);
  @*/
static void change_credentials(struct lifecycle *l, struct step step)
/*@ ghost (struct books \ghost *books) */
{
	if (step.operation == STEP_ACQUIRE)
		lifecycle_acquire(l, step.key) /*@ ghost (books) */;
	else
		lifecycle_free(l, step.lower, step.upper) /*@ ghost (books) */;
}

/* Performs a step on a context that is there. */
/*@ requires lifecycle_valid: \valid(l);
  @ requires books_valid: \valid(books);
  @ requires apart: \separated(l, books);
  @ requires sound: sound(*l, *books);
  @ requires roll_kept: seated(books->roll);
  @ terminates \true; exits \false;
  @ assigns *l, *books;
  @ ensures sound: sound(*l, *books);
  @ ensures roll_kept: seated(books->roll);
  @ ensures handles_grow: handles_grow(\at(*l, Pre), *l);
  @ ensures issues_nothing:
  @   generations_kept(\at(l->contexts, Pre), l->contexts);
  @*/
static void change_context(struct lifecycle *l, struct step step)
/*@ ghost (struct books \ghost *books) */
{
	if (step.operation == STEP_DELETE)
		lifecycle_delete(l, step.lower, step.upper) /*@ ghost (books) */;
	else if (step.operation == STEP_ADVANCE && step.phase < CONTEXT_NONE)
		lifecycle_advance(l, step.lower, step.upper, step.phase, step.key)
		/*@ ghost (books) */;
	else
		lifecycle_phase(l, step.lower, step.upper);
}

/* Performs one step. Answers the handle of a context it made, or two zero
 * words. */
/*@ requires lifecycle_valid: \valid(l);
  @ requires books_valid: \valid(books);
  @ requires apart: \separated(l, books);
  @ requires sound: sound(*l, *books);
  @ requires roll_kept: seated(books->roll);
  @ terminates \true; exits \false;
  @ assigns *l, *books;
  @ ensures sound: sound(*l, *books);
  @ ensures roll_kept: seated(books->roll);
  @ ensures handles_grow: handles_grow(\at(*l, Pre), *l);
  @ ensures issued_stays_issued:
  @   issued_stays_issued(\at(l->contexts, Pre), l->contexts);
  @ ensures create_delivers_handle: \result.upper != 0 ==>
  @   issued(l->contexts, \result.lower, \result.upper);
  @ ensures create_never_reissues: \result.upper != 0 ==>
  @   !issued(\at(l->contexts, Pre), \result.lower, \result.upper);
  @ ensures issues_one: nothing_issued_but(\at(l->contexts, Pre), l->contexts,
  @   \result.lower, \result.upper);
  @*/
static struct handle perform(struct lifecycle *l, struct step step)
/*@ ghost (struct books \ghost *books) */
{
	struct handle handle = {0, 0};
	//@ ghost struct table before = l->contexts;

	if (step.operation == STEP_BEGIN || step.operation == STEP_IMPORT)
		handle = make(l, step) /*@ ghost (books) */;
	else if (step.operation == STEP_ACQUIRE || step.operation == STEP_FREE)
		change_credentials(l, step) /*@ ghost (books) */;
	else
		change_context(l, step) /*@ ghost (books) */;
	//@ ghost grown(&before, &l->contexts);
	return handle;
}

/*@ requires lifecycle_valid: \valid(l);
  @ requires books_valid: \valid(books);
  @ requires steps_valid: \valid_read(steps + (0 .. length - 1));
  @ requires made_valid: \valid(made + (0 .. length - 1));
  @ requires apart: \separated(l, books, steps + (..), made + (..));
  @ requires sound: sound(*l, *books);
  @ requires roll_kept: seated(books->roll);
  @ terminates \true; exits \false;
  @ assigns *l, *books, made[0 .. length - 1];
  @ ensures sound: sound(*l, *books);
  @ ensures roll_kept: seated(books->roll);
  @ ensures issued_stays_issued:
  @   issued_stays_issued(\at(l->contexts, Pre), l->contexts) &&
  @   issued_stays_issued(\at(l->credentials, Pre), l->credentials);
  @ ensures delete_deleted_for_ever:
  @   ended_stays_ended(\at(l->contexts, Pre), l->contexts) &&
  @   ended_stays_ended(\at(l->credentials, Pre), l->credentials);
  @ ensures within: \result <= length;
  @ ensures create_delivers_handle: all_issued(l->contexts, made, \result);
  @ ensures create_never_reissues:
  @   none_issued(\at(l->contexts, Pre), made, \result);
  @ ensures create_fresh: all_different(made, \result);
  @ ensures delete_unissued_invalid:
  @   all_made(\at(l->contexts, Pre), l->contexts, made, \result);
  @*/
size_t history(struct lifecycle *l, const struct step *steps, size_t length,
               struct handle *made)
/*@ ghost (struct books \ghost *books) */
{
	size_t count = 0;

	/*@ loop invariant range: 0 <= i <= length && count <= i;
	  @ loop invariant sound: sound(*l, *books);
	  @ loop invariant roll_kept: seated(books->roll);
	  @ loop invariant handles_grow: handles_grow(\at(*l, Pre), *l);
	  @ loop invariant create_delivers_handle:
	  @   all_issued(l->contexts, made, count);
	  @ loop invariant create_never_reissues:
	  @   none_issued(\at(l->contexts, Pre), made, count);
	  @ loop invariant create_fresh: all_different(made, count);
	  @ loop invariant delete_unissued_invalid:
	  @   all_made(\at(l->contexts, Pre), l->contexts, made, count);
	  @ loop assigns i, count, *l, *books, made[0 .. length - 1];
	  @ loop variant length - i;
	  @*/
	for (size_t i = 0; i < length; i++) {
		struct handle handle = perform(l, steps[i]) /*@ ghost (books) */;

		/*@ assert still_issued: all_issued(l->contexts, made, count); */
		/*@ assert differs: handle.upper != 0 ==>
		  @   \forall integer n; 0 <= n < count ==>
		  @     made[n].lower != handle.lower || made[n].upper != handle.upper;
		  @*/
		/*@ assert never_before: handle.upper != 0 ==>
		  @   !issued(\at(l->contexts, Pre), handle.lower, handle.upper);
		  @*/
		if (handle.upper != 0) {
			made[count].lower = handle.lower;
			made[count].upper = handle.upper;
			count++;
		}
	}
	return count;
}
