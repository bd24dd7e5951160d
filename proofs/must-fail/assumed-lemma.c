/* Fails at assumed, run ("lemma in annotation"): a lemma is used by every goal. */
/*@ lemma order: \forall integer n; n < n + 1;
  @*/

/*@ terminates \true;
  @ exits \false;
  @ assigns \nothing;
  @ ensures same: \result == n;
  @*/
unsigned same(unsigned n)
{
	return n;
}
