/* Fails at clauses ("an annotation that says nothing"): an invariant that holds of every loop. */
/*@ terminates \true;
  @ exits \false;
  @ assigns \nothing;
  @ ensures same: \result == n;
  @*/
unsigned same(unsigned n)
{
	unsigned i = 0;

	/*@ loop invariant range: i <= n;
	  @ loop invariant create_fresh: \true;
	  @ loop assigns i;
	  @ loop variant n - i;
	  @*/
	while (i < n)
		i++;
	return i;
}
