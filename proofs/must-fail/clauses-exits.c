/* Fails at clauses ("no `exits"): a function that may end the program. */
/*@ terminates \true;
  @ assigns \nothing;
  @ ensures same: \result == n;
  @*/
unsigned same(unsigned n)
{
	return n;
}
