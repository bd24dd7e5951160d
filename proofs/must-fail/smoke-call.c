/* Fails at smoke, proved, kernel ("wp_smoke_dead_call"): a call whose contract contradicts itself. */
/*@ terminates \true;
  @ exits \false;
  @ assigns \nothing;
  @ ensures other: \result > n;
  @ ensures same: \result == n;
  @*/
unsigned same(unsigned n)
{
	return n;
}

/*@ terminates \true;
  @ exits \false;
  @ assigns \nothing;
  @ ensures same: \result == n;
  @*/
unsigned caller(unsigned n)
{
	return same(n);
}
