/* Fails at smoke ("wp_smoke_default_requires"): a contract that nothing meets. */
/*@ requires contradiction: n > m && m > k && k > n;
terminates \true;
  @ exits \false;
  @ assigns \nothing;
  @ ensures same: \result == n;
  @*/
unsigned same(unsigned n, unsigned m, unsigned k)
{
	return n;
}
