/* Fails at assumed, kernel ("no body is proved: elsewhere"): the contract of a function that nobody proves. */
/*@ terminates \true;
  @ exits \false;
  @ assigns \nothing;
  @ ensures same: \result == n;
  @*/
unsigned elsewhere(unsigned n);

/*@ terminates \true;
  @ exits \false;
  @ assigns \nothing;
  @ ensures same: \result == n;
  @*/
unsigned same(unsigned n)
{
	return elsewhere(n);
}
