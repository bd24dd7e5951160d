/* Fails at smoke ("wp_smoke_dead_code"): a branch that is never taken. */
/*@ terminates \true;
  @ exits \false;
  @ assigns \nothing;
  @ ensures same: \result == \old(n);
  @*/
unsigned same(unsigned n)
{
	if (n / 2 > n)
		n = 0;
	return n;
}
