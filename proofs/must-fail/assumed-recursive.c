/* Fails at assumed ("recursive: grows"): a definition without descent proves anything. */
/*@ logic integer grows(integer n) = grows(n) + 1;
  @*/

/*@ terminates \true;
  @ exits \false;
  @ assigns \nothing;
  @ ensures grown: grows(n) == grows(\result);
  @ ensures same: \result == n;
  @*/
unsigned same(unsigned n)
{
	return n;
}
