/* Fails at same ("a cast of or to a pointer"): an address in a number of an exact width. */
/*@ terminates \true;
  @ exits \false;
  @ assigns \nothing;
  @ ensures same: \result == (unsigned long long)at;
  @*/
unsigned long long place(unsigned *at)
{
	return (unsigned long long)at;
}
