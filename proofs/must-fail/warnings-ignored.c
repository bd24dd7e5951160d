/* Fails at warnings, run ("Ignoring global annotation"): an annotation that is not understood. */
/*@ predicate even(integer n) = n == 0 || odd(n - 1);
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
