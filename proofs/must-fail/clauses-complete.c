/* Fails at clauses ("behavior even is not among the `complete behaviors`"): cases that may leave a gap. */
/*@ terminates \true;
  @ exits \false;
  @ assigns \nothing;
  @ behavior even:
  @   assumes n % 2 == 0;
  @   ensures even: \result == n;
  @ behavior odd:
  @   assumes n % 2 == 1;
  @   ensures odd: \result == n;
  @ disjoint behaviors;
  @*/
unsigned same(unsigned n)
{
	return n;
}
