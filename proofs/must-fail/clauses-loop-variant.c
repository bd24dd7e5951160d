/* Fails at clauses, proved, kernel ("a loop without `loop variant`"): a loop that may never end. */
/*@ terminates \true;
  @ exits \false;
  @ assigns \nothing;
  @ ensures same: \result == n;
  @*/
unsigned same(unsigned n)
{
	unsigned i = 0;

	/*@ loop invariant range: i <= n;
	  @ loop assigns i;
	  @*/
	while (i < n)
		i++;
	return i;
}
