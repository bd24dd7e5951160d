/* Fails at proved, kernel ("not proved: same: same_ensures_same"): a false postcondition. */
/*@ terminates \true;
  @ exits \false;
  @ assigns \nothing;
  @ ensures same: \result == n;
  @*/
unsigned same(unsigned n)
{
	return n > 7 ? 7 : n;
}
