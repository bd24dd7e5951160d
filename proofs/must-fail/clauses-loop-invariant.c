/* Fails at clauses, proved, kernel ("a loop without `loop invariant`"): a loop of which nothing is known. */
/*@ terminates \true;
  @ exits \false;
  @ assigns \nothing;
  @ ensures same: \result == n;
  @*/
unsigned same(unsigned n)
{
	unsigned i = 0;

	/*@ loop assigns i;
	  @ loop variant n - i;
	  @*/
	while (i < n)
		i++;
	return i;
}
