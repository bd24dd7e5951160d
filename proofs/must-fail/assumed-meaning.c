/* Fails at assumed, kernel ("not for this contract: grow"): the words of elsewhere.c, with another meaning. */
/*@ predicate grown(integer n, integer by) = n > by;
  @*/

/*@ terminates \true;
  @ exits \false;
  @ assigns \nothing;
  @ ensures grown: grown(\result, n);
  @*/
unsigned grow(unsigned n);

/*@ terminates \true;
  @ exits \false;
  @ assigns \nothing;
  @ ensures more: \result > n;
  @*/
unsigned more(unsigned n)
{
	return grow(n);
}
