/* Fails at headers ("__FRAMAC__"): the compiler sees another program than the prover. */
#ifdef __FRAMAC__
#define LIMIT 1
#else
#define LIMIT 2
#endif

/*@ terminates \true;
  @ exits \false;
  @ assigns \nothing;
  @ ensures same: \result == n;
  @*/
unsigned same(unsigned n)
{
	return n;
}
