/* Fails at nothing: the contract is the one that elsewhere.c proves. */
/*@ predicate grown(integer n, integer by) = n >= by;
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
  @ ensures grown: grown(\result, n);
  @*/
unsigned again(unsigned n)
{
	return grow(n);
}
