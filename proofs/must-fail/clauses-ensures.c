/* Fails at clauses ("no `ensures"): a function that promises nothing. */
/*@ terminates \true;
  @ exits \false;
  @ assigns \nothing;
  @*/
unsigned same(unsigned n)
{
	return n;
}
