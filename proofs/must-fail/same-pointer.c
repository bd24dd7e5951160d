/* Fails at same ("printed line"): an address in a number that only 32-bit words fit into. */
/*@ requires low: (unsigned long long)at < 4294967296;
  @ terminates \true;
  @ exits \false;
  @ assigns \nothing;
  @ ensures same: \result == (unsigned)at;
  @*/
unsigned place(unsigned *at)
{
	return (unsigned)at;
}
