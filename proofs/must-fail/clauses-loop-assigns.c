/* Fails at clauses, warnings, proved, kernel ("a loop without `loop assigns`"): a loop that may change anything. */
/*@ terminates \true;
  @ exits \false;
  @ assigns \nothing;
  @ ensures same: \result == n;
  @*/
unsigned same(unsigned n)
{
	unsigned i = 0;

	/*@ loop invariant range: i <= n;
	  @ loop variant n - i;
	  @*/
	while (i < n)
		i++;
	return i;
}
