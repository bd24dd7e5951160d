/* Fails at clauses ("`ensures \true` says nothing"): the name of a rule, and nothing of it. */
/*@ terminates \true;
  @ exits \false;
  @ assigns \nothing;
  @ ensures create_fresh: \true;
  @ ensures same: \result == n;
  @*/
unsigned same(unsigned n)
{
	return n;
}
