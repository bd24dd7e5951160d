/* Fails at assumed ("inductive"): an inductive definition is a set of axioms. */
/*@ inductive small(integer n) {
  @   case zero: small(0);
  @ }
  @*/

/*@ terminates \true;
  @ exits \false;
  @ assigns \nothing;
  @ ensures same: \result == n;
  @*/
unsigned same(unsigned n)
{
	return n;
}
