/* Fails at headers ("__FRAMAC__"): a name in two pieces. */
/*@ terminates \true;
  @ exits \false;
  @ assigns \nothing;
  @ ensures same: \result == n;
  @*/
unsigned same(unsigned n)
{
	return n * __FRAMA\
C__;
}
