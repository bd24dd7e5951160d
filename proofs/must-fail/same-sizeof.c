/* Fails at same ("sizeof is not of the same size"): a number that is not printed. */
/*@ predicate as_large(integer n) = n == sizeof(int *);
  @*/

/*@ requires fits: as_large(n);
  @ terminates \true;
  @ exits \false;
  @ assigns \nothing;
  @ ensures same: as_large(\result);
  @*/
unsigned same(unsigned n)
{
	return n;
}
