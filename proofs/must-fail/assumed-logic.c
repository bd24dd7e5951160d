/* Fails at assumed, warnings ("without a body: unknown"): a predicate that may be anything. */
/*@ predicate unknown(integer n);
  @*/

/*@ terminates \true;
  @ exits \false;
  @ assigns \nothing;
  @ ensures unknown: unknown(n) ==> unknown(\result);
  @ ensures same: \result == n;
  @*/
unsigned same(unsigned n)
{
	return n;
}
