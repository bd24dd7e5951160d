/* Fails at assumed, headers ("axiom in annotation"): what the preprocessor drops here, it keeps elsewhere. */
#ifdef NEVER
/*@ axiomatic anything {
  @   axiom wrong: \false;
  @ }
  @*/
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
