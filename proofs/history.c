/*
 * history.c: the promises that have no end in time, for histories of any length.
 *
 * How to read it: history() performs the steps of an array that may be of any length
 * and contents, on contexts and credentials in any sound state. Its contract speaks of
 * every pair of words there is: what was issued stays so, what had ended has ended
 * still, and what was issued on the way is exactly what the steps delivered, each a
 * value that was never issued before, of either kind. As the starting state is any, this
 * covers every moment of the library's life. Nothing here is meant to be run.
 */
#include "words.h"

/** What a step does; any other value looks at a context. */
#define STEP_ACQUIRE 0u
#define STEP_FREE 1u
#define STEP_BEGIN 2u
#define STEP_ADVANCE 3u
#define STEP_DELETE 4u

/** A step: an operation and its arguments, of any value. An operation that cannot take
 *  its phase takes PARTIAL. */
struct step {
	uint32_t operation;
	uint32_t phase;
	SecHandle words;
	struct key key;
};

/*@ // The words are, or were, a handle of either kind.
  @ predicate words_issued(struct lifecycle l, integer lower, integer upper) =
  @   issued(l.contexts, lower - CONTEXT_BASE, upper) ||
  @   issued(l.credentials, lower - CREDENTIAL_BASE, upper);
  @ // At most these words were issued, of either kind.
  @ predicate issues_one(struct lifecycle a, struct lifecycle b, SecHandle words) =
  @   \forall integer l, u; words_issued(b, l, u) && !words_issued(a, l, u) ==>
  @     l == words.dwLower && u == words.dwUpper;
  @ predicate both_grow(struct lifecycle a, struct lifecycle b) =
  @   grows(a.contexts, b.contexts) && grows(a.credentials, b.credentials);
  @
  @ predicate all_issued(struct lifecycle l, SecHandle *made, integer count) =
  @   \forall integer n; 0 <= n < count ==>
  @     words_issued(l, made[n].dwLower, made[n].dwUpper);
  @ predicate none_issued(struct lifecycle l, SecHandle *made, integer count) =
  @   \forall integer n; 0 <= n < count ==>
  @     !words_issued(l, made[n].dwLower, made[n].dwUpper);
  @ predicate differs(SecHandle *made, integer count, SecHandle words) =
  @   \forall integer n; 0 <= n < count ==>
  @     made[n].dwLower != words.dwLower || made[n].dwUpper != words.dwUpper;
  @ predicate all_different(SecHandle *made, integer count) =
  @   \forall integer n; 0 <= n < count ==> differs(made, n, made[n]);
  @ predicate is_made(SecHandle *made, integer count, integer l, integer u) =
  @   \exists integer n; 0 <= n < count && made[n].dwLower == l && made[n].dwUpper == u;
  @ predicate all_made(struct lifecycle a, struct lifecycle b, SecHandle *made,
  @                    integer count) =
  @   \forall integer l, u; words_issued(b, l, u) && !words_issued(a, l, u) ==>
  @     is_made(made, count, l, u);
  @*/

/* Makes a context or a credential. Answers its words, or two zero words. */
/*@ requires valid: \valid(l);
  @ requires sound: sound(*l);
  @ requires phase_known: step.phase < CONTEXT_NONE;
  @ terminates \true; exits \false;
  @ assigns *l;
  @ ensures sound: sound(*l);
  @ ensures delete_deleted_for_ever: both_grow(\at(*l, Pre), *l);
  @ ensures create_delivers_handle: \result.dwUpper != 0 ==>
  @   words_issued(*l, \result.dwLower, \result.dwUpper);
  @ ensures create_never_reissues: \result.dwUpper != 0 ==>
  @   !words_issued(\at(*l, Pre), \result.dwLower, \result.dwUpper);
  @ ensures issues_one: issues_one(\at(*l, Pre), *l, \result);
  @*/
static SecHandle make(struct lifecycle *l, struct step step)
{
	SecHandle words = {0, 0};
	struct handle made;
	uint32_t base;

	if (step.operation == STEP_ACQUIRE) {
		base = CREDENTIAL_BASE;
		made = lifecycle_acquire(l, step.key);
		/*@ assert others: \forall integer i, g; i != made.slot &&
		  @   issued(l->credentials, i, g) ==> issued(\at(l->credentials, Pre), i, g); */
		/*@ assert one: \forall integer g; issued(l->credentials, made.slot, g) &&
		  @   !issued(\at(l->credentials, Pre), made.slot, g) ==> g == made.generation; */
	} else {
		base = CONTEXT_BASE;
		made = lifecycle_begin(l, step.phase, step.key);
		/*@ assert others: \forall integer i, g; i != made.slot &&
		  @   issued(l->contexts, i, g) ==> issued(\at(l->contexts, Pre), i, g); */
		/*@ assert one: \forall integer g; issued(l->contexts, made.slot, g) &&
		  @   !issued(\at(l->contexts, Pre), made.slot, g) ==> g == made.generation; */
	}
	if (made.generation != 0)
		words_write(&words, base, made);
	return words;
}

/* Does something with what may be a context or a credential. */
/*@ requires valid: \valid(l);
  @ requires sound: sound(*l);
  @ requires phase_known: step.phase < CONTEXT_NONE;
  @ terminates \true; exits \false;
  @ assigns *l;
  @ ensures sound: sound(*l);
  @ ensures delete_deleted_for_ever: both_grow(\at(*l, Pre), *l);
  @ ensures issues_nothing: issues_nothing(\at(l->contexts, Pre), l->contexts) &&
  @   issues_nothing(\at(l->credentials, Pre), l->credentials);
  @*/
static void change(struct lifecycle *l, struct step step)
{
	struct handle context = words_read(&step.words, CONTEXT_BASE);

	if (step.operation == STEP_FREE)
		lifecycle_free(l, words_read(&step.words, CREDENTIAL_BASE));
	else if (step.operation == STEP_ADVANCE)
		lifecycle_advance(l, context, step.phase, step.key);
	else if (step.operation == STEP_DELETE)
		lifecycle_delete(l, context);
	else
		lifecycle_context(l, context);
}

/* Performs one step. Answers the words of a handle that it made, or two zero words. */
/*@ requires valid: \valid(l);
  @ requires sound: sound(*l);
  @ terminates \true; exits \false;
  @ assigns *l;
  @ ensures sound: sound(*l);
  @ ensures delete_deleted_for_ever: both_grow(\at(*l, Pre), *l);
  @ ensures create_delivers_handle: \result.dwUpper != 0 ==>
  @   words_issued(*l, \result.dwLower, \result.dwUpper);
  @ ensures create_never_reissues: \result.dwUpper != 0 ==>
  @   !words_issued(\at(*l, Pre), \result.dwLower, \result.dwUpper);
  @ ensures issues_one: issues_one(\at(*l, Pre), *l, \result);
  @*/
static SecHandle perform(struct lifecycle *l, struct step step)
{
	SecHandle none = {0, 0};

	if (step.phase >= CONTEXT_NONE)
		step.phase = CONTEXT_PARTIAL;
	if (step.operation == STEP_ACQUIRE || step.operation == STEP_BEGIN)
		return make(l, step);
	change(l, step);
	return none;
}

/*@ requires valid: \valid(l);
  @ requires steps: \valid_read(steps + (0 .. length - 1));
  @ requires made: \valid(made + (0 .. length - 1));
  @ requires apart: \separated(l, steps + (..), made + (..));
  @ requires sound: sound(*l);
  @ terminates \true; exits \false;
  @ assigns *l, made[0 .. length - 1];
  @ ensures sound: sound(*l);
  @ ensures issued_stays_issued: \forall integer lo, up;
  @   words_issued(\at(*l, Pre), lo, up) ==> words_issued(*l, lo, up);
  @ ensures delete_deleted_for_ever: \forall integer i, g;
  @   (ended(\at(l->contexts, Pre), i, g) ==> ended(l->contexts, i, g)) &&
  @   (ended(\at(l->credentials, Pre), i, g) ==> ended(l->credentials, i, g));
  @ ensures within: \result <= length;
  @ ensures create_delivers_handle: all_issued(*l, made, \result);
  @ ensures create_never_reissues: none_issued(\at(*l, Pre), made, \result);
  @ ensures create_fresh: all_different(made, \result);
  @ ensures delete_unissued_invalid: all_made(\at(*l, Pre), *l, made, \result);
  @*/
uint32_t history(struct lifecycle *l, const struct step *steps, uint32_t length,
                 SecHandle *made)
{
	uint32_t count = 0;

	/*@ loop invariant range: 0 <= i <= length && count <= i;
	  @ loop invariant sound: sound(*l);
	  @ loop invariant delete_deleted_for_ever: both_grow(\at(*l, Pre), *l);
	  @ loop invariant create_delivers_handle: all_issued(*l, made, count);
	  @ loop invariant create_never_reissues: none_issued(\at(*l, Pre), made, count);
	  @ loop invariant create_fresh: all_different(made, count);
	  @ loop invariant delete_unissued_invalid: all_made(\at(*l, Pre), *l, made, count);
	  @ loop assigns i, count, *l, made[0 .. length - 1];
	  @ loop variant length - i;
	  @*/
	for (uint32_t i = 0; i < length; i++) {
		SecHandle words = perform(l, steps[i]);

		//@ assert still_issued: all_issued(*l, made, count);
		//@ assert differs: words.dwUpper != 0 ==> differs(made, count, words);
		/*@ assert never_before: words.dwUpper != 0 ==>
		  @   !words_issued(\at(*l, Pre), words.dwLower, words.dwUpper); */
		if (words.dwUpper != 0) {
			made[count] = words;
			//@ assert before: all_different(made, count);
			//@ assert last: differs(made, count, made[count]);
			count++;
		}
	}
	return count;
}
