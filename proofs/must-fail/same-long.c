/* Fails at same ("long is not of the same size"): it is printed alike, and a word has half as many bits. */
/*@ terminates \true;
  @ exits \false;
  @ assigns \nothing;
  @ ensures same: \result == n;
  @*/
unsigned long same(unsigned long n)
{
	return n;
}
