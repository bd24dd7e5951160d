/* Fails at clauses ("no `terminates"): a function that may never return. */
/*@ exits \false;
  @ assigns \nothing;
  @ ensures same: \result == n;
  @*/
unsigned same(unsigned n)
{
	return n;
}
