/* Fails at model ("set_all does not state: requires \separated(one, &all)"): the predicate does not say all of it. */
unsigned all;

/*@ predicate apart(unsigned *one, unsigned *two) = \separated(one + (..), two + (..));
  @ predicate far_apart(unsigned *at, unsigned *other) =
  @   apart(at, other) && \separated(at + (..), other + (..));
  @*/

/*@ requires one_valid: \valid(one);
  @ requires two_valid: \valid(two);
  @ requires apart: far_apart(one, two);
  @ terminates \true;
  @ exits \false;
  @ assigns *one, *two, all;
  @ ensures first: *one == 1;
  @ ensures second: *two == 2;
  @ ensures all: all == 3;
  @*/
void set_all(unsigned *one, unsigned *two)
{
	*one = 1;
	*two = 2;
	all = 3;
}
