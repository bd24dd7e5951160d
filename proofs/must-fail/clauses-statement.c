/* Fails at clauses, warnings ("a contract within the body"): WP does not prove the contract of a statement. */
/*@ terminates \true;
  @ exits \false;
  @ assigns \nothing;
  @ ensures same: \result == \old(n);
  @*/
unsigned same(unsigned n)
{
	/*@ requires small: n < 10;
	  @ ensures large: n > 10;
	  @*/
	n = n + 0;
	return n;
}
