/* Fails at assumed ("axiom"): an axiom proves anything. */
/*@ axiomatic anything {
  @   logic integer f(integer n);
  @   axiom wrong: \forall integer n; f(n) == f(n) + 1;
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
