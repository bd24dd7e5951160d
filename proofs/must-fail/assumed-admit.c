/* Fails at assumed, kernel ("an assumption: admit"): what is admitted is not proved. */
/*@ terminates \true;
  @ exits \false;
  @ assigns \nothing;
  @ ensures same: \result == n;
  @*/
unsigned same(unsigned n)
{
	//@ admit small: n < 8;
	return n;
}
