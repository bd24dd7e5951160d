/* Fails at core, clauses, warnings ("WP has no goal of forgotten"): a function without a contract. */
void forgotten(void)
{
}

/*@ terminates \true;
  @ exits \false;
  @ assigns \nothing;
  @ ensures same: \result == n;
  @*/
unsigned same(unsigned n)
{
	return n;
}
