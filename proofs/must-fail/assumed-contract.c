/* Fails at assumed, kernel ("not for this contract: grow"): more than elsewhere.c proves of it. */
/*@ terminates \true;
  @ exits \false;
  @ assigns \nothing;
  @ ensures grown: \result == 7;
  @*/
unsigned grow(unsigned n);

/*@ terminates \true;
  @ exits \false;
  @ assigns \nothing;
  @ ensures seven: \result == 7;
  @*/
unsigned seven(unsigned n)
{
	return grow(n);
}
