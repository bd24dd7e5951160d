/* Fails at clauses, warnings ("no `assigns"): a function that may change anything. */
/*@ terminates \true;
  @ exits \false;
  @ ensures same: \result == n;
  @*/
unsigned same(unsigned n)
{
	return n;
}
