/* Fails at assumed ("recursive function: down"): a function is not proved by its own contract. */
/*@ terminates \true;
  @ decreases n;
  @ exits \false;
  @ assigns \nothing;
  @ ensures none: \result == 0;
  @*/
unsigned down(unsigned n)
{
	return n ? down(n - 1) : 0;
}
